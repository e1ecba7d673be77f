"""Attio answers with fewer items than there are: what the destination does not see must not be lost."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from attio_emulator.contract.wire import dumps, loads
from integration_tests.in_process import SmallDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.calls.request import Request

ROWS = [{"name": f"Firm {one}", "domains": f"firm{one}.example.com"} for one in range(6)]


@contextmanager
def cut(desk: SmallDesk, end: str, most: int) -> Iterator[None]:
    """Let every answer to a reading of a path that ends so have at most this many items."""
    attio: Any = desk.attio
    handle = attio.emulator.handle

    def shortened(request: Request) -> Any:
        outcome = handle(request)
        if not request.path.endswith(end) or outcome.answer.status >= HTTPStatus.BAD_REQUEST:
            return outcome
        body = loads(outcome.answer.body)
        body["data"] = body["data"][:most]
        return replace(outcome, answer=replace(outcome.answer, body=dumps(body)))

    attio.emulator.handle = shortened
    yield
    attio.emulator.handle = handle


def add(desk: SmallDesk, what: str, record_id: str) -> None:
    """Add a note or a task to a company."""
    linked = {"target_object": "companies", "target_record_id": record_id}
    bodies = {
        "notes": {
            "parent_object": "companies",
            "parent_record_id": record_id,
            "title": "Call",
            "format": "plaintext",
            "content": "He will call.",
        },
        "tasks": {
            "content": "Call",
            "format": "plaintext",
            "deadline_at": None,
            "is_completed": False,
            "assignees": [],
            "linked_records": [linked],
        },
    }
    desk.attio.api("POST", f"/v2/{what}", {"data": bodies[what]})


@pytest.mark.parametrize("what", ["notes", "tasks"])
def test_what_a_short_page_hides_keeps_its_record(what: str) -> None:
    """A revert leaves a record with somebody's note or task alone, though the first page does not show it."""
    desk = SmallDesk()
    other = desk.attio.api(
        "POST", "/v2/objects/companies/records", {"data": {"values": {"domains": ["other.example.com"]}}}
    )["data"]["id"]["record_id"]
    report = desk.push(ROWS, match=["domains"])
    made = {
        one["values"]["name"][0]["value"]: one["id"]["record_id"]
        for one in desk.attio.records("companies")
        if one["values"]["name"]
    }
    for _ in range(4):
        add(desk, what, other)
    add(desk, what, made["Firm 5"])
    with cut(desk, f"/v2/{what}", 2):
        desk.revert(report)

    assert set(desk.snapshot("companies")) == {other, made["Firm 5"]}


def test_a_mirror_sees_the_records_behind_a_short_page() -> None:
    """A record that the source no longer has is deleted, though no page shows all that it should."""
    desk = SmallDesk()
    desk.push(ROWS, match=["domains"])
    with cut(desk, "/records/query", 2):
        desk.push(ROWS[:5], match=["domains"], mode="mirror", max_delete_percent=100)

    assert desk.values("companies", "name") == [[f"Firm {one}"] for one in range(5)]


@pytest.mark.parametrize("mode", ["upsert", "update"])
def test_a_record_behind_a_short_page_is_not_made_twice(mode: str) -> None:
    """Rows find their records by a key that Attio does not keep unique, though no page shows them all."""
    desk = SmallDesk()
    rows = [{"name": row["name"]} for row in ROWS]
    desk.push(rows, match=["name"])
    with cut(desk, "/records/query", 1):
        changed = [{**row, "description": "New"} for row in rows]
        report = desk.push(changed, match=["name"], mode=mode)

    assert (0, 6, 0) == (report.counts.create, report.counts.update, report.counts.rejected)
    assert [["New"]] * 6 == desk.values("companies", "description")


def test_two_records_with_one_key_are_both_seen_behind_a_short_page() -> None:
    """A row that may mean either of them is refused, also where a page shows only the first."""
    desk = SmallDesk()
    for one in ("a", "b"):
        desk.attio.create_record("companies", {"name": "Twin", "domains": [f"{one}.example.com"]})
    with cut(desk, "/records/query", 1):
        report = desk.push([{"name": "Twin", "description": "New"}], match=["name"])

    assert ["multiple_match_results"] == [one.code for one in report.rejected]


def test_a_plan_tells_what_is_there_behind_a_short_page() -> None:
    """It shows no creation of a record that exists."""
    desk = SmallDesk()
    desk.push(ROWS, match=["domains"])
    with cut(desk, "/records/query", 2):
        plan = desk.plan([{**row, "name": "New"} for row in ROWS], match=["domains"])

    assert (0, 6) == (plan.counts.create, plan.counts.update)


def test_a_revert_undoes_what_a_short_page_hides() -> None:
    """Records of the run are not taken for gone, nor changed ones for records that somebody has deleted."""
    desk = SmallDesk()
    first = desk.push(ROWS, match=["domains"])
    changed = desk.push([{**row, "name": "New"} for row in ROWS], match=["domains"])
    with cut(desk, "/records/query", 2):
        back, gone = desk.revert(changed), desk.revert(first)

    assert ((6, ()), (6, ())) == (
        (back.counts.update, back.conflicts),
        (gone.counts.delete, gone.conflicts),
    )
    assert {} == desk.snapshot("companies")
