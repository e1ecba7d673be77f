"""Turns an import's form into the settings that `push --map` reads, and lists the form's choices; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attio_api.attributes import ATTRIBUTE_TYPES, DATES, NUMBERS
from attio_sync.failures import WrongUsage
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
USUAL: Final = {"iso": READINGS["date"][""]}
"""By a setting that says the same as none, the words for both; the page offers one of them."""
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


def keys(attributes: Sequence[Attribute], settings: Mapping[str, Any]) -> dict[str, str]:
    """The attributes by which records can be found, with words: unique ones, then others that are written.

    Several attributes that a mapping file matches by are one choice, under the first of them.
    """
    written = {one["attribute"] for one in settings.get("fields") or []}
    found = {
        one.slug: f"{one.slug} ({'unique' if one.is_unique else 'not unique'})"
        for one in sorted(attributes, key=lambda one: not one.is_unique)
        if one.is_unique or one.slug in written
    }
    match = list(settings.get("match") or [])
    is_plain = len(match) == 1 and match[0] in found
    return found if is_plain or not match else found | {match[0]: ", ".join(match)}


def goals_of(settings: Mapping[str, Any], column: str) -> list[tuple[str, dict[str, Any]]]:
    """A column's goals in the settings, each with the field that names the column.

    A mapping file may send a column to several attributes; the form has the first of them.
    """
    return [
        (f"{one['attribute']}/{part}" if part else str(one["attribute"]), one)
        for one in settings.get("fields") or []
        for name, part in _origins(one)
        if name == column
    ]


def goal_of(settings: Mapping[str, Any], column: str) -> tuple[str, dict[str, Any]]:
    """The first of these goals with its field; ("", {}) for a column left out."""
    return next(iter(goals_of(settings, column)), (LEFT_OUT, {}))


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
    """The settings changed by the form; settings that the form does not have stay as they are.

    Raises WrongUsage where two columns go to what takes one.
    """
    constants = [one for one in settings.get("fields") or [] if one.get("constant") is not None]
    fields = _chosen(form, columns, settings)
    _keep_other_goals(fields, settings)
    before = [one["attribute"] for one in settings.get("fields") or []]
    kept = sorted(fields, key=lambda one: before.index(one) if one in before else len(before))
    goes = {name for one in fields.values() for name in _columns_in(one)}
    said = {one["column"]: one["reason"] for one in settings.get("left_out") or []}
    left = [{"column": one, "reason": said.get(one, BY_YOU)} for one in columns if one not in goes]
    return {
        **settings,
        "left_out": left,
        "mode": form.get("mode", settings.get("mode") or "upsert"),
        "match": _match(form.get("match"), list(settings.get("match") or [])),
        "fields": [*(fields[one] for one in kept), *constants],
    }


def _chosen(
    form: Mapping[str, str], columns: Sequence[str], settings: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The fields by attribute, as the form chooses the columns' goals."""
    fields: dict[str, dict[str, Any]] = {}
    for number, column in enumerate(columns):
        attribute, _, part = form.get(f"to-{number}", LEFT_OUT).partition("/")
        if attribute == LEFT_OUT:
            continue
        kept = goal_of(settings, column)[1]
        base = kept if kept.get("attribute") == attribute else {}
        one = fields.setdefault(attribute, _field(base, form, number, attribute))
        _add(one, column, part, kept)
    return fields


def _keep_other_goals(fields: dict[str, dict[str, Any]], settings: Mapping[str, Any]) -> None:
    """Add the further goals of columns that a mapping file sends to several attributes."""
    for one in settings.get("fields") or []:
        for column, part in _origins(one):
            if goal_of(settings, column)[1] is not one:
                base = {name: value for name, value in one.items() if name not in _ORIGINS}
                _add(fields.setdefault(str(one["attribute"]), base), column, part, one)


def _add(one: dict[str, Any], column: str, part: str, kept: Mapping[str, Any]) -> None:
    """Add a column to a field, as its whole value or as a part of it; columns keep their former order."""
    named = _columns_in(one)
    if column in named:
        return
    if part and not one.get("column") and part not in one.get("columns", {}):
        one.setdefault("columns", {})[part] = column
    elif not part and not one.get("columns"):
        one |= _origin([*named, column], kept)
    else:
        others = ", ".join(f"'{name}'" for name in named)
        raise WrongUsage(
            f"'{column}' cannot go to '{one['attribute']}' beside {others}: each part takes one column, "
            "and a whole value excludes parts. Leave one of them out first."
        )


def _match(chosen: str | None, before: list[str]) -> list[str]:
    """The matching attributes; the form has the first of several, and keeps the others with it."""
    return [chosen] if chosen and chosen not in before[:1] else before


def _origin(columns: Sequence[str], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of one attribute, in the order that they had before."""
    before = _columns_in(kept)
    first, *more = sorted(columns, key=lambda one: before.index(one) if one in before else len(before))
    return {"column": first, "more_columns": more} if more else {"column": first}


def _origins(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The columns of a field, each with the part of the value that it holds; "" for the whole value."""
    if one.get("column"):
        return [(name, "") for name in (one["column"], *(one.get("more_columns") or []))]
    return [(name, part) for part, name in (one.get("columns") or {}).items()]


def _columns_in(one: Mapping[str, Any]) -> list[str]:
    return [name for name, _ in _origins(one)]


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
