"""Attributes that are renamed between a push and its revert."""

from __future__ import annotations

from typing import Any

import pytest

from integration_tests.in_process import SmallDesk

PLACE = "/v2/objects/things/attributes"


@pytest.fixture
def desk() -> SmallDesk:
    found = SmallDesk()
    found.custom_object("things")
    found.attribute("objects/things", "label", "text")
    found.push([{"code": "a", "label": "was"}], "things", match="code")
    return found


def held(desk: SmallDesk, slug: str) -> list[Any]:
    """What the things hold in one attribute."""
    return [one["value"] for each in desk.attio.records("things") for one in each["values"][slug]]


def test_a_renamed_attribute_is_put_back(desk: SmallDesk) -> None:
    """It is known by its id, and the change says what it is called by now."""
    report = desk.push([{"code": "a", "label": "new"}], "things", match="code")
    desk.attio.api("PATCH", f"{PLACE}/label", {"data": {"api_slug": "remark"}})
    with desk.session() as session:
        plan = session.plan_revert(report.run_id)
    undone = desk.revert(report)

    assert ["'label' is called 'remark' by now."] == [one.reason for one in plan.changes]
    assert ["was"] == held(desk, "remark")
    assert () == undone.conflicts


def test_an_attribute_with_a_slug_of_another_is_left(desk: SmallDesk) -> None:
    """What the run wrote is not put into another attribute that has the slug by now."""
    report = desk.push([{"code": "a", "label": "new"}], "things", match="code")
    desk.attio.api("PATCH", f"{PLACE}/label", {"data": {"api_slug": "old", "is_archived": True}})
    desk.attribute("objects/things", "label", "text")
    desk.push([{"code": "a", "label": "new"}], "things", match="code")
    undone = desk.revert(report)

    assert ["new"] == held(desk, "label")
    assert ["another one has its slug" in str(one.reason) for one in undone.conflicts] == [True]
