"""Everything that may be wrong with rows, or go wrong under them: each has one outcome, with a remedy."""

from __future__ import annotations

import json
import resource
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.errors import AttioError, Misconfigured, MissingScope
from destination_attio.storage.journal import Journal, JournalError
from destination_attio.storage.rejects import StorageError
from integration_tests.destination_desk import Desk, stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator

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


@pytest.fixture
def desk(attio: RemoteEmulator, tmp_path: Path) -> Desk:
    made = Desk(attio, tmp_path)
    made.custom_object("cases")
    for slug, kind in {"topic": "text", "size": "number", "day": "date", "kind": "select"}.items():
        made.attribute("objects/cases", slug, kind)
    made.attribute("objects/cases", "ticket", "text", is_unique=True)
    link = {"record_reference": {"allowed_objects": ["companies"]}}
    made.attribute("objects/cases", "company", "record-reference", config=link)
    made.attribute("objects/cases", "owner", "actor-reference")
    return made


@pytest.mark.parametrize("name", ROWS)
def test_each_bad_row_is_rejected_by_name_and_the_others_go_on(
    desk: Desk, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The rejection says row, key, attribute, column, code and remedy; nothing it says quotes the row."""
    bad = ROWS[name]
    bad.prepare(desk)
    report = desk.push([*bad.others, bad.row], "cases", **bad.settings)
    kept = [json.loads(line) for line in (desk.folder / "rejects.jsonl").read_text().splitlines()]
    (change,) = report.rejected

    assert (len(bad.others), 1) == (report.counts.rows - 1, report.counts.rejected)
    assert (bad.attribute, bad.code, bad.key) == (change.attribute, change.code, change.key)
    assert 1 + len(bad.others) == change.row_number
    assert change.remedy
    assert change.column == (bad.attribute if bad.attribute in {*bad.row, *GOOD} else None)
    assert CANARY not in f"{change.reason} {change.remedy} {caplog.text}"
    assert [(change.row_number, change.attribute, change.remedy)] == [
        (one["row_number"], one["attribute"], one["remedy"]) for one in kept
    ]
    assert bad.row == kept[0]["row"]


def test_unknown_columns_and_duplicates_are_no_trouble(desk: Desk) -> None:
    """A column without an attribute is left out; of rows with one key the last counts."""
    report = desk.push(
        [{"code": "1", "topic": "old", "nobody": CANARY}, {"code": " 1 ", "topic": "new"}], "cases"
    )

    assert (1, 1, 0) == (report.counts.create, report.counts.superseded, report.counts.rejected)
    assert [["new"]] == desk.values("cases", "topic")


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


@pytest.mark.parametrize("name", ADDITIONS)
def test_each_bad_addition_is_rejected_by_name_and_the_others_go_on(desk: Desk, name: str) -> None:
    """Notes, tasks and entries that cannot be made cost their own row."""
    target, row, attribute, code = ADDITIONS[name]
    made = desk.attio.create_record("companies", {"name": "A", "domains": ["a.example.com"]})
    desk.list_of("sales", "companies")
    desk.attribute("lists/sales", "score", "number")
    company = {"object": "companies", "record_id": made["id"]["record_id"]}
    if isinstance(parent := row.get("parent_record"), dict) and parent["record_id"] == "COMPANY":
        row = {**row, "parent_record": company}
    good = {
        "notes": {"parent_record": company, "title": "Good", "content": "Good"},
        "tasks": {"content": "Good"},
        "lists/sales": {"parent_record": company},
    }[target]
    report = desk.push([row, good], target)
    (change,) = report.rejected

    assert (1, attribute, code) == (report.counts.create, change.attribute, change.code)
    assert change.remedy
    assert CANARY not in f"{change.reason} {change.remedy}"


@dataclass(frozen=True, kw_only=True)
class Breaking:
    """Trouble that concerns every row: it stops the run, in a sentence."""

    error: type[Exception]
    sentence: str
    settings: Row = field(default_factory=dict)
    config: Row = field(default_factory=dict)
    midway: Callable[[Desk], None] = nothing
    row: Row = field(default_factory=lambda: {"code": "2", "topic": "x"})


def archive(desk: Desk) -> None:
    """Somebody archives an attribute."""
    desk.attio.api("PATCH", "/v2/objects/cases/attributes/topic", {"data": {"is_archived": True}})


def lose_scope(desk: Desk) -> None:
    """Somebody takes a scope from the token."""
    desk.attio.add_token(desk.attio.token, scopes=["record_permission:read", "object_configuration:read"])


STOPS = {
    "an attribute archived midway": Breaking(
        error=Misconfigured, sentence="'topic' of 'cases' was archived", midway=archive
    ),
    "a scope lost midway": Breaking(
        error=MissingScope, sentence="/v2/objects/cases/records", midway=lose_scope
    ),
    "the disk full under the rejects": Breaking(
        error=StorageError,
        sentence="cannot be written to /dev/full",
        config={"rejects": {"path": "/dev/full"}},
        row={"topic": "no key"},
    ),
}


@pytest.mark.parametrize("name", STOPS)
def test_trouble_for_every_row_stops_the_run_with_its_books_right(desk: Desk, name: str) -> None:
    """Rows before it are written and journalled, none after it, and the sentence has a remedy."""
    trouble = STOPS[name]
    token = desk.attio.token
    try:
        with desk.session(**trouble.config) as session:
            session.begin("push", "cases")
            stream_push = session.stream_push(session.bind(stream("cases")))
            stream_push.push([(1, {"code": "1", "topic": CANARY})])
            trouble.midway(desk)
            with pytest.raises(trouble.error, match=trouble.sentence) as caught:
                stream_push.push([(2, trouble.row)])
    finally:
        desk.attio.add_token(token)
    with Journal.open(desk.journal) as journal:
        noted = [one.status for run in journal.runs() for one in journal.changes(run.run_id)]

    assert isinstance(caught.value, AttioError | StorageError)
    assert caught.value.remedy
    assert CANARY not in str(caught.value)
    assert "written" == noted[0]
    assert "written" not in noted[1:]
    assert [["1"]] == desk.values("cases", "code")


def test_disk_full_under_the_journal_stops_the_run_before_the_write(desk: Desk) -> None:
    """What cannot be noted is not written."""
    rows = [(number, {"code": str(number), "topic": "x" * 5000}) for number in range(100)]
    with desk.session() as session:
        session.begin("push", "cases")
        stream_push = session.stream_push(session.bind(stream("cases")))
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            with pytest.raises(JournalError) as caught:
                stream_push.push(rows)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert "The journal at" in str(caught.value)
    assert "free space" in caught.value.remedy
    assert [] == desk.values("cases", "code")
