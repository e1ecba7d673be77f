from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.config import NO_TOKEN
from destination_attio.model.plan import Change, Plan
from unit_tests.attio_sync.asgi import TOKEN, room_in, seen

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room
    from destination_attio.model.plan import Kind

CREATES = Plan(changes=(Change(kind="create", stream="s", target="companies"),))


def test_only_what_somebody_has_to_decide_waits(room: Room) -> None:
    """A plan that writes nothing and rejects nothing does not."""
    room.plans.keep(CREATES, title="two.csv", by=None)
    room.plans.keep(Plan(changes=(), unchanged=1), title="one.csv", by=None)
    page = seen(room, "").text

    assert ("two.csv" in page, "one.csv" in page) == (True, False)


@pytest.mark.parametrize(
    ("kinds", "reverts", "said"),
    [
        (["create"], None, ": 1 change. Nothing"),
        (["create", "delete", "rejected"], None, ": 2 changes, 1 of them a deletion, 1 rejected. Nothing"),
        (["delete", "delete"], None, ": 2 deletions. Nothing"),
        (["update", "rejected"], "run", ": 1 change, 1 left alone. Nothing"),
    ],
)
def test_a_plan_that_waits_is_told_in_one_sentence(
    room: Room, kinds: list[Kind], reverts: str | None, said: str
) -> None:
    """Deletions are named as such, and what an undo leaves alone is not called rejected."""
    changes = tuple(Change(kind=kind, stream="s", target="companies") for kind in kinds)
    room.plans.keep(Plan(changes=changes, reverts=reverts), title="a.csv", by=None)

    assert said in seen(room, "").text


def test_a_damaged_plan_is_named_beside_those_that_wait(room: Room) -> None:
    """It may be one that somebody waits for."""
    kept = room.plans.keep(CREATES, title="two.csv", by=None)
    damaged = room.plans.keep(CREATES, title="three.csv", by=None)
    (room.plans.folder / damaged.id / "about.json").write_text("{")
    page = seen(room, "")

    assert 200 == page.status
    assert f"{damaged.id}/about.json is damaged" in page.text
    assert kept.id in page.text


def test_without_a_token_the_past_can_still_be_looked_at(tmp_path: Path) -> None:
    """The page says what to do about it."""
    page = seen(room_in(tmp_path), "")

    assert 200 == page.status
    assert NO_TOKEN.replace("'", "&#39;") in page.text


def test_settings_in_force_never_show_the_token(room: Room) -> None:
    """What the token may do is told instead."""
    page = seen(room, "workspace").text

    assert (True, True) == ("push records" in page, str(room.journal) in page)
    assert TOKEN.token not in page


def test_a_file_that_is_given_and_empty_is_not_asked_for_again(room: Room) -> None:
    """The page leads to the pull that fills it; without a file it names the option."""
    without = seen(room, "").text
    room.warehouse = room.folder / "crm.duckdb"
    page = seen(room, "").text

    assert ("ui --to crm.duckdb" in without, "ui --to crm.duckdb" in page) == (True, False)
    assert "no pulled tables yet" in page
