"""What a stream's state says, and when it lets a sync follow the change feed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from source_attio.changes.detection import ChangeDetection
from source_attio.changes.memory import Digests, Exact, Watermark
from source_attio.changes.state import Owner, RefreshState, StreamState
from source_attio.decode.rows import Key

STARTED, HOUR_LATER = "2026-06-01T00:00:00.000000000Z", "2026-06-01T01:00:00.000000000Z"
OWNER = Owner(stream="companies", workspace_id="w", target_id="o")


def whole(**more: Any) -> StreamState:
    """The state after a whole pass."""
    noticing = ChangeDetection(started_at=STARTED, first_pass=False)
    return replace(StreamState(owner=OWNER, noticing=noticing, reading="r", scanned_at=STARTED), **more)


def test_after_a_whole_pass_the_feed_suffices_for_a_while() -> None:
    """Until the interval is over, counted from the beginning of the pass."""
    assert whole().may_follow(HOUR_LATER, timedelta(hours=2))
    assert not whole().may_follow(HOUR_LATER, timedelta(hours=1))


@pytest.mark.parametrize(
    "noticing",
    [
        ChangeDetection(started_at=STARTED),
        ChangeDetection(started_at=STARTED, first_pass=False, position=Key(STARTED, "a")),
        ChangeDetection(started_at=STARTED, first_pass=False, rebuilt=Exact()),
    ],
    ids=["first pass", "interrupted pass", "memory to rebuild"],
)
def test_a_pass_that_is_not_whole_is_not_replaced_by_the_feed(noticing: ChangeDetection) -> None:
    """The feed names only what changed, not what was never delivered."""
    assert not whole(noticing=noticing).may_follow(HOUR_LATER, timedelta(days=1))


@pytest.mark.parametrize("more", [{"scanned_at": ""}, {"settings_changed": True}])
def test_without_a_pass_with_these_settings_the_feed_does_not_suffice(more: dict[str, Any]) -> None:
    """Rows and columns may be others now."""
    assert not whole(**more).may_follow(HOUR_LATER, timedelta(days=1))


@pytest.mark.parametrize(
    ("memory", "noticed"),
    [
        (Exact(), ["edits", "clears", "deletes"]),
        (Digests(), ["edits", "clears"]),
        (Watermark(), ["edits"]),
    ],
)
def test_a_state_says_what_is_noticed(memory: Exact | Digests | Watermark, noticed: list[str]) -> None:
    """And whose it is, where its pass stands and what the next sync must know; all of it is JSON."""
    noticing = ChangeDetection(started_at=STARTED, memory=memory, position=Key(STARTED, "a"))
    told = orjson.loads(orjson.dumps(whole(noticing=noticing, titles={"i": "T"}, old_keys=True).dump()))

    assert noticed == told["notices"]
    assert memory.name == told["memory"]
    assert ("w", "o", [STARTED, "a"]) == (told["workspace_id"], told["target_id"], told["position"])
    assert ({"i": "T"}, True) == (told["titles"], told["old_keys"])


def test_the_state_of_a_refresh_is_a_position() -> None:
    """It is null once the refresh has ended, so that the next one begins anew."""
    noticing = ChangeDetection(started_at=STARTED, memory=Watermark(), position=Key(STARTED, "a"))
    state = RefreshState(owner=OWNER, noticing=noticing, reading="r")
    during = state.dump()
    noticing.end_pass()

    assert [STARTED, "a"] == during["position"]
    assert state.dump() == during | {"position": None}
    assert not {"memory", "count", "_changed_at"} & during.keys()
