"""Turns an import's form into the settings that `push --map` reads, and lists the form's choices; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attio_api.attributes import ATTRIBUTE_TYPES, DATES, NUMBERS
from attio_sync.show.page import MERGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.attributes import Attribute

LEFT_OUT: Final = ""
_ORIGINS: Final = frozenset({"column", "columns", "more_columns"})
BY_YOU: Final = "left out by you"
MODES: Final = {
    "upsert": "create new ones, update known ones",
    "update": "update known ones, create none",
    "create": "create new ones, update none",
    "mirror": "mirror: remove what the file lacks",
    "delete": "delete the records that the rows name",
}
READINGS: Final[dict[str, dict[str, str]]] = {
    "date": {
        "": "as in 2026-11-26",
        "dmy": "day, month, year",
        "mdy": "month, day, year",
        "excel": "days that a spreadsheet counts",
    },
    "decimal": {"": "as in 1234.50", ".": "1,234.50", ",": "1.234,50"},
    "separator": {"": "by commas", ";": "by semicolons", "|": "by bars |", "/": "by slashes"},
}
"""The choices for how the cells of a column are written, by the setting's name."""
READS: Final = {
    "date": "Dates are written",
    "decimal": "Numbers are written",
    "separator": "Several values are parted",
}
"""The label of each of them."""
_CHOSEN: Final = frozenset({"select", "status"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """One place that a column may be written to: an attribute, or a part of one, as `slug/part`."""

    value: str
    label: str


def goals(attributes: Sequence[Attribute]) -> list[Goal]:
    """Every place that a column may be written to: writable attributes, unless archived, and their parts."""
    found: list[Goal] = []
    for one in attributes:
        if not one.is_writable or one.is_archived:
            continue
        found.append(Goal(value=one.slug, label=one.slug))
        kind = ATTRIBUTE_TYPES.get(one.type)
        parts = dict.fromkeys(kind.parts.values()) if kind else {}
        found += [Goal(value=f"{one.slug}/{part}", label=f"{one.slug}: {part}") for part in parts]
    return found


def goal_of(settings: Mapping[str, Any], column: str) -> tuple[str, dict[str, Any]]:
    """A column's goal in the settings, and the field that names the column; ("", {}) for one left out."""
    for one in settings.get("fields") or []:
        if column in _columns_in(one) and one.get("column"):
            return str(one["attribute"]), one
        for part, name in (one.get("columns") or {}).items():
            if name == column:
                return f"{one['attribute']}/{part}", one
    return LEFT_OUT, {}


def readings_for(attribute: Attribute | None) -> list[str]:
    """The names of the reading settings that matter for an attribute's type."""
    if attribute is None:
        return []
    found = ["date"] if attribute.type in DATES else []
    found += ["decimal"] if attribute.type in NUMBERS else []
    return [*found, "separator"] if attribute.is_multiselect else found


UNKNOWN_OPTIONS: Final = {
    "": "rejects its row",
    "nearest": "takes the nearest title",
    "create": "is made in Attio",
    "skip": "is left out",
}
INVALID: Final = {"": "rejects its row", "skip_field": "leaves the field out", "null": "counts as empty"}
"""The choices for a cell that cannot be read as the attribute's type."""


def asks_about_options(attribute: Attribute | None) -> bool:
    """Whether the form asks about unknown options: for a select or a status."""
    return attribute is not None and attribute.type in _CHOSEN


def settings_of(
    form: Mapping[str, str], columns: Sequence[str], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """The settings changed by the form; settings that the form does not have stay as they are."""
    fields: dict[str, dict[str, Any]] = {}
    constants = [one for one in settings.get("fields") or [] if one.get("constant") is not None]
    for number, column in enumerate(columns):
        goal = form.get(f"to-{number}", LEFT_OUT)
        if goal == LEFT_OUT:
            continue
        attribute, _, part = goal.partition("/")
        kept = goal_of(settings, column)[1]
        base = kept if kept.get("attribute") == attribute else {}
        one = fields.setdefault(goal if not part else attribute, _field(base, form, number, attribute))
        if part:
            one.setdefault("columns", {})[part] = column
        else:
            one |= _origin([*_columns_in(one), column], kept)
    goes = {name for one in fields.values() for name in _columns_in(one)}
    said = {one["column"]: one["reason"] for one in settings.get("left_out") or []}
    left = [{"column": one, "reason": said.get(one, BY_YOU)} for one in columns if one not in goes]
    return {
        **settings,
        "left_out": left,
        "mode": form.get("mode", settings.get("mode") or "upsert"),
        "match": [form["match"]] if form.get("match") else list(settings.get("match") or []),
        "fields": [*fields.values(), *constants],
    }


def _origin(columns: Sequence[str], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of one attribute, in the order that they had before."""
    before = _columns_in(kept)
    first, *more = sorted(columns, key=lambda one: before.index(one) if one in before else len(before))
    return {"column": first, "more_columns": more} if more else {"column": first}


def _columns_in(one: Mapping[str, Any]) -> list[str]:
    if one.get("column"):
        return [one["column"], *(one.get("more_columns") or [])]
    return list((one.get("columns") or {}).values())


def _field(base: Mapping[str, Any], form: Mapping[str, str], number: int, attribute: str) -> dict[str, Any]:
    """A field's settings, changed by the form's inputs for its column."""
    one = {name: value for name, value in base.items() if name not in _ORIGINS}
    one["attribute"] = attribute
    merge = form.get(f"merge-{number}", "")
    if merge in MERGES:
        one["merge"] = merge
    read = dict(one.get("read") or {})
    for name in READINGS:
        said = form.get(f"{name}-{number}")
        if said is not None:
            read = {key: value for key, value in read.items() if key != name} | ({name: said} if said else {})
    one = {name: value for name, value in one.items() if name != "read"} | ({"read": read} if read else {})
    for name in ("on_unknown_option", "on_invalid"):
        said = form.get(f"{name}-{number}")
        if said is not None:
            one = {key: value for key, value in one.items() if key != name} | ({name: said} if said else {})
    return one
