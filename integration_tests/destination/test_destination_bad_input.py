"""Everything that may be wrong with rows, or go wrong under them: each has one outcome, with a remedy."""

from __future__ import annotations

import json
import resource
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from attio_api.errors import AttioError, Misconfigured, MissingScope
from destination_attio.storage.journal import Journal, JournalError
from destination_attio.storage.rejects import StorageError
from integration_tests.destination.bad_rows import ADDITIONS, CANARY, GOOD, ROWS, Row, nothing
from integration_tests.destination.desk import Desk, stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator


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


@pytest.mark.parametrize(("status", "code"), [(400, "validation_type"), (400, "a_new_code"), (422, "other")])
def test_what_attio_alone_refuses_is_told_in_its_words(
    desk: Desk, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also for a code that nobody knows: the row has Attio's words and a remedy, and the log has neither."""
    desk.attio.fault("status", method="POST", path="/v2/objects/cases/records", status=status, code=code)
    report = desk.push([GOOD], "cases", mode="create")
    (kept,) = (json.loads(line) for line in (desk.folder / "rejects.jsonl").read_text().splitlines())
    (change,) = report.rejected

    assert (code, "This failure was ordered.") == (kept["code"], kept["attio_says"])
    assert kept["remedy"] == change.remedy
    assert kept["remedy"]
    assert "This failure was ordered." == change.to_json()["attio_says"]
    assert "This failure was ordered." not in f"{caplog.text} {change.reason} {change.remedy} {change!r}"


def test_unknown_columns_and_duplicates_are_no_trouble(desk: Desk) -> None:
    """A column without an attribute is left out; of rows with one key the last counts."""
    report = desk.push(
        [{"code": "1", "topic": "old", "nobody": CANARY}, {"code": " 1 ", "topic": "new"}], "cases"
    )

    assert (1, 1, 0) == (report.counts.create, report.counts.superseded, report.counts.rejected)
    assert [["new"]] == desk.values("cases", "topic")


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
