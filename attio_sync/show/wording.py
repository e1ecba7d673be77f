"""Words values, keys and counts for people; pure, shared by the terminal and the page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_api.wire import Json, JsonObject
    from destination_attio.model.plan import Change, Counts, FieldChange, Kind

NOTHING = "(empty)"
# The longest times that are shown in seconds, and in minutes.
_MINUTES_FROM, _HOURS_FROM = 90, 90
# Control characters except tab and line feed, and characters that override the direction of writing.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SIGNS: dict[Kind, str] = {
    "create": "+",
    "update": "~",
    "delete": "-",
    "rejected": "!",
    "superseded": "·",
    "unchanged": "=",
}
_ROOM_FOR_CELL = 40
# Attributes by which people recognise a record.
_NAMES = ("name", "full_name", "title", "content", "content_plaintext")
_FATES = (
    ("create", "to create", "created"),
    ("update", "to update", "updated"),
    ("delete", "to delete", "deleted"),
    ("unchanged", "unchanged", "unchanged"),
    ("rejected", "rejected", "rejected"),
    ("superseded", "superseded by a later row", "superseded by a later row"),
)

OF_REVERTS: dict[Kind, str] = {"unchanged": "undone already", "rejected": "left alone"}
MOST_LOOKED_AT = 100
"""Deletions at most for which a plan says what goes with the record; each costs about six reads."""
NAME = 160
"""Characters of a record's name that are shown; the whole value stands among the attributes."""
GONE = "Attio deletes what is on a record and empties references to it; a revert brings neither back."
NOT_MADE_AGAIN = (
    "What was deleted is back under a new id. What Attio took away with deleted records is not: pointers of "
    "other records at them, their list entries, notes and tasks."
)


def value(content: Json) -> str:
    """A value in a few words."""
    if content is None or content in ("", []):
        return NOTHING
    if isinstance(content, bool):
        return "yes" if content else "no"
    if isinstance(content, (int, float)):
        return f"{content:,}"
    if isinstance(content, list):
        return ", ".join(value(one) for one in content)
    if isinstance(content, dict):
        return _composed(content)
    return visible(content)


def cell(content: Json) -> str:
    """The cell for which a row was rejected, in quotation marks and not too long; empty without one."""
    return shortened(f"'{value(content)}'", _ROOM_FOR_CELL) if content is not None else ""


def says_something(field: FieldChange) -> bool:
    """Whether a field has a value on one of its sides."""
    return {value(field.before), value(field.after)} != {NOTHING}


def visible(text: str) -> str:
    """The text with signs in place of characters that steer a terminal or reverse text around them."""
    return _STEERING.sub("\ufffd", text)


def moment(text: str) -> str:
    """A time to the minute; a text that is no time stays, and so does a time that no calendar has in UTC."""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    return at.strftime("%Y-%m-%d %H:%M UTC")


def short_moment(text: str) -> str:
    """A time for narrow places: day and minute."""
    return moment(text).removesuffix(" UTC")[5:]


def duration(seconds: float) -> str:
    """A stretch of time in the unit that a person would say it in."""
    whole = round(seconds)
    if whole < _MINUTES_FROM:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < _HOURS_FROM else f"{minutes // 60} h {minutes % 60} min"


def deletes(count: int) -> str:
    """What deletions take along, for whoever approves them."""
    rest = f" What goes with each was looked up for the first {MOST_LOOKED_AT}."
    return (
        f"Deletes {count:,} in Attio. With a record go its notes, tasks and list entries, and what points at "
        f"it: a revert makes the record again under a new id, and not these."
        f"{rest if count > MOST_LOOKED_AT else ''}"
    )


def shortened(text: str, room: int) -> str:
    """One line of at most `room` characters."""
    line = " ".join(text.split())
    return line if len(line) <= room else line[: room - 1].rstrip() + "…"


def key(change: Change) -> str:
    """The row's name: its matching values, else its record's id, else its number."""
    named = ", ".join(value(content) for content in change.key.values() if content not in (None, "", []))
    return named or change.record_id or _row(change) or "?"


def _row(change: Change) -> str:
    return f"row {change.row_number}" if change.row_number else ""


def name(change: Change) -> str:
    """The record's name: as Attio has it, else as the row has it, else its key."""
    fields = {one.attribute: one.after if change.kind != "delete" else one.before for one in change.fields}
    told = next((fields[slug] for slug in _NAMES if fields.get(slug)), None)
    return visible(change.name) if change.name else (value(told) if told else key(change))


def reason(change: Change) -> str:
    """Why a row was refused, and what to do about it; its number first, unless `key` calls it by that."""
    row = _row(change)
    where = f"{row}: " if row and key(change) != row else ""
    return where + visible(" ".join(part for part in (change.reason, change.remedy) if part))


def option(change: Change) -> str:
    """The attribute of an option or status: `option of tags`."""
    word = "status" if change.target.startswith("statuses/") else "option"
    return f"{word} of {change.target.rpartition('/')[2]}"


def of_revert(fate: Kind, words: str) -> str:
    """The word for an outcome, in a revert's terms."""
    return OF_REVERTS.get(fate, words)


def fates(counts: Counts, *, done: bool) -> list[tuple[Kind, int, str]]:
    """Each outcome with its number and words, without those of no row."""
    return [
        (fate, getattr(counts, fate), past if done else future)  # type: ignore[misc]  # fates are kinds, see _FATES
        for fate, future, past in _FATES
        if getattr(counts, fate)
    ]


def sentence(counts: Counts, *, done: bool, is_revert: bool = False) -> str:
    """All outcomes in one line; for a revert, of the changes it undoes."""
    parts = [
        f"{count:,} {OF_REVERTS.get(fate, words) if is_revert else words}"
        for fate, count, words in fates(counts, done=done)
    ]
    return ", ".join(parts) or ("nothing to undo" if is_revert else "no rows")


def _composed(content: JsonObject) -> str:
    for needed, tell in _SHAPES:
        if needed <= content.keys():
            return visible(tell(content))
    return visible(json.dumps(content, ensure_ascii=False))


def _name(content: JsonObject) -> str:
    parts = (content.get("first_name"), content.get("last_name"))
    return str(content.get("full_name") or " ".join(str(part) for part in parts if part) or NOTHING)


def _money(content: JsonObject) -> str:
    amount = value(content["amount"])
    return f"{amount} {content['currency']}" if content.get("currency") else amount


def _place(content: JsonObject) -> str:
    order = ("line_1", "line_2", "line_3", "line_4", "postcode", "locality", "region", "country_code")
    return ", ".join(str(content[part]) for part in order if content.get(part)) or NOTHING


def _reference(content: JsonObject) -> str:
    return f"{content['object']}/{content['record_id']}"


_SHAPES: tuple[tuple[set[str], Callable[[JsonObject], str]], ...] = (
    ({"full_name"}, _name),
    ({"first_name", "last_name"}, _name),
    ({"amount", "currency"}, _money),
    ({"locality", "country_code"}, _place),
    ({"object", "record_id"}, _reference),
)
