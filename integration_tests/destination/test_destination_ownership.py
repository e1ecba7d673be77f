"""Records that a colleague makes while a run is under way are his, also where the run writes to them."""

from __future__ import annotations

from typing import Any

import pytest

from integration_tests.destination.office import ROWS, Office


@pytest.fixture
def office() -> Office:
    return Office()


OWN: list[dict[str, Any]] = [{}, {"name": "His words"}, {"description": "Mine"}, {"name": "Firm 5"}]


@pytest.mark.parametrize(("own", "before"), [(own, number) for own in OWN for number in (1, 4, 6)])
def test_a_record_that_a_colleague_makes_meanwhile_is_not_ours(
    office: Office, own: dict[str, Any], before: int
) -> None:
    """It counts as an update, and a revert gives his words back, or lists where Attio does not tell them."""
    made: list[str] = []
    office.before_write(before, lambda: made.append(office.company(5, **own)))
    report = office.push(ROWS, "companies", match="domains")
    undone = office.revert(report)
    left = office.all("companies")

    held = {slug: [one["value"] for one in left[made[0]][slug]] for slug in ("name", "description")}
    listed = {each.attribute for one in undone.conflicts for each in one.fields}
    lost = [
        slug
        for slug in held
        if held[slug] != [own[one] for one in [slug] if one in own] and slug not in listed
    ]

    assert (5, 1) == (report.counts.create, report.counts.update)
    assert made == [one.record_id for one in report.met] == list(left)
    assert [] == lost
    assert 5 == undone.counts.delete


@pytest.mark.parametrize("own", [{}, {"label": "His"}, {"label": "L2", "tags": []}])
def test_what_an_assert_overwrote_is_put_back(office: Office, own: dict[str, Any]) -> None:
    """Where Attio tells what a value was before, the journal knows it too."""
    body = {"data": {"values": {"code": "b", **own}}}
    office.before_write(5, lambda: office.theirs("POST", "/v2/objects/things/records", body))
    rows = [{"code": one, "label": "L2"} for one in "acdefgb"]
    undone = office.revert(office.push(rows, "things", match="code"))
    (left,) = office.all("things").values()

    assert [one for slug, one in own.items() if slug == "label"] == [one["value"] for one in left["label"]]
    assert () == undone.conflicts
