"""Shows a mapping on the terminal, and lets a person change it line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import click
from rich.table import Table as Grid
from rich.text import Text

from attio_api.attributes import DATES, NUMBERS
from attio_sync.failures import WrongUsage
from attio_sync.option_types import OneOf
from attio_sync.show import wording
from attio_sync.show.terminal import remarks
from destination_attio.config import FieldConfig, Merge
from destination_attio.read_config import ReadConfig

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.mapping.draft import Draft
    from attio_sync.mapping.lines import Line

_NAMED = 10
_ROOM = 24
_WIDE = 160


def tell(draft: Draft, origin: Path | None) -> None:
    """Print a given or remembered mapping in one line: the columns it writes and those it leaves out."""
    found = draft.lines()
    goes = ", ".join(f"{one.column} → {one.goal}" for one in found if one.attribute)
    left = [one.column for one in found if not one.attribute]
    also = f"; left out: {_some(left)}" if left else ""
    where = f"remembered in {origin}" if origin and str(origin).endswith(".attio.yaml") else "given"
    remarks().print(f"Mapping {where}: {wording.visible(goes or 'by name')}{also}.", markup=False)


def show(draft: Draft) -> None:
    """Print a table of the columns: where each is written to, how it is read, and its doubts."""
    target = draft.settings["target"]
    match = ", ".join(draft.settings.get("match", [])) or ("parent" if target.startswith("lists/") else "")
    how = f"matched by {match}" if match else "each row a new record"
    title = f"{draft.rows.name} → {target}, {how}"
    grid = Grid(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("", "column and cells", "", "attribute, and how it is written"):
        grid.add_column(heading, overflow="fold")
    left = 0
    for number, line in enumerate(draft.lines(), start=1):
        left += line.attribute is None
        if line.attribute or left <= _NAMED:
            grid.add_row(*_row(number, line), style="" if line.attribute else "dim")
    console = remarks()
    console.print(grid, width=None if console.is_terminal else _WIDE)
    if left > _NAMED:
        remarks().print(f"… and {left - _NAMED:,} more columns that are left out.", style="dim")


def _row(number: int, line: Line) -> Sequence[Text | str]:
    """A column above its cells, and its attribute above how it is written, for narrow terminals too."""
    cells = ", ".join(wording.shortened(wording.visible(one), _ROOM) for one in line.samples)
    column = _below(Text(wording.visible(line.column)), Text(cells, "dim"))
    if line.attribute is None:
        return str(number), column, "→", _below(Text("left out"), Text(line.reason or ""))
    goal = Text(line.goal) + Text("" if line.is_certain else "  a guess", "yellow")
    merge = "" if line.merge in {None, "overwrite"} else f"when Attio holds something: {line.merge}"
    how = "; ".join(filter(None, (line.type, line.reading, merge)))
    sign = "→" if line.is_certain else "?"
    return str(number), column, sign, _below(goal, Text(how), Text(_doubts(line), "yellow"))


def _below(*lines: Text) -> Text:
    return Text("\n").join(one for one in lines if one)


def _doubts(line: Line) -> str:
    said = []
    if line.refused:
        first = wording.shortened(wording.visible(line.refused_samples[0]), _ROOM)
        said.append(f"{line.judged}, as '{first}'")
    if line.question:
        said.append(line.question)
    return "; ".join(said)


def _some(columns: Sequence[str]) -> str:
    """The first ten column names, and the number of the others."""
    more = len(columns) - _NAMED
    return wording.visible(", ".join(columns[:_NAMED])) + (f" and {more:,} more" if more > 0 else "")


def asked(draft: Draft) -> Draft | None:
    """Ask a person to agree to a mapping or to change its lines; returns the mapping, or None for a no."""
    if draft.questions:
        draft = _answered(draft)
        show(draft)
    while True:
        said = click.prompt(
            "Write these columns to these attributes? (y, n, or a number to change a line)", "y"
        )
        answer = str(said).strip().lower()
        if answer in {"y", "yes"}:
            return draft
        if answer in {"n", "no"}:
            return None
        lines = draft.lines()
        if answer.isdigit() and 1 <= int(answer) <= len(lines):
            draft = _changed(draft, lines[int(answer) - 1])
            show(draft)


def _answered(draft: Draft) -> Draft:
    """Ask a person each question that the cells leave open; returns the mapping with the answers."""
    for column, question in draft.questions.items():
        answer = click.prompt(
            f"'{column}': {question.text}. Which is it?", type=click.Choice(question.answers)
        )
        draft = draft.with_fields(
            _with_read(one, {question.setting: answer}) if one.column == column else one
            for one in draft.fields
        )
    return replace(draft, questions={})


def _with_read(one: FieldConfig, said: dict[str, Any]) -> FieldConfig:
    own = one.read.model_dump(exclude_none=True) if one.read else {}
    return one.model_copy(update={"read": ReadConfig.model_validate(own | said)})


def _changed(draft: Draft, line: Line) -> Draft:
    """Ask for a line's attribute, merge rule and reading; returns the mapping with the answers."""
    attribute = click.prompt(f"'{line.column}' goes to (a slug, or - to leave it out)", line.attribute or "-")
    others = [one for each in draft.fields if (one := _without(each, line.column))]
    left = [one for one in draft.settings.get("left_out", []) if one["column"] != line.column]
    if attribute == "-":
        left = [*left, {"column": line.column, "reason": "left out by you"}]
        return _with(draft, others, left)
    known = {one.slug: one for one in draft.attributes}
    if attribute not in known:
        remarks().print(
            f"There is no attribute '{attribute}'. There are: {', '.join(sorted(known))}.", markup=False
        )
        return draft
    return _going_to(draft, line, known[attribute], others, left)


def _going_to(
    draft: Draft,
    line: Line,
    attribute: Attribute,
    others: Sequence[FieldConfig],
    left: Sequence[dict[str, str]],
) -> Draft:
    """Ask how a column goes to an attribute, beside columns that have it where it holds several values."""
    holder = next((one for one in others if one.attribute == attribute.slug), None)
    if holder and (not attribute.is_multiselect or holder.column is None):
        remarks().print(f"Another column goes to '{attribute.slug}'; leave that one out first.", markup=False)
        return draft
    merge = click.prompt("When Attio holds something", line.merge or "overwrite", type=OneOf(get_args(Merge)))
    if holder:
        now = next(one for one in draft.fields if one.attribute == attribute.slug)
        both = _with_columns(now, [*dict.fromkeys((*now.parts_by_column, line.column))])
        both = both.model_copy(update={"merge": merge})
        return _with(draft, [both if one is holder else one for one in others], left)
    field = FieldConfig.model_validate(
        {"column": line.column, "attribute": attribute.slug, "merge": merge, "reference": line.reference}
    )
    return _with(draft, [*others, _with_forms(field, attribute.type)], left)


def _without(one: FieldConfig, column: str) -> FieldConfig | None:
    """A field without one of its columns of values; None where nothing is left, or where it held a part."""
    if column not in one.parts_by_column:
        return one
    left = [each for each in one.parts_by_column if each != column] if one.column else []
    return _with_columns(one, left) if left else None


def _with_columns(one: FieldConfig, columns: Sequence[str]) -> FieldConfig:
    return one.model_copy(update={"column": columns[0], "more_columns": tuple(columns[1:])})


def _with_forms(field: FieldConfig, kind: str) -> FieldConfig:
    if kind in DATES:
        form = click.prompt("Dates are", "iso", type=OneOf(("iso", "dmy", "mdy", "excel")))
        return _with_read(field, {"date": form})
    if kind in NUMBERS:
        mark = click.prompt("The decimal mark is", ".", type=click.Choice((".", ",")))
        return _with_read(field, {"decimal": mark})
    return field


def _with(draft: Draft, fields: Sequence[FieldConfig], left: Sequence[dict[str, str]]) -> Draft:
    if not fields:
        raise WrongUsage("No column is left to write.")
    return replace(draft, settings=draft.settings | {"left_out": list(left)}).with_fields(fields)
