"""Reads the history of values, and replaces it as migrations do, which fires no events.

docs.attio.com/rest-api/endpoint-reference/records/list-record-attribute-values
"""

from dataclasses import dataclass
from typing import Any

from attio_emulator.changes.changeset import index, unindex
from attio_emulator.changes.writing import Write, refuse_conflicts, require
from attio_emulator.contract.refusals import bad_value, refuse
from attio_emulator.contract.shapes import anything, array, conform, nullable, one_of, shape, text
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.schema import Attribute, Kind
from attio_emulator.model.tables import Row, Value
from attio_emulator.values.dates import as_timestamp
from attio_emulator.values.types import coerce_all, identity

MOST = 400
REPLACE = shape(
    {
        "data": shape(
            {
                "values": array(
                    shape({"value": anything(), "active_from": text(1), "active_until": nullable(text(1))}),
                    1,
                    MOST,
                ),
            },
            {"replace_history": one_of(True)},  # noqa: FBT003 - a JSON literal
        )
    }
)
ENRICHING = frozenset({"people", "companies"})


def has_no_history(kind: Kind, attribute: Attribute) -> bool:
    """Whether an attribute has no history in Attio: interactions, connections and enriched values."""
    if kind.slug not in ENRICHING or kind.is_list:
        return False
    communication = attribute.type == "interaction" or attribute.slug.startswith("strongest_connection")
    return communication or attribute.is_enriched


def values_of(kind: Kind, row: Row, attribute: Attribute, *, historic: bool) -> list[Value]:
    """The current values; with `historic` past ones too, oldest first, or 400 where there is no history."""
    current = row.values.get(attribute.slug, [])
    if not historic:
        return current
    if has_no_history(kind, attribute):
        raise refuse("validation_type", f'The history of "{attribute.slug}" cannot be read.')
    past = (row.history or {}).get(attribute.slug, [])
    return sorted([*past, *current], key=lambda value: str(value["active_from"]))


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A value, and the time in which it was active."""

    members: JsonObject
    since: str
    until: str | None


def replace_values(write: Write, row: Row, attribute: Attribute, body: JsonObject) -> list[Value]:
    """Replace the history of an attribute."""
    refuse_untouchable(write.kind, attribute)
    given: list[dict[str, Any]] = conform(body, REPLACE)["data"]["values"]
    intervals = [interval(write, attribute, n, each) for n, each in enumerate(given)]
    intervals.sort(key=lambda each: each.since)
    refuse_overlaps(attribute, intervals)
    open_ = [each.members for each in intervals if each.until is None]
    current = {attribute.slug: open_}
    require(write, current, current)
    refuse_conflicts(write, current, row)
    return stored(write, row, attribute, intervals)


def refuse_untouchable(kind: Kind, attribute: Attribute) -> None:
    """Refuse attributes whose history a caller may not write."""
    if attribute.reverse is not None:
        raise bad_value(
            f'"{attribute.slug}" is a relationship; its history cannot be written.', ["attribute"]
        )
    if attribute.formula is not None:
        raise refuse("formula_edit_unauthorized", f'"{attribute.slug}" is a formula; nobody writes it.')
    if not attribute.is_writable or has_no_history(kind, attribute):
        raise refuse("system_edit_unauthorized", f'The history of "{attribute.slug}" cannot be written.')


def interval(write: Write, attribute: Attribute, n: int, raw: dict[str, Any]) -> Interval:
    """One value of the body with its times; a time in the future is refused."""
    path = ("data", "values", n)
    given = [raw["value"]] if attribute.is_multiselect else raw["value"]
    members = coerce_all(write.workspace, attribute, given, (*path, "value"))
    if len(members) != 1:
        raise bad_value("Expected one value.", (*path, "value"))
    times: dict[str, str | None] = {}
    for name in ("active_from", "active_until"):
        try:
            times[name] = None if raw[name] is None else as_timestamp(raw[name])
        except ValueError:
            raise bad_value("Expected an RFC 3339 timestamp.", (*path, name)) from None
        if (times[name] or "") > write.now:
            raise bad_value("May not be in the future.", (*path, name))
    since, until = str(times["active_from"]), times["active_until"]
    if until is not None and until <= since:
        raise bad_value("active_until must be after active_from.", (*path, "active_until"))
    return Interval(members=members[0], since=since, until=until)


def refuse_overlaps(attribute: Attribute, intervals: list[Interval]) -> None:
    """Refuse overlapping intervals of equal values, and in a single-value attribute any that overlap."""
    for n, each in enumerate(intervals):
        for other in intervals[n + 1 :]:
            if each.until is not None and each.until <= other.since:
                continue
            if not attribute.is_multiselect:
                raise refuse(
                    "multiple_values_for_single_value_attribute",
                    f'"{attribute.slug}" can hold a single value at a time.',
                )
            if identity(attribute, each.members) == identity(attribute, other.members):
                raise refuse("duplicate_values", f'"{attribute.slug}" would hold a value twice.')


def stored(write: Write, row: Row, attribute: Attribute, intervals: list[Interval]) -> list[Value]:
    """Store a checked history."""
    values: list[Value] = [
        {
            "active_from": each.since,
            "active_until": each.until,
            "created_by_actor": write.actor,
            "attribute_type": attribute.type,
            **each.members,
        }
        for each in intervals
    ]
    unindex(write.workspace, write.kind, row, attribute, row.values.get(attribute.slug, []))
    row.history = row.history or {}
    row.history[attribute.slug] = [value for value in values if value["active_until"] is not None]
    row.values[attribute.slug] = [value for value in values if value["active_until"] is None]
    row.drop_raw()
    index(write.workspace, write.kind, row, attribute, row.values[attribute.slug])
    return values
