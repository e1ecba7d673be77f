"""Creations that Attio gives no unique value for: what got no answer is asked for before it is sent again."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from attio_api.client import AttioClient
from attio_api.errors import ServerTrouble
from destination_attio.engine import push
from integration_tests.destination.desk import statuses
from integration_tests.destination.office import Office

RECORDS = "/v2/objects/cases/records"
SECONDS_OF_LATE_WORK = 3.9


@pytest.fixture
def office() -> Office:
    """With an object that has no unique attribute."""
    office = Office()
    names = {"api_slug": "cases", "singular_noun": "case", "plural_noun": "cases"}
    office.attio.api("POST", "/v2/objects", {"data": names})
    office.attribute("objects/cases", "label", "text")
    return office


MAPPED: dict[str, dict[str, Any]] = {
    "cases": {"mode": "create"},
    "lists/queue": {
        "mode": "create",
        "match": [],
        "fields": [{"column": "parent", "attribute": "parent_record"}],
    },
    "notes": {
        "fields": [
            {"column": "parent", "attribute": "parent_record"},
            {"column": "label", "attribute": "title"},
            {"column": "label", "attribute": "content"},
        ]
    },
    "tasks": {
        "fields": [
            {"column": "parent", "attribute": "linked_records"},
            {"column": "label", "attribute": "content"},
        ]
    },
}
"""What Attio creates without a unique value, and how it is mapped."""


@pytest.mark.parametrize("target", MAPPED)
@pytest.mark.parametrize(("status", "processed"), [(503, True), (502, False)])
def test_a_create_without_a_unique_value_is_made_once(
    office: Office, target: str, status: int, processed: bool
) -> None:
    """A gateway answers in Attio's place, whether or not the create was done: it is asked for, then sent."""
    parents = [{"object": "companies", "record_id": office.company(n)} for n in range(6)]
    path = {"cases": RECORDS, "lists/queue": "/v2/lists/queue/entries"}.get(target, f"/v2/{target}")
    office.attio.fault("status", method="POST", path=path, status=status, processed=processed, every=2)
    rows = [
        {"label": f"l{n}", **({} if target == "cases" else {"parent": one})} for n, one in enumerate(parents)
    ]
    report = office.push(rows, target, **MAPPED[target])
    made = _made(office, target)
    undone = office.revert(report)

    assert (6, 0, []) == (report.counts.create, report.counts.rejected, [*report.duplicates, *report.dropped])
    assert 6 == made
    assert (6, 0, 0) == (undone.counts.delete, undone.counts.rejected, _made(office, target))


def _made(office: Office, target: str) -> int:
    """How many there are."""
    if target in {"notes", "tasks"}:
        return len(office.attio.api("GET", f"/v2/{target}")["data"])
    return len(office.held("objects/cases/records" if target == "cases" else f"{target}/entries"))


@pytest.mark.parametrize("processed", [True, False])
def test_equal_rows_without_a_key_are_all_made(office: Office, processed: bool) -> None:
    """Two rows with the same values are two records, whichever of their answers was lost."""
    office.attio.fault("status", method="POST", path=RECORDS, status=503, processed=processed, count=2)
    rows: list[Any] = [
        {"label": "twin"},
        {"label": "twin"},
        {"label": "twin"},
        {"label": "twin", "other": None},
    ]
    report = office.push(rows, "cases", mode="create")
    made = [one.record_id for one in _changes(office) if one.record_id]
    undone = office.revert(report)

    assert (4, 4, 4) == (report.counts.create, len(made), len(set(made)))
    assert (4, {}) == (undone.counts.delete, office.all("cases"))


def test_a_create_that_attio_makes_late_is_made_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attio is still at work when the connection breaks: a first look, half a second later, finds nothing."""
    open_ones = [{"data": {"values": {"label": "l1"}}}]

    def heard(when: str, number: int) -> None:
        if (when, number) == ("before", 2):
            raise requests.ConnectionError

    def is_done() -> None:
        while open_ones:
            office.attio.api("POST", RECORDS, open_ones.pop())

    def passes(_: AttioClient, tries: int) -> None:
        if 2 ** (tries - 1) * 0.5 > SECONDS_OF_LATE_WORK:
            is_done()

    office.on_write = heard
    monkeypatch.setattr(AttioClient, "pause", passes)
    report = office.push([{"label": f"l{n}"} for n in range(3)], "cases", mode="create")
    is_done()

    assert (3, 0) == (report.counts.create, report.counts.rejected)
    assert [["l0"], ["l1"], ["l2"]] == sorted(office.values("cases", "label"))


def test_a_colleagues_equal_record_is_not_taken_for_the_lost_one(office: Office) -> None:
    """He makes the very same at that moment: ours is sent again, his stays."""
    made: list[str] = []

    def heard(when: str, number: int) -> None:
        if (when, number) == ("before", 2):
            body = {"data": {"values": {"label": "l1"}}}
            made.append(office.theirs("POST", RECORDS, body)["id"]["record_id"])

    office.on_write = heard
    office.attio.fault("status", method="POST", path=RECORDS, status=503, count=1, skip=2)
    report = office.push([{"label": f"l{n}"} for n in range(3)], "cases", mode="create")
    office.revert(report)

    assert (3, made) == (report.counts.create, list(office.all("cases")))


def test_a_lost_record_that_somebody_has_changed_since_is_listed(office: Office) -> None:
    """Its words are his by now, so it may be ours or not: the row says so, and nothing is made twice."""

    def heard(when: str, number: int) -> None:
        if (when, number) == ("after", 2):
            own_id = list(office.all("cases"))[-1]
            office.attio.clock(advance_seconds=5)
            office.theirs("PUT", f"{RECORDS}/{own_id}", {"data": {"values": {"label": "his"}}})
            raise requests.ReadTimeout

    office.on_write = heard
    report = office.push([{"label": f"l{n}"} for n in range(3)], "cases", mode="create")
    (his,) = (one for one, held in office.all("cases").items() if held["label"][0]["value"] == "his")
    noted = [one.reason for one in _changes(office, "unknown")]
    undone = office.revert(report)
    looked_up = [one.reason for one in _changes(office, "unknown")]

    assert (2, 1) == (report.counts.create, report.counts.rejected)
    assert "outcome_unknown" == report.rejected[0].code
    assert f"It may be: {his} (https://" in str(report.rejected[0].reason)
    assert [report.rejected[0].reason] == noted == looked_up
    assert [his] == list(office.all("cases"))
    assert 1 == len(undone.conflicts)


@pytest.mark.parametrize("is_planned", [False, True])
def test_rows_without_a_key_are_written_as_they_are(
    office: Office, monkeypatch: pytest.MonkeyPatch, *, is_planned: bool
) -> None:
    """By a push, whose parts are decided again, and by a saved plan; no answer is called another one."""
    monkeypatch.setattr(push, "FRESH_FOR", 2)
    rows: list[Any] = [{"label": one} for one in "aabbc"]
    settings = {"mode": "create"}
    if is_planned:
        report = office.apply(office.plan(rows, "cases", **settings))
    else:
        report = office.push(rows, "cases", **settings)

    assert [["a"], ["a"], ["b"], ["b"], ["c"]] == office.values("cases", "label")
    assert (5, (), ()) == (report.counts.create, report.dropped, report.duplicates)


def test_a_stub_whose_answer_was_lost_is_made_once(office: Office) -> None:
    """A record that a row refers to, and that is made for it; a revert takes it away again."""
    config = {"record_reference": {"allowed_objects": ["cases"]}}
    office.attribute("objects/things", "case", "record-reference", config=config)
    office.attio.fault("status", method="POST", path=RECORDS, status=503, processed=True, count=1)
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "case", "attribute": "case", "reference": "label"},
    ]
    rows = [{"code": one, "case": "new"} for one in "ab"]
    report = office.push(rows, "things", fields=fields, match="code", on_missing_reference="create_stub")
    made = office.values("cases", "label")
    office.revert(report)

    assert (2, 0, [["new"]]) == (report.counts.create, report.counts.rejected, made)
    assert ({}, {}) == (office.all("things"), office.all("cases"))


def test_a_deleted_record_that_a_revert_makes_again_is_made_once(office: Office) -> None:
    """The answer of the revert's own creation is lost; all of it comes back, and nothing twice."""
    office.push([{"label": one} for one in "aab"], "cases", mode="create")
    gone = [{"record_id": one} for one in office.all("cases")]
    report = office.push(gone, "cases", match="record_id", mode="delete")
    office.attio.fault("status", method="POST", path=RECORDS, status=503, processed=True, every=2)
    undone = office.revert(report)

    assert (3, 0) == (undone.counts.create, undone.counts.rejected)
    assert [["a"], ["a"], ["b"]] == office.values("cases", "label")


def test_attio_that_stays_unavailable_ends_the_run(office: Office) -> None:
    """Nothing is made, nothing stays unknown, and the run fails with Attio's own trouble."""
    office.attio.fault("status", method="POST", path=RECORDS, status=503)
    with pytest.raises(ServerTrouble):
        office.push([{"label": "a"}], "cases", mode="create")

    assert {} == office.all("cases")
    assert {"not_applied"} == set(statuses(office))


def test_an_option_whose_answer_was_lost_is_made_once(office: Office) -> None:
    """Its title is looked up before it is sent again."""
    path = "/v2/objects/things/attributes/tags/options"
    office.attio.fault("status", method="POST", path=path, status=503, count=1)
    rows = [{"code": one, "tags": [one]} for one in "ab"]
    report = office.push(rows, "things", match="code", on_unknown_option="create")

    assert (2, 0) == (report.counts.create, report.counts.rejected)
    assert ["a", "b"] == sorted(one["title"] for one in office.attio.api("GET", path)["data"])


def _changes(office: Office, status: str = "written") -> list[Any]:
    """The first run's changes of this status."""
    with office.open_journal() as journal:
        return [one.change for one in journal.changes(journal.runs()[-1].run_id) if one.status == status]
