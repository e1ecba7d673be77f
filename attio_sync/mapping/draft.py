"""Proposes an attribute and a reading for each column of a file, from names and cells; asks no person."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from attio_api.attributes import DATES, NUMBERS
from attio_sync.failures import WrongUsage
from attio_sync.mapping.lines import Line, lines
from attio_sync.push_options import lacks_match, stream_config
from attio_sync.rows.profile import columns_of, evidence_of
from attio_sync.suggestions import instead
from destination_attio.config import FieldConfig, StreamConfig
from destination_attio.read_config import ReadConfig
from destination_attio.rows.columns import one_site
from destination_attio.rows.infer_mapping import EMPTY, infer_mapping, is_own_export

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.rows.rows import Rows
    from destination_attio.rows.cells.evidence import Evidence, Question
    from destination_attio.rows.columns import Column


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mapping in preparation: the settings so far, and what a person still has to confirm or answer."""

    settings: dict[str, Any]
    rows: Rows
    columns: tuple[Column, ...]
    attributes: tuple[Attribute, ...]
    guesses: frozenset[str] = frozenset()
    """Columns whose attribute is a guess."""
    questions: Mapping[str, Question] = field(default_factory=dict)
    """By column, the question about its reading that its cells do not settle."""
    is_given: bool = False
    """Whether the settings named the fields, so that they were not inferred."""
    decided: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By column, the reading that the cells of this file show; it is not remembered for the next file."""
    unasked: str = ""
    """Why a person must confirm the mapping even where it has no guesses; empty where no person must."""

    @property
    def fields(self) -> tuple[FieldConfig, ...]:
        """The fields in the settings."""
        return tuple(FieldConfig.model_validate(one) for one in self.settings.get("fields", ()))

    def lines(self) -> tuple[Line, ...]:
        """One line for each column, as it is shown."""
        told = {column: one.text for column, one in self.questions.items()}
        return lines(self.settings, self.columns, self.attributes, guesses=self.guesses, questions=told)

    def to_remember(self) -> dict[str, Any]:
        """The settings without readings that were found in the cells of this file."""
        kept = []
        for one in self.settings.get("fields", ()):
            decided = self.decided.get(one.get("column", ""), {})
            read = {name: said for name, said in (one.get("read") or {}).items() if decided.get(name) != said}
            kept.append({**one, "read": read} if read else {k: v for k, v in one.items() if k != "read"})
        return self.settings | {"fields": kept}

    def with_fields(self, fields: Iterable[FieldConfig]) -> Draft:
        """The same mapping with other fields."""
        return replace(self, settings=self.settings | {"fields": [plain_field(one) for one in fields]})


def prepare(
    settings: dict[str, Any], rows: Rows, attributes: Sequence[Attribute], memory: Path | None = None
) -> Draft:
    """Complete the settings from the names and cells of a file; asks no person.

    Raises WrongUsage for a wrong setting, and where the settings read a column that the file lacks; `memory`
    is the settings' file.
    """
    stream_config(settings)
    columns = columns_of(rows)
    draft = Draft(settings=settings, rows=rows, columns=columns, attributes=tuple(attributes))
    if settings.get("fields"):
        _need_columns(draft, memory)
        draft = replace(draft, is_given=True)
        draft = _with_new_columns(draft, memory)
    else:
        draft = _inferred(draft)
    if rows.is_written:
        draft = _with_reading(draft)
    return replace(draft, settings=draft.settings | _match(draft))


def _need_columns(draft: Draft, memory: Path | None) -> None:
    """Raise WrongUsage when the mapping reads a column that the file does not have."""
    try:
        draft.rows.need([column for one in draft.fields for column in one.parts_by_column])
    except WrongUsage as error:
        if memory is None:
            raise
        raise WrongUsage(f"{error} Correct {memory}, or delete it to have it guessed anew.") from error


def _inferred(draft: Draft) -> Draft:
    found = infer_mapping(draft.columns, draft.attributes, _object_of(draft))
    left = [{"column": one.column, "reason": one.reason} for one in found.left_out]
    settings = draft.settings | {"left_out": left}
    return replace(draft, settings=settings, guesses=found.guessed).with_fields(found.fields)


def _with_new_columns(draft: Draft, memory: Path | None) -> Draft:
    """Leave out columns that the mapping does not name; a remembered mapping gets proposals for new ones."""
    mapped = {column for one in draft.fields for column in one.parts_by_column}
    filled = {one.name for one in draft.columns if one.filled}
    said = {
        one["column"]: one["reason"]
        for one in draft.settings.get("left_out", [])
        if one["reason"] != EMPTY or one["column"] not in filled
    }
    new = [one.name for one in draft.columns if one.name not in mapped and one.name not in said]
    if memory and new and "left_out" in draft.settings:
        draft = _with_guesses_for(draft, new)
        draft = replace(draft, unasked=f"{memory} says nothing about {named(new)}, which the file has now.")
        mapped = {column for one in draft.fields for column in one.parts_by_column}
    left = [
        {"column": one.name, "reason": said.get(one.name, "not in the mapping")}
        for one in draft.columns
        if one.name not in mapped
    ]
    return replace(draft, settings=draft.settings | {"left_out": left})


def _with_guesses_for(draft: Draft, new: Sequence[str]) -> Draft:
    """The mapping with fields proposed by name for columns that it does not know."""
    taken = {one.attribute for one in draft.fields}
    found = infer_mapping(draft.columns, draft.attributes, _object_of(draft))
    more = [
        one
        for one in found.proposed
        if one.field.attribute not in taken and set(one.field.parts_by_column) <= set(new)
    ]
    further = {
        one.field.column: tuple(column for column in one.field.more_columns if column in new)
        for one in found.proposed
    }
    known = [
        one.model_copy(update={"more_columns": (*one.more_columns, *further.get(one.column, ()))})
        for one in draft.fields
    ]
    added = (column for one in draft.fields if one.column for column in further.get(one.column, ()))
    guesses = frozenset((*added, *(column for one in more for column in one.guessed)))
    return replace(draft, guesses=guesses).with_fields([*known, *(one.field for one in more)])


def _object_of(draft: Draft) -> str:
    stream = StreamConfig(target=draft.settings["target"])
    return stream.slug if stream.kind == "objects" else ""


def named(columns: Sequence[str]) -> str:
    """Column names in quotes, for a sentence."""
    return ", ".join(f"'{one}'" for one in columns)


def _with_reading(draft: Draft) -> Draft:
    """The mapping with each column's reading, found in all its cells; an own export has a known one."""
    general = {"blank": "leave", "nulls": ["usual"]} | (draft.settings.get("read") or {})
    draft = replace(draft, settings=draft.settings | {"read": general})
    known = {one.slug: one for one in draft.attributes}
    wanted = {
        column: known[one.attribute]
        for one in draft.fields
        for column in one.parts_by_column
        if one.attribute in known and not one.columns
    }
    found = evidence_of(draft.rows, wanted)
    if is_own_export(draft.columns):
        found = {column: one for column, one in found.items() if _was_resaved(one)}
    asked = {column: one for column, evidence in found.items() if (one := evidence.question())}
    set_already = _set_already(draft, general)
    open_still = {
        column: one for column, one in asked.items() if getattr(set_already[column], one.setting) is None
    }
    fields = [_read_as(one, found, set_already) for one in draft.fields]
    decided = {column: evidence.found() for column, evidence in found.items()}
    return replace(draft, questions=open_still, decided=decided).with_fields(fields)


def _was_resaved(evidence: Evidence) -> bool:
    """Whether a spreadsheet has rewritten a column of our own export in another format.

    Our exports write dates as year-month-day, numbers with a decimal point, and lists as JSON.
    """
    kind, found = evidence.attribute.type, evidence.found()
    if kind in DATES:
        return found != {"date": "iso"}
    return kind in NUMBERS and found.get("decimal") == ","


def _set_already(draft: Draft, general: Mapping[str, Any]) -> dict[str, ReadConfig]:
    """For each mapped column, how its cells are read by the settings alone."""
    return {
        column: (one.read or ReadConfig()).over(ReadConfig.model_validate(general))
        for one in draft.fields
        for column in one.parts_by_column
    }


def _read_as(
    one: FieldConfig, found: Mapping[str, Evidence], set_already: Mapping[str, ReadConfig]
) -> FieldConfig:
    """A field with the reading found in its cells, where the settings do not name one."""
    evidence = found.get(one.column or "")
    if evidence is None:
        return one
    said = set_already[str(one.column)].model_dump(exclude_none=True)
    new = {name: value for name, value in evidence.found().items() if name not in said}
    own = one.read.model_dump(exclude_none=True) if one.read else {}
    return one.model_copy(update={"read": ReadConfig.model_validate(own | new)}) if new else one


def _match(draft: Draft) -> dict[str, Any]:
    """The matching attributes: the settings' own, else the first unique one that a column is written to."""
    found = {one.attribute for one in draft.fields}
    unique = [one.slug for one in draft.attributes if one.is_unique]
    match = draft.settings.get("match") or next(([slug] for slug in unique if slug in found), None)
    return {"match": match} if match else {}


def need_sense(draft: Draft) -> None:
    """Raise WrongUsage where a mapping writes no column, or has no usable attribute to match rows by."""
    settings, attributes = draft.settings, draft.attributes
    if not draft.fields:
        raise WrongUsage(
            f"No column of {draft.rows.name} resembles an attribute of '{settings['target']}'. "
            f"Its columns: {', '.join(draft.rows.columns)}. Say which goes where in a file, and give it "
            f"with --map.{_elsewhere(draft)}"
        )
    if not draft.is_given:
        _need_key(draft)
    unique = [one.slug for one in attributes if one.is_unique]
    _need_match(draft)
    if lacks_match(settings):
        raise WrongUsage(
            f"No column says which record a row means. Unique in '{settings['target']}': "
            f"{', '.join(unique) or 'none'}. Match by another attribute of the file, as --match "
            f"{_likely_key(draft)}, or make each row a new record with --mode create."
            f"{_left_out_told(draft)}{_elsewhere(draft)}"
        )


def _need_key(draft: Draft) -> None:
    """Raise WrongUsage where all cells of the matching column share a domain, as links to one site do."""
    known, columns = {one.slug: one for one in draft.attributes}, {one.name: one for one in draft.columns}
    for one in draft.fields:
        column = columns.get(one.column or "")
        if one.attribute not in draft.settings.get("match", ()) or column is None or not column.filled:
            continue
        attribute = known[one.attribute]
        if attribute.type == "domain" and (why := one_site(column)):
            raise WrongUsage(
                f"No row can be matched by '{column.name}': {why}. Name another attribute with --match."
            )


def _likely_key(draft: Draft) -> str:
    """The name where the rows have one, else the first attribute that they have."""
    slugs = [one.attribute for one in draft.fields]
    return "name" if "name" in slugs else slugs[0]


def _left_out_told(draft: Draft) -> str:
    told = [f"'{one['column']}': {one['reason']}" for one in draft.settings.get("left_out", [])]
    return f" Left out: {'; '.join(told)}." if told else ""


def _elsewhere(draft: Draft) -> str:
    """Where the header may stand instead, for files that people wrote."""
    if not draft.rows.is_written:
        return ""
    return " If another line has the names of the columns, say its number: `file: {header: 4}`."


def _need_match(draft: Draft) -> None:
    """Raise WrongUsage for an attribute to match by that does not exist, or that no column goes to."""
    known = [one.slug for one in draft.attributes if one.is_writable or one.is_unique]
    read = {*draft.rows.columns, *(one.attribute for one in draft.fields)}
    for slug in draft.settings.get("match", []):
        if slug in known and slug not in read:
            told = f"{_left_out_told(draft)}{_elsewhere(draft)}"
            raise WrongUsage(f"No column goes to '{slug}', by which rows shall be matched.{told}")
        if slug not in known and slug not in {"record_id", "entry_id", "parent_record"}:
            target = draft.settings["target"]
            raise WrongUsage(f"'{target}' has no attribute '{slug}' to match by. {instead(slug, known)}")


def plain_field(one: FieldConfig) -> dict[str, Any]:
    """A field in the form of mapping files."""
    return one.model_dump(exclude_none=True, exclude_defaults=True, mode="json")
