"""Somebody renames or archives attributes and options between a plan, its push and a revert.

Whatever a revert cannot put back is listed with its reason, and does not keep the rest from going back. A
saved plan writes what it can mean, stops, or rejects the row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from attio_api.errors import UnknownObject
from destination_attio.model.plan import PlanError
from integration_tests.destination.desk import bare
from integration_tests.destination.things import Desk

_ATTRIBUTES: Final = "/v2/objects/things/attributes"
CHANGE: Final = [{"code": "a", "label": "new", "tags": ["New"], "stage": "Two"}]
CREATION: Final = [{"code": "z", "label": "new", "tags": ["New"]}]
DELETION: Final = [{"code": "a"}]


class Staged(Desk):
    """Things with a stage as well, whose first one has a label, a tag and a stage."""

    def __init__(self) -> None:
        super().__init__()
        self.attribute("objects/things", "stage", "status")
        for title in ("One", "Two"):
            self.attio.api("POST", f"{_ATTRIBUTES}/stage/statuses", {"data": {"title": title}})
        self.push([{"code": "a", "stage": "One"}], "things", match="code")

    def patch(self, slug: str, of: str = "", **more: Any) -> None:
        """What the colleague does to an attribute, or to one of its options or statuses."""
        kind, member = ("statuses", "status_id") if slug == "stage" else ("options", "option_id")
        path = f"{_ATTRIBUTES}/{slug}"
        if of:
            found = self.attio.api("GET", f"{path}/{kind}")["data"]
            path += f"/{kind}/{next(one['id'][member] for one in found if one['title'] == of)}"
        self.theirs("PATCH", path, {"data": more})

    def replaced(self) -> None:
        """He archives the label and gives its slug to another attribute."""
        self.patch("label", api_slug="old_label", is_archived=True)
        self.attribute("objects/things", "label", "text")

    def things(self) -> dict[str, dict[str, list[Any]]]:
        """What the things hold, by their codes."""
        found = {}
        for values in self.all("things").values():
            plain = {slug: [_title(one) for one in each] for slug, each in values.items() if each}
            found[str(plain.get("code", [""])[0])] = plain
        return found


def _title(value: dict[str, Any]) -> Any:
    plain = bare(value)
    return plain["title"] if isinstance(plain, dict) and "title" in plain else plain


@pytest.fixture
def desk() -> Staged:
    return Staged()


BACK: Final[dict[str, list[Any] | None]] = {"label": ["old"], "tags": ["Old"], "stage": ["One"]}
TABLE: Final[list[tuple[str, Any, dict[str, Any], dict[str, list[Any] | None], set[str]]]] = [
    # what somebody does, the rows, settings, what "a" holds of it after a revert, what is listed
    ("label gets another slug", CHANGE, {}, {**BACK, "label": None, "caption": ["old"]}, set()),
    ("label gets another title", CHANGE, {}, BACK, set()),
    ("label is archived", CHANGE, {}, {**BACK, "label": None}, {"label"}),
    ("label is another attribute", CHANGE, {}, {**BACK, "label": None}, {"label"}),
    ("label becomes required", CHANGE, {}, BACK, set()),
    ("the old option is archived", CHANGE, {}, {**BACK, "tags": ["New"]}, {"tags"}),
    ("the old option is renamed", CHANGE, {}, {**BACK, "tags": ["Older"]}, set()),
    ("the new option is archived", CHANGE, {}, BACK, set()),
    ("the new option is renamed", CHANGE, {}, {**BACK, "tags": ["Newer"]}, {"tags"}),
    ("the old status is archived", CHANGE, {}, {**BACK, "stage": ["Two"]}, {"stage"}),
    ("the new status is renamed", CHANGE, {}, {**BACK, "stage": ["Second"]}, {"stage"}),
    ("label is archived", DELETION, {"mode": "delete"}, {**BACK, "label": None}, {"label"}),
    ("label is another attribute", DELETION, {"mode": "delete"}, {**BACK, "label": None}, {"label"}),
    (
        "label gets another slug",
        DELETION,
        {"mode": "delete"},
        {**BACK, "label": None, "caption": ["old"]},
        set(),
    ),
    ("the old option is archived", DELETION, {"mode": "delete"}, {**BACK, "tags": None}, {"tags"}),
    ("the old option is renamed", DELETION, {"mode": "delete"}, {**BACK, "tags": None}, {"tags"}),
    ("the old status is archived", DELETION, {"mode": "delete"}, {**BACK, "stage": None}, {"stage"}),
]
ACTS: Final[dict[str, Any]] = {
    "label gets another slug": lambda desk: desk.patch("label", api_slug="caption"),
    "label gets another title": lambda desk: desk.patch("label", title="Caption"),
    "label is archived": lambda desk: desk.patch("label", is_archived=True),
    "label is another attribute": lambda desk: desk.replaced(),
    "label becomes required": lambda desk: desk.patch("label", is_required=True),
    "the old option is archived": lambda desk: desk.patch("tags", "Old", is_archived=True),
    "the old option is renamed": lambda desk: desk.patch("tags", "Old", title="Older"),
    "the new option is archived": lambda desk: desk.patch("tags", "New", is_archived=True),
    "the new option is renamed": lambda desk: desk.patch("tags", "New", title="Newer"),
    "the old status is archived": lambda desk: desk.patch("stage", "One", is_archived=True),
    "the new status is renamed": lambda desk: desk.patch("stage", "Two", title="Second"),
}


@pytest.mark.parametrize(("what", "rows", "settings", "held", "listed"), TABLE)
def test_what_moved_between_a_push_and_its_revert(
    desk: Staged,
    what: str,
    rows: Any,
    settings: dict[str, Any],
    held: dict[str, list[Any] | None],
    listed: set[str],
) -> None:
    """The plan of the revert lists the same."""
    report = desk.push(rows, "things", match="code", **settings)
    ACTS[what](desk)
    plan = desk.planned(report)
    undone = desk.revert(report)
    now = desk.things()["a"]

    assert held == {slug: now.get(slug) for slug in held}
    assert listed == {one.attribute for each in undone.conflicts for one in each.fields}
    assert plan.counts == undone.counts
    assert (1, len(listed)) == (undone.counts.written, undone.counts.rejected)


def test_of_several_options_of_a_deleted_record_those_that_are_left_come_back(desk: Staged) -> None:
    """The record is made again; the option that is gone is listed with its title."""
    desk.push([{"code": "a", "tags": ["Old", "New", "His"]}], "things", match="code")
    report = desk.push(DELETION, "things", match="code", mode="delete")
    desk.patch("tags", "His", is_archived=True)
    undone = desk.revert(report)

    assert {"Old", "New"} == set(desk.things()["a"]["tags"])
    assert ["'His' of 'tags'" in str(one.reason) for one in undone.conflicts] == [True]


def test_a_title_that_the_revert_takes_out_of_the_archive_counts_as_there(desk: Staged) -> None:
    """A revert of a revert writes it again; its plan knows that as well."""
    rows = [{"code": "a", "tags": ["Made"]}]
    report = desk.push(rows, "things", match="code", on_unknown_option="create")
    undone = desk.revert(report)
    plan = desk.planned(undone)
    again = desk.revert(undone)

    assert ["Made"] == desk.things()["a"]["tags"]
    assert (plan.counts.rejected, again.conflicts) == (0, ())


PLANS: Final[list[tuple[str, Any, dict[str, Any], str]]] = [
    ("label gets another slug", CHANGE, {}, "written"),
    ("label gets another title", CHANGE, {}, "written"),
    ("label is archived", CHANGE, {}, "stopped"),
    ("label is another attribute", CHANGE, {}, "stopped"),
    ("label becomes required", CREATION, {}, "written"),
    ("the old option is archived", CHANGE, {}, "written"),
    ("the old option is renamed", CHANGE, {}, "stopped"),
    ("the new option is archived", CHANGE, {}, "rejected"),
    ("the new option is renamed", CREATION, {}, "rejected"),
    ("the new status is renamed", CHANGE, {}, "rejected"),
    ("label is archived", DELETION, {"mode": "delete"}, "stopped"),
    ("the old option is renamed", DELETION, {"mode": "delete"}, "stopped"),
    ("label gets another slug", DELETION, {"mode": "delete"}, "written"),
]


@pytest.mark.parametrize(("what", "rows", "settings", "fate"), PLANS)
def test_what_moved_between_a_plan_and_its_push(
    desk: Staged, what: str, rows: Any, settings: dict[str, Any], fate: str
) -> None:
    """A row has one fate, and what is not written leaves the workspace as it was."""
    plan = desk.plan(rows, "things", match="code", **settings)
    ACTS[what](desk)
    before = desk.things()
    report = desk.apply(plan)
    fates = {
        "written": report.counts.written == 1,
        "stopped": bool(report.stopped_at and report.stopped_at.reason and report.stopped_at.remedy),
        "rejected": bool(report.rejected and report.rejected[0].attribute),
    }

    assert [fate] == [name for name, has_it in fates.items() if has_it]
    assert (fate == "written") == (before != desk.things())


@pytest.mark.parametrize("is_deleted", [False, True])
def test_an_object_that_moved_is_named(desk: Staged, is_deleted: bool) -> None:
    """A revert lists what went into it; a plan for it fails with the objects that there are."""
    report, plan = desk.push(CHANGE, "things", match="code"), desk.plan(CREATION, "things", match="code")
    if is_deleted:
        desk.theirs("DELETE", "/v2/objects/things")
    else:
        desk.theirs("PATCH", "/v2/objects/things", {"data": {"api_slug": "gadgets"}})
    undone = desk.revert(report)

    assert ["'things'" in str(one.reason) for one in undone.conflicts] == [True]
    with pytest.raises(UnknownObject, match="'things'"):
        desk.apply(plan)


def test_a_stream_of_a_plan_that_was_edited_by_hand_is_named_by_its_setting(desk: Staged) -> None:
    """Nothing is written, and the setting's value is not told."""
    plan = desk.plan(CHANGE, "things", match="code")
    before = desk.things()
    wrong = replace(plan, streams=({**plan.streams[0], "mode": "secret"},))
    with pytest.raises(PlanError, match="'mode'") as caught:
        desk.apply(wrong)

    assert "secret" not in str(caught.value)
    assert before == desk.things()
