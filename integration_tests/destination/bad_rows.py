"""Everything that may be wrong with a row: what Attio holds, the row, and what its rejection says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration_tests.destination.desk import Desk


Row = dict[str, Any]
LOST = "00000000-0000-4000-8000-000000000000"
CANARY = "canary-5f1e"
GOOD: Row = {"code": "good", "topic": "fine"}


def nothing(_: Desk) -> None:
    """No preparation."""


def held(*rows: Row) -> Callable[[Desk], None]:
    """Attio holds these already."""

    def prepare(desk: Desk) -> None:
        for row in rows:
            desk.attio.create_record("cases", row)

    return prepare


@dataclass(frozen=True, kw_only=True)
class Bad:
    """One trouble with a row: what Attio holds, the row, and what its rejection says."""

    row: Row
    attribute: str | None
    code: str
    key: Row = field(default_factory=lambda: {"code": "bad"})
    settings: Row = field(default_factory=dict)
    prepare: Callable[[Desk], None] = nothing
    others: tuple[Row, ...] = (GOOD,)


UNLIKE: Row = {"code": "bad"}
ROWS = {
    "missing key": Bad(row={"topic": CANARY}, attribute="code", code="missing_value", key={}),
    "empty key": Bad(row={"code": " ", "topic": CANARY}, attribute="code", code="missing_value", key={}),
    "part of a key is null": Bad(
        row={"code": "bad", "topic": None, "note": CANARY},
        attribute="topic",
        code="missing_value",
        settings={"match": ["code", "topic"]},
    ),
    "a key of the wrong type": Bad(
        row={"code": {"a": CANARY}}, attribute="code", code="validation_type", key={}
    ),
    "an id that is none": Bad(
        row={"record_id": CANARY, "topic": "x"},
        attribute="record_id",
        code="validation_type",
        key={},
        settings={"match": "record_id"},
        others=(),
    ),
    "text in a number": Bad(row=UNLIKE | {"size": CANARY}, attribute="size", code="validation_type"),
    "a list in one value": Bad(
        row=UNLIKE | {"topic": [CANARY, "b"]}, attribute="topic", code="validation_type"
    ),
    "an object in a text": Bad(
        row=UNLIKE | {"topic": {"a": CANARY}}, attribute="topic", code="validation_type"
    ),
    "half a character": Bad(
        row=UNLIKE | {"topic": CANARY + "\ud83d"}, attribute="topic", code="validation_type"
    ),
    "a day in doubt": Bad(row=UNLIKE | {"day": "05/01/2026"}, attribute="day", code="validation_type"),
    "too long": Bad(row=UNLIKE | {"topic": "x" * 10_000_001}, attribute="topic", code="validation_type"),
    "an unknown option": Bad(row=UNLIKE | {"kind": CANARY}, attribute="kind", code="value_not_found"),
    "a reference to nothing": Bad(
        row=UNLIKE | {"company": f"{CANARY}.example.com"}, attribute="company", code="value_not_found"
    ),
    "a reference to a deleted record": Bad(
        row=UNLIKE | {"company": LOST}, attribute="company", code="value_not_found"
    ),
    "a reference to an object that is not there": Bad(
        row=UNLIKE | {"company": {"object": CANARY, "domains": "a.example.com"}},
        attribute="company",
        code="validation_type",
    ),
    "a reference by an attribute that is not there": Bad(
        row=UNLIKE | {"company": {CANARY: "a"}}, attribute="company", code="validation_type"
    ),
    "a reference by an attribute that cannot be searched": Bad(
        row=UNLIKE | {"company": {"primary_location": "GB"}}, attribute="company", code="validation_type"
    ),
    "a member who is none": Bad(
        row=UNLIKE | {"owner": f"{CANARY}@example.com"}, attribute="owner", code="value_not_found"
    ),
    "a unique value of another record": Bad(
        row=UNLIKE | {"ticket": CANARY},
        attribute="ticket",
        code="uniqueness_conflict",
        prepare=held({"code": "other", "ticket": CANARY}),
    ),
    "a unique value of another row": Bad(
        row=UNLIKE | {"ticket": CANARY},
        attribute="ticket",
        code="uniqueness_conflict",
        others=(GOOD | {"ticket": CANARY},),
    ),
    "two records for one row": Bad(
        row={"topic": "twice", "size": 1},
        attribute=None,
        code="multiple_match_results",
        key={"topic": "twice"},
        settings={"match": "topic"},
        prepare=held({"code": "a", "topic": "twice"}, {"code": "b", "topic": "twice"}),
    ),
    "a deleted or merged target": Bad(
        row={"record_id": LOST, "topic": CANARY},
        attribute="record_id",
        code="not_found",
        key={"record_id": LOST},
        settings={"match": "record_id"},
        others=(),
    ),
    "marked as deleted, and nothing said": Bad(
        row=UNLIKE | {"_deleted": True}, attribute=None, code="deleted_row"
    ),
    "a mark in doubt": Bad(
        row=UNLIKE | {"gone": CANARY}, attribute=None, code="deleted_row", settings={"delete_when": "gone"}
    ),
    "not there, and only updates": Bad(
        row=UNLIKE,
        attribute=None,
        code="not_found",
        settings={"mode": "update"},
        prepare=held({"code": "good"}),
    ),
    "there, and only creates": Bad(
        row=UNLIKE, attribute=None, code="already_exists", settings={"mode": "create"}, prepare=held(UNLIKE)
    ),
}
ADDITIONS = {
    "a note on a lost record": (
        "notes",
        {"parent_record": {"object": "companies", "record_id": LOST}, "title": CANARY, "content": CANARY},
        "parent_record",
        "not_found",
    ),
    "a note without a title": (
        "notes",
        {"parent_record": {"object": "companies", "record_id": "COMPANY"}, "content": CANARY},
        "title",
        "missing_value",
    ),
    "a note that is too long": (
        "notes",
        {
            "parent_record": {"object": "companies", "record_id": "COMPANY"},
            "title": CANARY,
            "content": "x" * 1_000_001,
        },
        "content",
        "validation_type",
    ),
    "a task without a text": ("tasks", {"content": " "}, "content", "missing_value"),
    "a task with a lost record": (
        "tasks",
        {"content": CANARY, "linked_records": [{"object": "companies", "record_id": LOST}]},
        "linked_records",
        "not_found",
    ),
    "a task for nobody": (
        "tasks",
        {"content": CANARY, "assignees": f"{CANARY}@example.com"},
        "assignees",
        "value_not_found",
    ),
    "an entry for a lost record": (
        "lists/sales",
        {"parent_record": {"object": "companies", "record_id": LOST}},
        "parent_record",
        "value_not_found",
    ),
    "an entry for nobody": ("lists/sales", {"score": 1}, "parent_record", "missing_value"),
}
