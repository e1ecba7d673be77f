"""Mirrors: they delete or mark what no row speaks of, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_api.errors import Misconfigured
from destination_attio.storage.journal import Journal
from integration_tests.destination.desk import COMPANIES, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration_tests.destination.desk import Row


def test_mirror_deletes_what_left_the_source_within_its_limit(desk: Desk) -> None:
    """A mirror deletes what no row speaks of, and refuses when that would be too much."""
    desk.push(COMPANIES)
    with pytest.raises(Misconfigured, match="more than the 10 %"):
        desk.push(COMPANIES[:1], mode="mirror")
    kept = desk.values("companies", "name")
    report = desk.push(COMPANIES[:1], mode="mirror", max_delete_percent=50)

    assert [["Alpha"], ["Beta"]] == kept
    assert (1, 1, 1) == (report.counts.delete, report.counts.mirrored, report.counts.rows)
    assert [["Alpha"]] == desk.values("companies", "name")


def test_mirror_marks_instead_of_deleting(desk: Desk) -> None:
    """A mirror can set a field where it would delete, and does so once."""
    desk.push(COMPANIES)
    settings: dict[str, Any] = {
        "mode": "mirror",
        "max_delete_percent": 100,
        "on_absent": {"attribute": "description", "value": "gone"},
    }
    first, second = desk.push(COMPANIES[:1], **settings), desk.push(COMPANIES[:1], **settings)

    assert [["One"], ["gone"]] == desk.values("companies", "description")
    assert (1, 0) == (first.counts.update, second.counts.written)


@pytest.mark.parametrize("work", ["plan", "push"])
def test_a_scope_that_attio_refuses_is_told_before_a_row_is_read(desk: Desk, work: str) -> None:
    """Not at the end, when rows were written already."""
    read: list[Row] = []

    def rows() -> Iterator[Row]:
        for one in COMPANIES:
            read.append(one)
            yield one

    with pytest.raises(Misconfigured, match="does not understand the `scope_filter` of 'rows'"):
        getattr(desk, work)(rows(), mode="mirror", scope_filter={"nope": "x"})

    assert [] == read


def test_a_scope_may_fill_a_request_but_for_one_id(desk: Desk) -> None:
    """Records are read again one by one where the scope leaves room for no more."""
    desk.push(COMPANIES)
    scope = {"name": {"$in": ["Alpha", *(f"N {number}" for number in range(98))]}}
    rows = [{"domains": "c.example.com", "name": "Gamma"}]
    report = desk.push(rows, mode="mirror", scope_filter=scope, max_delete_percent=100)

    assert 1 == report.counts.delete
    assert [["Beta"], ["Gamma"]] == desk.values("companies", "name")


@pytest.mark.parametrize("instead", ["delete", {"attribute": "description", "value": "gone"}])
@pytest.mark.parametrize("is_saved", [False, True])
def test_mirror_reports_what_it_had_to_leave(desk: Desk, instead: Any, *, is_saved: bool) -> None:
    """A deletion or mark that Attio refuses is in the report and the journal, and is no row's fate."""
    desk.push(COMPANIES)
    settings: dict[str, Any] = {"mode": "mirror", "max_delete_percent": 100, "on_absent": instead}
    plan = desk.plan(COMPANIES[:1], **settings)
    for method in ("DELETE", "PUT", "PATCH"):
        desk.attio.fault("status", method=method, path="/v2/objects/companies/records/*", status=400, count=1)
    report = desk.apply(plan) if is_saved else desk.push(COMPANIES[:1], **settings)
    (left,) = report.remaining
    with Journal.open(desk.journal) as journal:
        noted = [one.status for one in journal.changes(report.run_id)]

    assert [["Alpha"], ["Beta"]] == desk.values("companies", "name")
    assert (["b.example.com", "bb.example.com"], True) == (left.key["domains"], bool(left.reason))
    assert (1, 1, 0, 0, 0) == (
        report.counts.rows,
        report.counts.unchanged,
        report.counts.rejected,
        report.counts.mirrored,
        report.counts.written,
    )
    assert ["rejected"] == noted


def test_mirror_is_content_with_what_is_gone_already(desk: Desk) -> None:
    """A record that somebody else deletes at the same moment is as absent as it should be."""
    desk.push(COMPANIES)
    desk.attio.fault("status", method="DELETE", path="/v2/objects/companies/records/*", status=404, count=1)
    report = desk.push(COMPANIES[:1], mode="mirror", max_delete_percent=100)

    assert ((), 0, 1) == (report.remaining, report.counts.mirrored, report.counts.rows)


def test_mirror_knows_the_records_of_rejected_rows(desk: Desk) -> None:
    """A row with a wrong value still says that its record is there; one without a key stops the mirror."""
    desk.push(COMPANIES)
    wrong = [{**COMPANIES[0], "primary_location": "nowhere"}]
    report = desk.push(wrong, mode="mirror", max_delete_percent=50)
    kept = desk.values("companies", "name")
    with pytest.raises(Misconfigured, match="1 rows were rejected before their records were known"):
        desk.push([*wrong, {"name": "no key"}], mode="mirror", max_delete_percent=100)

    assert (1, 1) == (report.counts.mirrored, report.counts.rejected)
    assert [["Alpha"]] == kept


WRONG = {
    "a number that is none": {"score": "many"},
    "an address that is none": {"contact": "nobody"},
    "a person who is not there": {"contact": "nobody@example.org"},
    "a person who is not the only one": {"boss": "Twin"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_mirror_knows_the_entries_of_rejected_rows(desk: Desk, wrong: dict[str, Any]) -> None:
    """Whatever is wrong with a row, its parent is looked up: its entry stays, those of no row go."""
    fields = pipeline(desk)
    rows = [{"domain": "a.example.com", "score": 1}, {"domain": "b.example.com", "score": 2}]
    desk.push(rows, "lists/sales", fields=fields)
    settings: dict[str, Any] = {"fields": fields, "mode": "mirror"}
    with pytest.raises(Misconfigured, match="1 of 2 in 'lists/sales' left the source"):
        desk.push([rows[0] | wrong], "lists/sales", **settings)
    settings["max_delete_percent"] = 50
    plan = desk.plan([rows[0] | wrong], "lists/sales", **settings)
    report = desk.push([rows[0] | wrong], "lists/sales", **settings)

    assert (1, 1, 1) == (report.counts.mirrored, report.counts.rejected, report.counts.rows)
    assert plan.counts == report.counts
    assert [1] == [one["entry_values"]["score"][0]["value"] for one in desk.held("lists/sales/entries")]


def test_mirror_stops_where_a_row_may_mean_several_entries(desk: Desk) -> None:
    """A row whose parent cannot be told from others names no entry, so nobody knows what is absent."""
    fields = pipeline(desk)
    rows = [{"domain": f"{one}.example.com"} for one in ("a", "b")]
    desk.push(rows, "lists/sales", fields=fields)
    desk.push([{"domains": "b.example.com", "name": "Alpha"}])
    fields[-1] = {"column": "name", "attribute": "parent_record", "reference": "name"}
    with pytest.raises(Misconfigured, match="1 rows were rejected before their records were known"):
        desk.push([{"name": "Alpha"}], "lists/sales", fields=fields, mode="mirror", max_delete_percent=100)

    assert 2 == len(desk.held("lists/sales/entries"))


def pipeline(desk: Desk) -> list[dict[str, Any]]:
    """A list of companies whose entries have a number and point at people; how rows fill it."""
    desk.push(COMPANIES)
    desk.push([{"email_addresses": f"twin{one}@example.org", "name": "Twin"} for one in (1, 2)], "people")
    desk.list_of("sales", "companies")
    desk.attribute("lists/sales", "score", "number")
    people = {"record_reference": {"allowed_objects": ["people"]}}
    for slug in ("contact", "boss"):
        desk.attribute("lists/sales", slug, "record-reference", config=people)
    return [
        {"column": "score", "attribute": "score"},
        {"column": "contact", "attribute": "contact", "reference": "email_addresses"},
        {"column": "boss", "attribute": "boss", "reference": "name"},
        {"column": "domain", "attribute": "parent_record", "reference": "domains"},
    ]


def test_mirror_may_delete_exactly_its_limit(desk: Desk) -> None:
    """A share of exactly `max_delete_percent` is deleted; anything below 100 stops an empty source."""
    rows = [{"domains": f"m{n}.example.com", "name": str(n)} for n in range(10)]
    desk.push(rows)
    report = desk.push(rows[:9], mode="mirror", max_delete_percent=10)
    with pytest.raises(Misconfigured, match="9 of 9"):
        desk.push([], mode="mirror", max_delete_percent=99.9)

    assert 1 == report.counts.mirrored
