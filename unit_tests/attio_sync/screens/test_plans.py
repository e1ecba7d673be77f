from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attio_sync import workspace
from attio_sync.rows.origin import origin_of
from attio_sync.ui import work
from attio_sync.ui.jobs import Job
from destination_attio.model.plan import Change, Plan
from unit_tests.attio_sync.asgi import IDENTITY, seen

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room
    from attio_sync.ui.saved_plan import SavedPlan

PLAN = Plan(
    changes=(Change(kind="delete", stream="s", target="companies", record_id="r"),),
    mirrored=1,
    workspace_id="w",
    workspace_name="Demo",
)


@pytest.fixture
def kept(room: Room) -> SavedPlan:
    return room.plans.keep(PLAN, title="companies.csv", by="ada")


@pytest.fixture
def started(room: Room, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The plans that were started to be written, in place of their writing."""
    found: list[str] = []

    def approve(_: Room, plan: SavedPlan) -> Job:
        found.append(plan.id)
        room.plans.claim(plan, "job")
        return Job("push", "x")

    monkeypatch.setattr(work, "approve", approve)
    return found


def approves(kept: SavedPlan, **changed: str) -> dict[str, str]:
    """The form of a plan's page, as somebody fills it."""
    return {"digest": kept.digest, "word": kept.word, **changed}


def test_the_list_has_every_plan_and_names_what_is_damaged(room: Room, kept: SavedPlan) -> None:
    """One damaged plan hides no other; its own page says what to do."""
    damaged = room.plans.keep(PLAN, title="b.csv", by=None)
    (room.plans.folder / damaged.id / "about.json").write_text("{}")
    listed, own = seen(room, "plans"), seen(room, f"plans/{damaged.id}")

    assert (200, 400) == (listed.status, own.status)
    assert "companies.csv" in listed.text
    for page in (listed, own):
        assert f"{damaged.id}/about.json is damaged. Remove its folder" in page.text


@pytest.mark.parametrize("changed", [{"digest": "of another"}, {"word": "delete 2"}, {"word": ""}])
def test_nothing_is_written_that_was_not_seen(
    room: Room, kept: SavedPlan, started: list[str], changed: dict[str, str]
) -> None:
    """Neither another plan than the one shown, nor deletions without their number."""
    assert 400 == seen(room, f"plans/{kept.id}/approve", approves(kept, **changed)).status
    assert [] == started


def test_a_second_click_leads_to_what_the_first_has_started(
    room: Room, kept: SavedPlan, started: list[str]
) -> None:
    """A plan is written once; a later look leads to its run."""
    first = seen(room, f"plans/{kept.id}/approve", approves(kept))
    second = seen(room, f"plans/{kept.id}/approve", approves(kept))
    room.plans.change(kept, state="written", run_id="run")
    third = seen(room, f"plans/{kept.id}/approve", approves(kept))

    assert [kept.id] == started
    assert re.fullmatch(r"jobs/\w+", first.leads_to)
    assert ("runs", "runs/run") == (second.leads_to, third.leads_to)


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (replace(IDENTITY, workspace_id="other", workspace_name="Other"), "the token opens &#39;Other&#39;"),
        (replace(IDENTITY, scopes=frozenset()), "The token may only read."),
    ],
)
def test_a_plan_that_this_token_cannot_write_says_why(
    room: Room, kept: SavedPlan, monkeypatch: pytest.MonkeyPatch, identity: object, said: str
) -> None:
    """And its button cannot be pressed."""
    monkeypatch.setattr(workspace, "identity", lambda _: identity)
    page = seen(room, f"plans/{kept.id}").text

    assert (True, True) == (said in page, "disabled>Approve and write" in page)


def test_a_plan_that_can_be_written_has_its_button(room: Room, kept: SavedPlan) -> None:
    """Beside it the number to type, where something is deleted."""
    page = seen(room, f"plans/{kept.id}").text

    assert (False, True) == ("disabled>" in page, "Type <code>delete 1</code>" in page)


def test_a_plan_is_one_command_away(room: Room, kept: SavedPlan) -> None:
    """A revert with the part of it that was chosen."""
    undo = room.plans.keep(replace(PLAN, reverts="r1"), title="Undo", by=None, only=("name", "a b"))

    assert f"push --plan {room.plans.file(kept)}" in seen(room, f"plans/{kept.id}").text
    assert "revert r1 --only name --only &#39;a b&#39;" in seen(room, f"plans/{undo.id}").text


def test_a_plan_that_waits_tells_that_its_file_was_written_again(room: Room, tmp_path: Path) -> None:
    """It would write the values that the file had before."""
    path = tmp_path / "<b>.csv"
    path.write_text("name\nAda\n")
    kept = room.plans.keep(replace(PLAN, origin=origin_of(path)), title="b.csv", by="ada")
    before = seen(room, f"plans/{kept.id}").text
    path.write_text("name\nZoë\n\n")
    waiting = seen(room, f"plans/{kept.id}").text
    room.plans.change(kept, state="written")

    told = "&lt;b&gt;.csv was written again after this plan was made."
    assert [False, True, False] == [
        told in page for page in (before, waiting, seen(room, f"plans/{kept.id}").text)
    ]


@pytest.mark.parametrize("path", ["plans/unknown123", "plans/unknown123/page", "plans/unknown123/changes/0"])
def test_a_plan_that_is_gone_is_a_page(room: Room, path: str) -> None:
    """It says what may have become of it."""
    page = seen(room, path)

    assert (404, True) == (page.status, "removed after two weeks" in page.text)


def test_a_discarded_plan_is_gone_and_told(room: Room, kept: SavedPlan) -> None:
    """On the terminal, where somebody may wait for it."""
    told: list[str] = []
    room.tell = told.append

    assert "plans" == seen(room, f"plans/{kept.id}/discard", {}).leads_to
    assert (None, ["companies.csv: discarded. Nothing was written."]) == (room.plans.get(kept.id), told)


@pytest.mark.parametrize(("number", "status"), [("0", 200), ("1", 404), ("x", 404)])
def test_one_change_is_shown_in_full(room: Room, kept: SavedPlan, number: str, status: int) -> None:
    """A number that the plan does not have is a page as well."""
    assert status == seen(room, f"plans/{kept.id}/changes/{number}").status


def test_rejected_rows_are_saved_as_a_file(room: Room) -> None:
    """With a link where there are any; a plan that is gone is missing, and has none."""
    row = Change(kind="rejected", stream="s", target="companies", row={"Name": "Acme"}, reason="No domain.")
    kept = room.plans.keep(Plan(changes=(row,)), title="a.csv", by=None)
    other = room.plans.keep(Plan(unchanged=1), title="b.csv", by=None)
    found = seen(room, f"plans/{kept.id}/rejected")

    assert (200, ["Name,Why it was rejected,What to do", "Acme,No domain.,"]) == (
        found.status,
        found.text.lstrip("\ufeff").splitlines(),
    )
    assert "Save rejected rows" in seen(room, f"plans/{kept.id}").text
    assert "Save rejected rows" not in seen(room, f"plans/{other.id}").text
    assert 404 == seen(room, "plans/20260101dead/rejected").status
