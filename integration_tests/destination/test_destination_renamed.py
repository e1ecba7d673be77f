"""Attributes that are renamed between a push and its revert, or between a plan and its push."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from attio_api.errors import Misconfigured
from destination_attio.model.plan import dumps, loads
from integration_tests.in_process import MemoryDesk

PLACE = "/v2/objects/things/attributes"
FIELDS = [{"column": one, "attribute": one} for one in ("code", "label")]


@pytest.fixture
def desk() -> MemoryDesk:
    found = MemoryDesk()
    found.custom_object("things")
    found.attribute("objects/things", "label", "text")
    found.push([{"code": "a", "label": "was"}], "things", match="code")
    return found


def held(desk: MemoryDesk, slug: str) -> list[Any]:
    """What the things hold in one attribute."""
    return [one["value"] for each in desk.attio.records("things") for one in each["values"][slug]]


def archived(desk: MemoryDesk, slug: str) -> None:
    """Take an attribute away, and its slug with it."""
    desk.attio.api("PATCH", f"{PLACE}/{slug}", {"data": {"api_slug": f"old_{slug}", "is_archived": True}})


def test_a_renamed_attribute_is_put_back(desk: MemoryDesk) -> None:
    """It is known by its id, and the change says what it is called by now."""
    report = desk.push([{"code": "a", "label": "new"}], "things", match="code")
    desk.attio.api("PATCH", f"{PLACE}/label", {"data": {"api_slug": "remark"}})
    plan = desk.planned(report)
    undone = desk.revert(report)

    assert ["'label' is called 'remark' by now."] == [one.reason for one in plan.changes]
    assert ["was"] == held(desk, "remark")
    assert () == undone.conflicts


def test_an_attribute_with_a_slug_of_another_is_left(desk: MemoryDesk) -> None:
    """What the run wrote is not put into another attribute that has the slug by now."""
    report = desk.push([{"code": "a", "label": "new"}], "things", match="code")
    desk.attio.api("PATCH", f"{PLACE}/label", {"data": {"api_slug": "old", "is_archived": True}})
    desk.attribute("objects/things", "label", "text")
    desk.push([{"code": "a", "label": "new"}], "things", match="code")
    undone = desk.revert(report)

    assert ["new"] == held(desk, "label")
    assert ["another one has its slug" in str(one.reason) for one in undone.conflicts] == [True]


def test_a_saved_plan_knows_a_renamed_attribute(desk: MemoryDesk) -> None:
    """Creates and updates go into the attribute that the plan meant, and the report names it."""
    rows = [{"code": "a", "label": "new"}, {"code": "b", "label": "made"}]
    plan = desk.plan(rows, "things", match="code", fields=FIELDS)
    desk.attio.api("PATCH", f"{PLACE}/label", {"data": {"api_slug": "remark"}})
    report = desk.apply(plan)

    assert ["made", "new"] == sorted(held(desk, "remark"))
    assert ("'label' is called 'remark' by now.",) == report.renamed
    assert report.stopped_at is None


def test_a_saved_plan_knows_a_renamed_key(desk: MemoryDesk) -> None:
    """Rows are matched by the attribute that the plan meant; an attribute without a mapping alike."""
    plan = desk.plan([{"code": "a", "label": "new"}, {"code": "b", "label": "made"}], "things", match="code")
    desk.attio.api("PATCH", f"{PLACE}/code", {"data": {"api_slug": "number"}})
    desk.attribute("objects/things", "code", "text")
    report = desk.apply(plan)

    assert (1, 1) == (report.counts.create, report.counts.update)
    assert ["a", "b"] == sorted(held(desk, "number"))
    assert [] == held(desk, "code")


@pytest.mark.parametrize("rows", [[{"code": "a", "label": "new"}], [{"code": "b", "label": "made"}]])
@pytest.mark.parametrize("settings", [{"match": "code"}, {"match": "code", "fields": FIELDS}])
@pytest.mark.parametrize("slug", ["label", "code"])
def test_a_saved_plan_stops_at_a_slug_of_another(
    desk: MemoryDesk, rows: list[Any], settings: Any, slug: str
) -> None:
    """Nothing is written into an attribute that has taken the slug over; the sentence says what has moved."""
    plan = desk.plan(rows, "things", **settings)
    archived(desk, slug)
    desk.attribute("objects/things", slug, "text")
    desk.attio.clear_calls()
    report = desk.apply(plan)

    assert 0 == desk.writes()
    assert report.stopped_at is not None
    assert f"'{slug}' has moved" in str(report.stopped_at.reason)


def test_a_saved_plan_stops_at_an_attribute_that_is_gone(desk: MemoryDesk) -> None:
    """A new record is not made without a value that the plan promised."""
    plan = desk.plan([{"code": "b", "label": "made"}], "things", match="code")
    archived(desk, "label")
    report = desk.apply(plan)

    assert 0 == report.counts.create
    assert report.stopped_at is not None
    assert "'label' is gone" in str(report.stopped_at.reason)


def test_a_plan_without_ids_is_applied_by_its_slugs(desk: MemoryDesk) -> None:
    """Plans that an earlier version saved are read as before."""
    plan = desk.plan([{"code": "b", "label": "made"}], "things", match="code")
    older = loads(dumps(replace(plan, attributes={})))

    assert "attributes" not in older.head()
    assert 1 == desk.apply(older).counts.create


CIRCLE = [{"code": "x", "parent": "y"}, {"code": "y", "parent": "x"}]


def linked(desk: MemoryDesk) -> list[dict[str, Any]]:
    """Things may point at each other from now on; returns the fields of rows that do."""
    config = {"record_reference": {"allowed_objects": ["things"]}}
    desk.attribute("objects/things", "parent", "record-reference", config=config)
    return [
        {"column": "code", "attribute": "code"},
        {"column": "parent", "attribute": "parent", "reference": "code"},
    ]


@pytest.mark.parametrize("slug", ["code", "parent"])
def test_a_saved_plan_links_by_renamed_attributes(desk: MemoryDesk, slug: str) -> None:
    """The second pass of a circle looks records up by the attribute that `reference` named."""
    plan = desk.plan(CIRCLE, "things", match="code", fields=linked(desk))
    desk.attio.api("PATCH", f"{PLACE}/{slug}", {"data": {"api_slug": "renamed"}})
    report = desk.apply(plan)
    name = "renamed" if slug == "parent" else "parent"
    things = desk.attio.records("things")
    pointed_at = {each["values"][name][0]["target_record_id"] for each in things if each["values"][name]}

    assert (2, 0) == (report.counts.create, report.counts.rejected)
    assert len(pointed_at) == 2 <= len(things)


def test_a_saved_plan_that_cannot_be_linked_any_more_writes_nothing(desk: MemoryDesk) -> None:
    """Where the attribute that `reference` named is gone, it says so before the first write."""
    config = {"record_reference": {"allowed_objects": ["places"]}}
    desk.custom_object("places")
    desk.attribute("objects/places", "name", "text", is_unique=True)
    desk.attribute("objects/things", "at", "record-reference", config=config)
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "at", "attribute": "at", "reference": "name"},
    ]
    plan = desk.plan(
        [{"code": "x", "at": "here"}], "things", match="code", fields=fields, on_missing_reference="skip"
    )
    desk.attio.api("PATCH", "/v2/objects/places/attributes/name", {"data": {"is_archived": True}})
    desk.attio.clear_calls()
    with pytest.raises(Misconfigured, match="no attribute 'name'"):
        desk.apply(plan)

    assert 0 == desk.writes()
