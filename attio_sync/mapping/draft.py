"""What names and cells say about where each column of a file goes and how it is read; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from attio_api.attributes import DATES, NUMBERS
from attio_sync.failures import WrongUsage
from attio_sync.mapping.lines import Line, lines
from attio_sync.rows.profile import columns_of, evidence_of
from attio_sync.suggestions import instead
from destination_attio.config import FieldConfig, StreamConfig
from destination_attio.read_config import ReadConfig
from destination_attio.rows.infer_mapping import infer_mapping, is_own_export, one_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.rows.rows import Rows
    from destination_attio.rows.cells.evidence import Evidence, Question
    from destination_attio.rows.infer_mapping import Column


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mapping on its way: the settings so far, and what still needs a person's word."""

    settings: dict[str, Any]
    rows: Rows
    columns: tuple[Column, ...]
    attributes: tuple[Attribute, ...]
    guesses: frozenset[str] = frozenset()
    """Columns whose place is a guess."""
    questions: Mapping[str, Question] = field(default_factory=dict)
    """What the cells of a column leave open about how they are read."""
    is_given: bool = False
    """Whether somebody said where the columns go."""
    decided: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """How cells are read as they themselves tell: of this file, and not of the next one of its name."""
    unasked: str = ""
    """Why a person must look at it even where nothing is guessed."""

    @property
    def fields(self) -> tuple[FieldConfig, ...]:
        """Its fields."""
        return tuple(FieldConfig.model_validate(one) for one in self.settings.get("fields", ()))

    def lines(self) -> tuple[Line, ...]:
        """Column by column, as it is shown."""
        told = {column: one.text for column, one in self.questions.items()}
        return lines(self.settings, self.columns, self.attributes, guesses=self.guesses, questions=told)

    def to_remember(self) -> dict[str, Any]:
        """The settings without what the cells of this very file decided."""
        kept = []
        for one in self.settings.get("fields", ()):
            decided = self.decided.get(one.get("column", ""), {})
            read = {name: said for name, said in (one.get("read") or {}).items() if decided.get(name) != said}
            kept.append({**one, "read": read} if read else {k: v for k, v in one.items() if k != "read"})
        return self.settings | {"fields": kept}

    def with_fields(self, fields: Iterable[FieldConfig]) -> Draft:
        """The same with other fields."""
        return replace(self, settings=self.settings | {"fields": [plain_field(one) for one in fields]})


def prepare(
    settings: dict[str, Any], rows: Rows, attributes: Sequence[Attribute], memory: Path | None = None
) -> Draft:
    """What names and cells say about a file, as far as the settings leave it open; asks nobody."""
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
    """Stop when the mapping reads a column that the file does not have."""
    try:
        draft.rows.need([column for one in draft.fields for column in one.parts_by_column])
    except WrongUsage as error:
        if memory is None:
            raise
        raise WrongUsage(f"{error} Correct {memory}, or delete it to have it guessed anew.") from error


def _inferred(draft: Draft) -> Draft:
    found = infer_mapping(draft.columns, draft.attributes, _object_of(draft))
    guesses = frozenset(column for one in found.guesses for column in one.parts_by_column)
    left = [{"column": one.column, "reason": one.reason} for one in found.left_out]
    settings = draft.settings | {"left_out": left}
    return replace(draft, settings=settings, guesses=guesses).with_fields(found.fields)


def _with_new_columns(draft: Draft, memory: Path | None) -> Draft:
    """What a mapping says nothing about is left out by name; what came since it was made is a question."""
    mapped = {column for one in draft.fields for column in one.parts_by_column}
    said = {one["column"]: one["reason"] for one in draft.settings.get("left_out", [])}
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
    """The fields, and what names say about columns that the mapping does not know."""
    taken = {one.attribute for one in draft.fields}
    found = infer_mapping(draft.columns, draft.attributes, _object_of(draft))
    more = [
        one
        for one in found.proposed
        if one.field.attribute not in taken and set(one.field.parts_by_column) <= set(new)
    ]
    guesses = frozenset(column for one in more for column in one.field.parts_by_column if not one.is_certain)
    return replace(draft, guesses=guesses).with_fields([*draft.fields, *(one.field for one in more)])


def _object_of(draft: Draft) -> str:
    stream = StreamConfig(target=draft.settings["target"])
    return stream.slug if stream.kind == "objects" else ""


def named(columns: Sequence[str]) -> str:
    """Columns as sentences name them."""
    return ", ".join(f"'{one}'" for one in columns)


def _with_reading(draft: Draft) -> Draft:
    """How people wrote the cells, as all of them tell; what an export of ours holds is known."""
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
    """Whether a column of our own export is written in another way than ours, as a spreadsheet saves it.

    Ours are year-month-day, numbers with a point, and lists as JSON.
    """
    kind, found = evidence.attribute.type, evidence.found()
    if kind in DATES:
        return found != {"date": "iso"}
    return kind in NUMBERS and found.get("decimal") == ","


def _set_already(draft: Draft, general: Mapping[str, Any]) -> dict[str, ReadConfig]:
    """How cells are read by what somebody said, for each column that goes somewhere."""
    return {
        column: (one.read or ReadConfig()).over(ReadConfig.model_validate(general))
        for one in draft.fields
        for column in one.parts_by_column
    }


def _read_as(
    one: FieldConfig, found: Mapping[str, Evidence], set_already: Mapping[str, ReadConfig]
) -> FieldConfig:
    """A field with what its cells tell about themselves, where the settings do not say it."""
    evidence = found.get(one.column or "")
    if evidence is None:
        return one
    said = set_already[str(one.column)].model_dump(exclude_none=True)
    new = {name: value for name, value in evidence.found().items() if name not in said}
    own = one.read.model_dump(exclude_none=True) if one.read else {}
    return one.model_copy(update={"read": ReadConfig.model_validate(own | new)}) if new else one


def _match(draft: Draft) -> dict[str, Any]:
    """What rows are matched by, where nobody said it: the first unique attribute that a column goes to."""
    found = {one.attribute for one in draft.fields}
    unique = [one.slug for one in draft.attributes if one.is_unique]
    match = draft.settings.get("match") or next(([slug] for slug in unique if slug in found), None)
    return {"match": match} if match else {}


def need_sense(draft: Draft) -> None:
    """Stop where a mapping goes nowhere, or names nothing by which rows are told apart."""
    settings, attributes = draft.settings, draft.attributes
    if not draft.fields:
        raise WrongUsage(
            f"No column of {draft.rows.name} resembles an attribute of '{settings['target']}'. "
            f"Its columns: {', '.join(draft.rows.columns)}. Say which goes where in a file, and give it "
            "with --map."
        )
    if not draft.is_given:
        _need_key(draft)
    unique = [one.slug for one in attributes if one.is_unique]
    _need_match(settings, attributes)
    is_list = settings["target"].startswith("lists/")
    if not settings.get("match") and not is_list and settings.get("mode") != "create":
        raise WrongUsage(
            f"No column says which record a row means. Name one with --match; unique in "
            f"'{settings['target']}': {', '.join(unique) or 'none'}.{_left_out_told(draft)}"
        )


def _need_key(draft: Draft) -> None:
    """Stop where the column that rows are matched by is the same for all, as links to one site are."""
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


def _left_out_told(draft: Draft) -> str:
    told = [f"'{one['column']}': {one['reason']}" for one in draft.settings.get("left_out", [])]
    return f" Left out: {'; '.join(told)}." if told else ""


def _need_match(settings: Mapping[str, Any], attributes: Sequence[Attribute]) -> None:
    """Stop at an attribute to match by that does not exist."""
    known = [one.slug for one in attributes if one.is_writable or one.is_unique]
    for slug in settings.get("match", []):
        if slug not in known and slug not in {"record_id", "entry_id", "parent_record"}:
            raise WrongUsage(
                f"'{settings['target']}' has no attribute '{slug}' to match by. {instead(slug, known)}"
            )


def plain_field(one: FieldConfig) -> dict[str, Any]:
    """A field as mapping files have it."""
    return one.model_dump(exclude_none=True, exclude_defaults=True, mode="json")
