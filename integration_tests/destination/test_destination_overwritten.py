"""What somebody writes between a run's last look at a record and its write comes back with a revert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.destination.things import Desk

if TYPE_CHECKING:
    from destination_attio.model.plan import Report


@pytest.fixture
def desk() -> Desk:
    return Desk()


HIS: list[tuple[str, Any, dict[str, Any], str]] = [
    ("label", "his", {"label": "new"}, "overwrite"),
    ("label", None, {"label": "new"}, "overwrite"),
    ("label", "his", {"label": None}, "overwrite"),
    ("tags", ["His"], {"tags": ["New"]}, "overwrite"),
    ("tags", ["Old", "His"], {"tags": ["New"]}, "append"),
    ("tags", ["His"], {"tags": []}, "overwrite"),
]


@pytest.mark.parametrize(("slug", "value", "row", "merge"), HIS)
def test_what_a_colleague_wrote_in_that_moment_comes_back(
    desk: Desk, slug: str, value: Any, row: dict[str, Any], merge: str
) -> None:
    """Also what he cleared or added; the plan of the revert says it before, the report afterwards."""
    desk.before_write(1, lambda: desk.change(slug, value))
    fields = [{"column": "code", "attribute": "code"}, {"column": slug, "attribute": slug, "merge": merge}]
    report = desk.push([{"code": "a", **row}], "things", match="code", fields=fields)
    plan = desk.planned(report)
    undone = desk.revert(report)

    assert [slug in str(one.reason) for one in plan.actions] == [True]
    assert ([], 1) == (list(undone.conflicts), undone.counts.update)
    assert [slug in str(one.reason) for one in undone.overwritten] == [True]
    assert sorted([] if value is None else value if isinstance(value, list) else [value]) == desk.now(slug)


SAME: list[tuple[str, Any, dict[str, Any], str]] = [
    ("label", "new", {"label": "new"}, "overwrite"),
    ("tags", ["New"], {"tags": ["New"]}, "overwrite"),
    ("tags", ["Old", "New"], {"tags": ["New"]}, "append"),
]


@pytest.mark.parametrize(("slug", "value", "row", "merge"), SAME)
@pytest.mark.parametrize("more", [[], [{"code": "z"}]])
def test_the_runs_own_words_stay_where_a_colleague_wrote_them_in_that_moment(
    desk: Desk, slug: str, value: Any, row: dict[str, Any], merge: str, more: list[dict[str, Any]]
) -> None:
    """The run changed nothing there; that is known also in a run that makes no record."""
    desk.before_write(1 + len(more), lambda: desk.change(slug, value))
    fields = [{"column": "code", "attribute": "code"}, {"column": slug, "attribute": slug, "merge": merge}]
    report = desk.push([*more, {"code": "a", **row}], "things", match="code", fields=fields)
    undone = desk.revert(report)

    assert sorted(value if isinstance(value, list) else [value]) == desk.now(slug)
    assert (0, 1, 0) == (undone.counts.update, undone.counts.unchanged, undone.counts.rejected)


@pytest.mark.parametrize("more", [[], [{"code": "z"}]])
def test_what_a_run_took_away_from_a_colleagues_values_comes_back(
    desk: Desk, more: list[dict[str, Any]]
) -> None:
    """All values that are left are his; the run has changed the attribute all the same."""
    desk.change("tags", ["New", "His"])
    report = desk.push([*more, {"code": "a", "tags": ["His"]}], "things", match="code")
    undone = desk.revert(report)

    assert ["His", "New"] == desk.now("tags")
    assert (1, 0) == (undone.counts.update, undone.counts.rejected)


@pytest.mark.parametrize("slug", ["label", "tags"])
def test_what_a_colleague_wrote_again_after_the_run_is_his(desk: Desk, slug: str) -> None:
    """He had changed it in between, so that the value is no longer the run's though it is equal."""
    report = desk.push([{"code": "a", "label": "new", "tags": ["New"]}], "things", match="code")
    for value in ("his", "new") if slug == "label" else (["His"], ["New"]):
        desk.change(slug, value)
    undone = desk.revert(report)

    assert ["new" if slug == "label" else "New"] == desk.now(slug)
    assert [(slug,)] == [tuple(one.attribute for one in each.fields) for each in undone.conflicts]
    assert "written the same value" in str(undone.conflicts[0].reason)


def twice(desk: Desk) -> Report:
    """Two runs that change the same record, with the colleague between the second's look and its write."""
    desk.push([{"code": "a", "label": "new"}], "things", match="code")
    desk.push([{"code": "a", "label": "old"}], "things", match="code")
    desk.before_write(1, lambda: desk.change("label", "his"))
    return desk.push([{"code": "a", "label": "new"}], "things", match="code")


def test_the_same_words_in_an_earlier_run_are_not_taken_for_this_one(desk: Desk) -> None:
    """The time of the write tells which of several equal changes it was."""
    undone = desk.revert(twice(desk))

    assert ["his"] == desk.now("label")
    assert 1 == undone.counts.update


def test_a_revert_of_the_revert_writes_the_runs_words_again(desk: Desk) -> None:
    """What came back is again what the next revert overwrites."""
    desk.revert(desk.revert(twice(desk)))

    assert ["new"] == desk.now("label")


def test_without_the_time_of_the_write_what_was_before_is_listed(desk: Desk) -> None:
    """A journal of an earlier version does not tell which of several equal changes was the run's."""
    desk.push([{"code": "a", "label": "new"}], "things", match="code")
    desk.change("label", "theirs")
    desk.push([{"code": "a", "label": "between"}], "things", match="code")
    desk.before_write(1, lambda: desk.change("label", "his"))
    report = desk.push([{"code": "a", "label": "new"}], "things", match="code")
    with desk.open_journal() as journal:
        journal._db.execute('UPDATE changes SET asked_at=NULL, before=\'{"label": "gone"}\'')  # noqa: SLF001 (as it was before)
    undone = desk.revert(report)

    assert ["new"] == desk.now("label")
    assert ["label"] == [one.attribute for each in undone.conflicts for one in each.fields]


def test_where_attio_tells_no_history_the_value_that_was_read_comes_back(desk: Desk) -> None:
    """Attio refuses the history of attributes that it enriches; it is asked once."""
    rows = [{"name": f"Firm {one}", "domains": f"firm{one}.example.com"} for one in range(3)]
    desk.push(rows, "companies", match="domains")
    report = desk.push([{**one, "name": "New"} for one in rows], "companies", match="domains")
    before = len(desk.attio.calls())
    undone = desk.revert(report)
    asked = [one for one in desk.attio.calls()[before:] if one["path"].endswith("/values")]

    assert 3 == undone.counts.update
    assert ["Firm 0", "Firm 1", "Firm 2"] == sorted(
        one["name"][0]["value"] for one in desk.all("companies").values()
    )
    assert 1 == len(asked)


def texts(desk: Desk) -> dict[str, str]:
    """The label of each thing, by its code."""
    return {one["code"][0]["value"]: one["label"][0]["value"] for one in desk.all("things").values()}


DELETIONS: list[dict[str, Any]] = [{"delete_when": "gone"}, {"mode": "delete"}]


@pytest.mark.parametrize("settings", DELETIONS)
def test_what_he_wrote_into_a_record_that_waits_for_its_deletion_comes_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    """Records are read again right before they are deleted, so the journal has his words."""
    monkeypatch.setattr("destination_attio.engine.push.FRESH_FOR", 1)
    rows = [{"code": one, "gone": True} for one in "ba"]
    desk.before_write(1, lambda: desk.change("label", "his"))
    report = desk.push(rows, "things", match="code", **settings)
    desk.revert(report)

    assert 2 == report.counts.delete
    assert {"a": "his", "b": "old"} == texts(desk)


def test_a_mirror_reads_again_what_it_deletes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What left the scope meanwhile stays; what is deleted comes back with the words of then."""
    monkeypatch.setattr("destination_attio.engine.mirror._AT_ONCE", 1)
    desk.push([{"code": one, "label": "old"} for one in "cd"], "things", match="code")
    ids = {one["code"][0]["value"]: own for own, one in desk.all("things").items()}
    order = [one for one in ids if one != "d"]

    def act() -> None:
        desk.record = ids[order[1]]
        desk.change("tags", ["His"])
        desk.record = ids[order[2]]
        desk.change("label", "his")

    desk.before_write(1, act)
    scope = {"label": "old"}
    report = desk.push(
        [{"code": "d"}], "things", match="code", mode="mirror", scope_filter=scope, max_delete_percent=100
    )
    assert [ids[order[2]], ids["d"]] == sorted(desk.all("things"), key=lambda one: one == ids["d"])
    desk.record = ids[order[1]]
    desk.revert(report)
    tags = {
        one["code"][0]["value"]: [each["option"]["title"] for each in one["tags"]]
        for one in desk.all("things").values()
    }

    assert 2 == report.counts.mirrored
    assert ["His"] == tags[order[1]]


def test_a_planned_deletion_stops_at_what_was_added_since(desk: Desk) -> None:
    """A value where none was is a change as well: the plan, and so the journal, would not know it."""
    plan = desk.plan([{"code": "a"}], "things", match="code", mode="delete")
    desk.attribute("objects/things", "remark", "text")
    desk.change("remark", "his")
    report = desk.apply(plan)

    assert report.stopped_at
    assert [("remark", None, "his")] == [
        (one.attribute, one.before, one.after) for one in report.stopped_at.fields
    ]
    assert ["his"] == desk.now("remark")
