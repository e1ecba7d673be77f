"""A revert of deletions that is made again, after it has ended or was broken off: nothing is made twice."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from destination_attio.storage.journal import JournalError
from integration_tests.destination.lines import configured, record
from integration_tests.in_process import Killed, MemoryDesk

CODES = ["a", "b", "c", "d"]


def desk_with_deletions() -> tuple[MemoryDesk, Any]:
    """Things without a unique attribute, each pointing at the next, and the run that deleted them."""
    desk = MemoryDesk()
    names = {"api_slug": "things", "singular_noun": "thing", "plural_noun": "things"}
    desk.attio.api("POST", "/v2/objects", {"data": names})
    desk.attribute("objects/things", "label", "text")
    to_things = {"config": {"record_reference": {"allowed_objects": ["things"]}}}
    desk.attribute("objects/things", "next", "record-reference", **to_things)
    fields = [
        {"column": "label", "attribute": "label"},
        {"column": "next", "attribute": "next", "reference": "label"},
    ]
    rows = [{"label": one, "next": to} for one, to in zip(CODES, [*CODES[1:], CODES[0]], strict=True)]
    desk.push(rows, "things", match="label", fields=fields)
    rows = [{"label": one, "gone": True} for one in CODES]
    return desk, desk.push(rows, "things", match="label", delete_when="gone")


def labels(desk: MemoryDesk) -> list[str]:
    return sorted(one["label"][0] for one in desk.snapshot("things").values())


def pointed_at(desk: MemoryDesk) -> dict[str, str]:
    """The label of what each thing points at."""
    held = desk.attio.records("things", limit=500)
    called = {one["id"]["record_id"]: one["values"]["label"][0]["value"] for one in held}
    return {
        called[one["id"]["record_id"]]: called[value["target_record_id"]]
        for one in held
        for value in one["values"]["next"]
    }


def test_a_record_that_attio_does_not_take_again_is_listed_with_the_attribute() -> None:
    """One is required by now: Attio names it by its id, the list by its slug."""
    desk, deleted = desk_with_deletions()
    desk.attribute("objects/things", "owner_code", "text", is_required=True)
    undone = desk.revert(deleted)

    assert (0, 4) == (undone.counts.create, undone.counts.rejected)
    assert {"A required attribute has no value: owner_code (HTTP 400, missing_value)."} == {
        one.reason for one in undone.conflicts
    }


def test_a_second_revert_makes_nothing_twice() -> None:
    """What the first has made again is found under its new id, and the plan of the second says the same."""
    desk, deleted = desk_with_deletions()
    desk.revert(deleted)
    plan = desk.planned(deleted)
    again = desk.revert(deleted)

    assert CODES == labels(desk)
    assert (0, 4) == (again.counts.written, again.counts.unchanged)
    assert ([], 4) == (list(plan.changes), plan.counts.unchanged)


@pytest.mark.parametrize("write", range(1, 9))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_revert_that_was_killed_is_gone_on_with(write: int, when: str) -> None:
    """Nothing is made twice; what is not as it was is listed, and what nobody can know is listed as well."""
    desk, deleted = desk_with_deletions()

    def heard(moment: str, number: int) -> None:
        if (moment, number) == (when, write):
            desk.kill()

    desk.on_write = heard
    with suppress(Killed, JournalError):
        desk.revert(deleted)
    desk.on_write = lambda *_: None
    again = desk.revert(deleted)
    listed = {str(one.key.get("label")) for one in again.conflicts}
    there = labels(desk)

    assert len(there) == len({*there})
    assert set(CODES) == {*there} | listed
    points = pointed_at(desk)
    rest = {one for one in CODES if one not in points or points[one] != CODES[(CODES.index(one) + 1) % 4]}
    assert rest <= listed


def test_what_went_and_came_back_since_is_found() -> None:
    """Its id has changed with every revert of a revert; the journal tells them all."""
    desk, deleted = desk_with_deletions()
    desk.revert(desk.revert(desk.revert(deleted)))
    again = desk.revert(deleted)

    assert CODES == labels(desk)
    assert 0 == again.counts.written


def test_what_somebody_has_deleted_since_comes_back() -> None:
    """A revert is asked for what was deleted: a record that an earlier one made, and that went, is made."""
    desk, deleted = desk_with_deletions()
    desk.revert(deleted)
    gone = next(
        one["id"]["record_id"]
        for one in desk.attio.records("things", limit=500)
        if one["values"]["label"][0]["value"] == "b"
    )
    desk.attio.api("DELETE", f"/v2/objects/things/records/{gone}")
    again = desk.revert(deleted)

    assert CODES == labels(desk)
    assert 1 == again.counts.create


@pytest.mark.parametrize("is_planned", [False, True])
def test_what_a_later_run_deleted_and_its_revert_made_again_is_undone(*, is_planned: bool) -> None:
    """A creation and an update find their record under the id that the undone deletion gave it."""
    desk = MemoryDesk()
    desk.custom_object("things")
    desk.attribute("objects/things", "label", "text")
    desk.push([{"code": "a", "label": "old"}], "things", match="code")
    made = desk.push([{"code": one, "label": "new"} for one in "ab"], "things", match="code")
    desk.revert(desk.push([{"code": one} for one in "ab"], "things", match="code", mode="delete"))
    if is_planned:
        counts = desk.planned(made).counts
        assert (1, 1, 0) == (counts.update, counts.delete, counts.rejected)
        return
    undone = desk.revert(made)

    assert [["old"]] == desk.values("things", "label")
    assert (1, 1, ()) == (undone.counts.update, undone.counts.delete, undone.conflicts)


def test_a_killed_revert_that_is_begun_again_knows_what_the_first_has_not_made() -> None:
    """What was killed before Attio had it is looked up first, and so it is made and not listed."""
    desk, deleted = desk_with_deletions()
    desk.on_write = lambda moment, number: desk.kill() if (moment, number) == ("before", 2) else None
    with suppress(Killed, JournalError):
        desk.revert(deleted)
    desk.on_write = lambda *_: None
    desk.revert(deleted)

    assert set(CODES) - set(labels(desk)) == set()


def test_the_plan_knows_what_is_made_again_and_changed_after_that() -> None:
    """Of what the run changed and then deleted, and of what pointed at itself, the plan says what happens."""
    desk, _ = desk_with_deletions()
    fields = [
        {"column": "label", "attribute": "label"},
        {"column": "next", "attribute": "next", "reference": "label"},
    ]
    desk.push([{"label": "me", "next": "me"}, {"label": "other"}], "things", match="label", fields=fields)
    ids = {one["label"][0]: own_id for own_id, one in desk.snapshot("things").items()}
    rows: list[dict[str, Any]] = [
        {"record_id": ids["other"], "label": "turned", "gone": None},
        {"record_id": ids["other"], "gone": True},
        {"record_id": ids["me"], "gone": True},
    ]
    things = {"stream": "things", "match": ["record_id"], "delete_when": "gone"}
    desk.write([record(one, "things") for one in rows], configured("things"), batch_rows=1, streams=[things])
    run = desk.runs()[0]
    with desk.session() as session:
        plan = session.plan_revert(run.run_id)
    with desk.session() as session:
        undone = session.revert(run.run_id)

    assert {"me": "me"} == pointed_at(desk)
    assert (["me", "other"], ()) == (labels(desk), undone.overwritten)
    assert (2, 2, 0) == (undone.counts.create, undone.counts.update, undone.counts.rejected)
    assert (2, 2, 0) == (plan.counts.create, plan.counts.update, plan.counts.rejected)
