"""Titles of options and statuses: which are found, which are made, and which cost their row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk


def test_unknown_options_are_refused_with_the_nearest_or_created(desk: Desk) -> None:
    """A title that does not exist is refused naming the nearest one, or made."""
    desk.custom_object("cases")
    desk.attribute("objects/cases", "size", "select", is_multiselect=True)
    desk.attio.api("POST", "/v2/objects/cases/attributes/size/options", {"data": {"title": "Medium"}})
    rows = [{"code": "1", "size": "Medium"}, {"code": "2", "size": ["Medum"]}]
    refused = desk.push(rows, "cases")
    created = desk.push(rows, "cases", on_unknown_option="create")

    assert "'Medium'" in str(refused.rejected[0].remedy)
    assert (1, 1, 0) == (created.counts.create, created.counts.unchanged, created.counts.rejected)


def with_titles(desk: Desk, kind: str, *, many: bool = False) -> str:
    """An attribute with the titles 'Small' and 'A, B', and 'Old', which is archived; their path."""
    desk.custom_object("cases")
    desk.attribute("objects/cases", "size", kind, is_multiselect=many)
    path = f"/v2/objects/cases/attributes/size/{'options' if kind == 'select' else 'statuses'}"
    for title in ("Small", "A, B", "Old"):
        desk.attio.api("POST", path, {"data": {"title": title}})
    desk.attio.api("PATCH", f"{path}/Old", {"data": {"is_archived": True}})
    return path


@pytest.mark.parametrize("kind", ["select", "status"])
@pytest.mark.parametrize("policy", ["reject", "create"])
def test_an_archived_title_costs_its_row_alone(desk: Desk, kind: str, policy: str) -> None:
    """An archived option or status is named as such, and the other rows go on."""
    with_titles(desk, kind)
    rows = [{"code": "1", "size": "Old"}, {"code": "2", "size": "Small"}]
    report = desk.push(rows, "cases", on_unknown_option=policy)

    assert (1, 1) == (report.counts.create, report.counts.rejected)
    assert "is archived" in str(report.rejected[0].reason)
    assert ("size", "value_not_found") == (report.rejected[0].attribute, report.rejected[0].code)


def test_the_nearest_title_may_be_written_otherwise(desk: Desk) -> None:
    """Titles are told apart by case, and the hint finds the one that was meant."""
    with_titles(desk, "select")
    report = desk.push([{"code": "1", "size": "SMALL"}], "cases")

    assert "'Small'" in str(report.rejected[0].remedy)
    assert "'A, B'" not in str(report.rejected[0].remedy)


@pytest.mark.parametrize("text", ["A, B", "Small, A, B", '"A, B", Small', '["A, B"]'])
def test_titles_with_commas_in_lists_with_commas(desk: Desk, text: str) -> None:
    """A title that has a comma is recognised in a text with commas, also where columns are mapped by name."""
    with_titles(desk, "select", many=True)
    report = desk.push([{"code": "1", "size": text}], "cases")
    titles = {one["title"] for one in desk.values("cases", "size")[0]}

    assert 0 == report.counts.rejected
    assert titles == ({"A, B", "Small"} if "Small" in text else {"A, B"})


def test_two_hundred_rows_make_their_new_title_once(desk: Desk) -> None:
    """However many rows bring a new title at once, it is made once."""
    path = with_titles(desk, "status")
    desk.attio.clear_calls()
    report = desk.push(
        [{"code": str(n), "size": "New"} for n in range(200)], "cases", on_unknown_option="create"
    )

    assert (200, 201) == (report.counts.create, desk.writes())
    assert ["Small", "A, B", "New"] == [one["title"] for one in desk.attio.api("GET", path)["data"]]


def test_only_titles_that_are_written_are_made(desk: Desk) -> None:
    """A plan makes no title, and neither does a rule that leaves the title out or takes it away."""
    path = with_titles(desk, "select")
    desk.push([{"code": "1", "size": "Small"}], "cases")
    row, more = {"code": "1", "size": "New"}, {"on_unknown_option": "create"}
    for merge in ("set_if_empty", "remove"):
        fields = [
            {"column": "code", "attribute": "code"},
            {"column": "size", "attribute": "size", "merge": merge},
        ]
        desk.push([row], "cases", fields=fields, **more)
    plan = desk.plan([row], "cases", **more)
    before = [one["title"] for one in desk.attio.api("GET", path)["data"]]
    report = desk.apply(plan)

    assert ["Small", "A, B"] == before
    assert (1, 0) == (report.counts.update, report.counts.rejected)
    assert ["New"] == [one["title"] for one in desk.values("cases", "size")[0]]


def test_a_title_that_attio_does_not_take_costs_its_rows_alone(desk: Desk) -> None:
    """When a new title cannot be made, the rows that need it are refused, and the others are written."""
    with_titles(desk, "select")
    path = "/v2/objects/cases/attributes/size/options"
    desk.attio.fault("status", method="POST", path=path, status=400, code="validation_type", count=1)
    rows = [{"code": "1", "size": "Bad"}, {"code": "2", "size": "Bad"}, {"code": "3", "size": "Good"}]
    report = desk.push(rows, "cases", on_unknown_option="create")
    made = {one["title"] for one in desk.attio.api("GET", path)["data"]} & {"Bad", "Good"}
    lost = [number for number, row in enumerate(rows, 1) if row["size"] not in made]

    assert 1 == len(made)  # both are asked for at once, and either may meet the refusal
    assert lost == sorted(one.row_number or 0 for one in report.rejected)
    assert len(rows) - len(lost) == report.counts.create
    assert {("size", "validation_type")} == {(one.attribute, one.code) for one in report.rejected}


@pytest.mark.parametrize("kind", ["select", "status"])
def test_titles_as_keys_that_attio_lacks_end_no_run(desk: Desk, kind: str) -> None:
    """Attio refuses a filter with such a title: rows, rows that a mirror rejects and references go on."""
    with_titles(desk, kind)
    own = {"record_reference": {"allowed_objects": ["cases"]}}
    desk.attribute("objects/cases", "parent", "record-reference", config=own)
    desk.push([{"code": str(n), "size": one} for n, one in enumerate(["Small", "A, B"])], "cases")
    rows = [{"size": one} for one in ("New", "Small", "Newer", "A, B")]
    planned = desk.plan(rows, "cases", match=["size"], on_unknown_option="create")
    mirrored = desk.push(rows[1:], "cases", match=["size"], mode="mirror")
    by_title = {"column": "of", "attribute": "parent", "reference": "size"}
    fields = [{"column": "code", "attribute": "code"}, by_title]
    pointing = [{"code": "3", "of": "Small"}, {"code": "4", "of": "New"}]
    pointed = desk.push(pointing, "cases", match=["code"], fields=fields)

    assert (2, 2) == (planned.counts.create, planned.counts.unchanged)
    assert (2, 1, 0) == (mirrored.counts.unchanged, mirrored.counts.rejected, mirrored.counts.mirrored)
    assert (1, 1) == (pointed.counts.create, pointed.counts.rejected)
