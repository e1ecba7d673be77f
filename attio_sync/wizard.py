"""Finds out which column means which attribute, shows it, asks, and remembers the answer beside the file.

How columns are compared with attributes is the destination's business.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import click
import yaml
from rich.table import Table as Grid
from rich.text import Text

from attio_sync import files, workspace
from attio_sync.failures import Stopped, WrongUsage
from attio_sync.push_options import read_settings
from attio_sync.show import wording
from attio_sync.show.terminal import remarks
from attio_sync.suggestions import instead
from destination_attio.config import StreamConfig
from destination_attio.rows.infer_mapping import guess_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.config import Connection
    from attio_sync.push_options import Choice
    from attio_sync.rows.rows import Rows
    from destination_attio.config import FieldConfig

Agreement = Literal["ask", "given", "none"]

_LOOKED_AT = 200
_NAMED = 10
_DECISIONS = ("target", "mode", "match", "fields")


def complete(choice: Choice, rows: Rows, connection: Connection, agreement: Agreement) -> dict[str, Any]:
    """The settings of the stream, with the mapping where it was missing.

    A mapping that somebody agreed to is remembered; where nobody was asked, it only holds for this run.
    """
    memory = _memory(choice)
    if memory and memory.is_file() and not choice.mapping:
        saved = read_settings(memory)
        settings = choice.settings(saved=saved)
        if settings["target"] == saved.get("target"):
            return _recalled(settings, rows, memory)
        remarks().print(f"{memory} is about '{saved.get('target')}', so it is left alone.", markup=False)
        memory = None
    settings = choice.settings(saved={})
    stream = StreamConfig(target=settings["target"])
    workspace.find(connection, stream.kind, stream.slug)
    if settings.get("fields") or not rows.columns or stream.kind in {"notes", "tasks"}:
        return settings
    attributes = workspace.client(connection).attributes(stream.kind, stream.slug)
    fields = guess_mapping(rows.columns, attributes, list(islice(rows.read(), _LOOKED_AT)))
    settings = settled(settings, fields, rows, attributes)
    _show(settings, fields, rows, attributes)
    _agree(settings, memory, agreement)
    return settings


def _recalled(settings: dict[str, Any], rows: Rows, memory: Path) -> dict[str, Any]:
    """A remembered mapping, told so that nobody is surprised by it; it must still fit the file."""
    fields = settings.get("fields") or []
    goes = dict(each for one in fields if isinstance(one, dict) for each in _remembered(one))
    told = ", ".join(f"{column} → {goal}" for column, goal in goes.items())
    left = [column for column in rows.columns if column not in goes] if goes else []
    also = f"; left out: {_some(left)}" if left else ""
    remarks().print(
        f"Mapping remembered in {memory}: {wording.visible(told or 'by name')}{also}.", markup=False
    )
    try:
        rows.need(list(goes))
    except WrongUsage as error:
        raise WrongUsage(f"{error} Correct {memory}, or delete it to have it guessed anew.") from error
    return settings


def _remembered(field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each column of a field as a file has it, and where it goes; whether that can be is judged later."""
    if field.get("column"):
        yield str(field["column"]), str(field.get("attribute"))
    parts = field.get("columns")
    for part, column in parts.items() if isinstance(parts, dict) else ():
        yield str(column), _goal(str(field.get("attribute")), str(part))


def _goal(attribute: str, part: str | None) -> str:
    return f"{attribute} ({part})" if part else attribute


def _some(columns: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    more = len(columns) - _NAMED
    return wording.visible(", ".join(columns[:_NAMED])) + (f" and {more:,} more" if more > 0 else "")


def _agree(settings: dict[str, Any], memory: Path | None, agreement: Agreement) -> None:
    if agreement == "ask" and not click.confirm("Write these columns to these attributes?", default=True):
        _refuse(settings, memory)
    if memory and agreement != "none":
        remember(memory, settings)
        remarks().print(f"Remembered in {memory}.", markup=False)


def agreement(*, yes: bool, asks: bool) -> Agreement:
    """How the user agrees to a guess: by --yes, by an answer, or not at all."""
    if yes:
        return "given"
    return "ask" if asks else "none"


def _memory(choice: Choice) -> Path | None:
    """Where the mapping of a file is remembered; a query has no such place."""
    if choice.source is None or choice.sql is not None:
        return None
    return choice.source.with_name(f"{choice.source.name}.attio.yaml")


def settled(
    settings: dict[str, Any], fields: Sequence[FieldConfig], rows: Rows, attributes: Sequence[Attribute]
) -> dict[str, Any]:
    """The settings with the guessed fields, and something to match by."""
    if not fields:
        raise WrongUsage(
            f"No column of {rows.name} resembles an attribute of '{settings['target']}'. "
            f"Its columns: {', '.join(rows.columns)}. Say which goes where in a file, and give it with --map."
        )
    found = {field.attribute for field in fields}
    unique = [one.slug for one in attributes if one.is_unique]
    _need_match(settings, attributes)
    match = settings.get("match") or next(([slug] for slug in unique if slug in found), None)
    if not match and not settings["target"].startswith("lists/"):
        raise WrongUsage(
            f"No column says which record a row means. Name one with --match; unique in "
            f"'{settings['target']}': {', '.join(unique) or 'none'}."
        )
    return settings | ({"match": match} if match else {}) | {"fields": [_plain(field) for field in fields]}


def _need_match(settings: dict[str, Any], attributes: Sequence[Attribute]) -> None:
    """Stop at an attribute to match by that does not exist."""
    known = [one.slug for one in attributes if one.is_writable or one.is_unique]
    for slug in settings.get("match", []):
        if slug not in known and slug != "record_id":
            raise WrongUsage(
                f"'{settings['target']}' has no attribute '{slug}' to match by. {instead(slug, known)}"
            )


def remember(path: Path, settings: dict[str, Any]) -> None:
    """Keep the decisions in the form that --map reads."""
    order = dict.fromkeys((*_DECISIONS, *settings))
    kept = {name: settings[name] for name in order if settings.get(name) and name != "stream"}
    files.save(path, yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))


def _refuse(settings: dict[str, Any], memory: Path | None) -> None:
    """Leave the guess where it can be mended."""
    if memory:
        remember(memory, settings)
        raise Stopped(f"Nothing was written. Correct the mapping in {memory} and run this again.")
    raise Stopped("Nothing was written. Give a mapping of your own with --map.")


def _plain(field: FieldConfig) -> dict[str, Any]:
    return field.model_dump(exclude_none=True, exclude_defaults=True)


def _show(
    settings: dict[str, Any], fields: Sequence[FieldConfig], rows: Rows, attributes: Sequence[Attribute]
) -> None:
    known = {one.slug: one for one in attributes}
    by_column = {column: (part, field) for field in fields for column, part in field.parts_by_column.items()}
    title = (
        f"{rows.name} → {settings['target']}, matched by {', '.join(settings.get('match', [])) or 'parent'}"
    )
    grid = Grid(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("column", "", "attribute", "type"):
        grid.add_column(heading)
    left = [column for column in rows.columns if column not in by_column]
    for column in rows.columns:
        part, field = by_column.get(column, (None, None))
        attribute = known.get(field.attribute) if field else None
        if attribute:
            grid.add_row(
                Text(wording.visible(column)), "→", Text(_goal(attribute.slug, part)), attribute.type
            )
        elif column in left[:_NAMED]:
            grid.add_row(
                Text(wording.visible(column)), "→", "left out", _why(column, attributes), style="dim"
            )
    remarks().print(grid)
    if len(left) > _NAMED:
        remarks().print(f"… and {len(left) - _NAMED:,} more columns that are left out.", style="dim")


def _why(column: str, attributes: Sequence[Attribute]) -> str:
    """Why a column has no attribute to go to."""
    named = [one for one in attributes if column.lower() in {one.slug.lower(), one.title.lower()}]
    if not named:
        return "no attribute of this name"
    return "another column has this attribute" if named[0].is_writable else "kept by Attio itself"
