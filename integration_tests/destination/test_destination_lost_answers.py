"""Creations whose answers are lost: each is made once, and a colleague's record is not taken for ours."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from destination_attio.engine import run_context
from integration_tests.destination.desk import RECORDS, SIX_COMPANIES, Desk, statuses
from integration_tests.destination.office import ROWS, Office


@pytest.fixture
def office() -> Office:
    return Office()


def test_one_row_that_a_colleague_writes_at_the_same_moment(office: Office) -> None:
    """Also the only record of a run is his when he made it, whatever it holds."""
    made: list[str] = []
    office.before_write(1, lambda: made.append(office.company(5, name="Firm 5")))
    report = office.push(ROWS[5:], "companies", match="domains")
    office.revert(report)

    assert (0, 0, 1) == (report.counts.create, report.counts.update, report.counts.unchanged)
    assert made == list(office.all("companies"))


@pytest.mark.parametrize(("rows", "named"), [(ROWS, True), (ROWS[:1], True), (ROWS[:1], False)])
def test_a_record_whose_answer_was_lost(
    office: Office, rows: list[Any], named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ours, by the token's id or another answer; where Attio names neither, it is listed, and left."""
    if not named:
        monkeypatch.setattr(run_context, "actors_of", lambda _: frozenset())

    def heard(when: str, number: int) -> None:
        if (when, number) == ("after", 1):
            raise requests.ReadTimeout

    office.on_write = heard
    report = office.push(rows, "companies", match="domains")
    undone = office.revert(report)
    left = list(office.all("companies"))

    assert (len(rows), 0) == (report.counts.create, report.counts.rejected)
    assert len(left) == (0 if named else 1)
    assert left == [one.record_id for one in report.met] == [one.record_id for one in undone.conflicts]
    assert all("is not known" in str(one.reason) for one in undone.conflicts)


def test_a_record_that_somebody_added_to_between_two_tries_is_listed(office: Office) -> None:
    """The second answer shows his words, so the record counts as his: it stays with what the run wrote."""

    def heard(when: str, number: int) -> None:
        if (when, number) == ("after", 2):
            (own_id,) = (one for one, held in office.all("companies").items() if "firm1" in str(held))
            body = {"data": {"values": {"description": "his"}}}
            office.theirs("PATCH", f"{RECORDS}/{own_id}", body)
            raise requests.ReadTimeout

    office.on_write = heard
    report = office.push(ROWS[:2], "companies", match="domains")
    planned = office.planned(report).counts
    undone = office.revert(report)

    assert (1, 1) == (report.counts.create, report.counts.update)
    assert list(office.all("companies")) == [one.record_id for one in undone.conflicts]
    assert (1, 1) == (planned.delete, planned.rejected)


def test_a_record_whose_second_answer_was_lost_as_well(office: Office) -> None:
    """The first try made nothing and the second did: the row is written, and no mirror deletes its record."""

    def heard(when: str, number: int) -> None:
        if (when, number) in {("before", 1), ("after", 2)}:
            raise requests.ReadTimeout

    office.on_write = heard
    report = office.push(
        [{"code": "a", "label": "x"}], "things", match="label", mode="mirror", max_delete_percent=100
    )

    assert (1, 0, 0) == (report.counts.create, report.counts.rejected, report.counts.mirrored)
    assert [["a"]] == office.values("things", "code")
    assert ["not_applied", "written"] == sorted(statuses(office))


def test_a_record_found_by_its_key_is_no_other_row_s(office: Office) -> None:
    """The first of two lost creations is found; the second holds much the same, and is sent again."""
    rows = [{"code": code, "label": "x"} for code in "ab"]

    def heard(when: str, number: int) -> None:
        if (when, number) in {("after", 1), ("before", 2)}:
            raise requests.ReadTimeout

    office.on_write = heard
    report = office.push(rows, "things", match="code")

    assert (2, 0) == (report.counts.create, report.counts.rejected)
    assert [["a"], ["b"]] == sorted(office.values("things", "code"))


@pytest.mark.parametrize("kind", ["lost_answer", "drop", "garbage", "cut"])
def test_lost_and_broken_answers_make_no_duplicates(desk: Desk, kind: str) -> None:
    """An answer that is lost, cut or garbage leads to another try; each row ends as one record."""
    desk.attio.fault(kind, path=f"{RECORDS}*", count=4)
    report = desk.push(SIX_COMPANIES)

    assert (6, 6) == (report.counts.create, len(desk.values("companies", "name")))


def test_lost_answer_to_a_plain_create_is_looked_up(desk: Desk) -> None:
    """Where Attio cannot be asked to find or create, a lost answer is followed by a look."""
    desk.attio.fault("lost_answer", method="POST", path=RECORDS, count=1)
    report = desk.push(SIX_COMPANIES, match="name")

    assert (6, 6) == (report.counts.create, len(desk.values("companies", "name")))


def test_lost_answer_in_create_mode_is_ours(desk: Desk) -> None:
    """A record that was made though its answer was lost is counted, journalled and can be undone."""
    desk.attio.fault("lost_answer", method="POST", path=RECORDS, count=3)
    report = desk.push(SIX_COMPANIES, mode="create")
    noted = statuses(desk)
    desk.revert(report)

    assert (6, 0) == (report.counts.create, report.counts.rejected)
    assert ["written"] * 6 == noted
    assert [] == desk.values("companies", "name")


def test_write_that_a_look_does_not_find_is_no_unknown(desk: Desk) -> None:
    """A create that got no answer and made nothing is made anew; the journal leaves no doubt of the first."""
    desk.attio.fault("drop", method="POST", path=RECORDS, count=1)
    desk.push(SIX_COMPANIES[:2], mode="create")

    assert ["not_applied", "written", "written"] == sorted(statuses(desk))


def test_lost_answer_to_a_note_is_looked_up(desk: Desk) -> None:
    """A note whose answer was lost is not written twice."""
    desk.push(SIX_COMPANIES[:1])
    desk.attio.fault("lost_answer", method="POST", path="/v2/notes", count=1)
    fields = [
        {"column": "domains", "attribute": "parent_record", "reference": "domains"},
        {"column": "name", "attribute": "title"},
        {"constant": "Hello", "attribute": "content"},
    ]
    report = desk.push(SIX_COMPANIES[:1], "notes", fields=fields)

    assert (1, 1) == (report.counts.create, len(desk.attio.api("GET", "/v2/notes")["data"]))
