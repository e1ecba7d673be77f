"""Picks the changes of a plan to look at first, judged from values before and after alone; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_api.wire import Json
    from destination_attio.model.plan import Change, FieldChange

WORDS: Final = {
    "deletes": "deletes a record",
    "clears": "clears a value",
    "shortens": "makes a list shorter",
    "owner": "changes an owner",
    "name": "changes a name",
    "tenfold": "moves an amount tenfold",
}
_TENFOLD: Final = 10


def signals(change: Change) -> set[str]:
    """Reasons to look at a change first, as keys of WORDS."""
    if change.kind == "delete":
        return {"deletes"}
    if change.kind != "update":
        return set()
    return {signal for signal, is_so in _RULES.items() if any(is_so(one) for one in change.fields)}


def _is_empty(value: Json) -> bool:
    return value is None or value in ("", [], {})


def _clears(one: FieldChange) -> bool:
    return not _is_empty(one.before) and _is_empty(one.after)


def _shortens(one: FieldChange) -> bool:
    both_lists = isinstance(one.before, list) and isinstance(one.after, list)
    return both_lists and 0 < len(one.after) < len(one.before)  # type: ignore[arg-type]  # both are lists here


def _owner(one: FieldChange) -> bool:
    return "owner" in one.attribute and not _is_empty(one.before) and not _clears(one)


def _name(one: FieldChange) -> bool:
    return one.attribute in {"name", "full_name", "title"} and not _is_empty(one.before) and not _clears(one)


def _tenfold(one: FieldChange) -> bool:
    before, after = _amount(one.before), _amount(one.after)
    if before is None or after is None or not before or not after:
        return False
    ratio = abs(after / before)
    return ratio >= _TENFOLD or ratio <= 1 / _TENFOLD


def _amount(value: Json) -> float | None:
    if isinstance(value, dict):
        value = value.get("amount")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


_RULES: Final[dict[str, Callable[[FieldChange], bool]]] = {
    "clears": _clears,
    "shortens": _shortens,
    "owner": _owner,
    "name": _name,
    "tenfold": _tenfold,
}
