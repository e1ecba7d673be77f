"""The simulated platform, tried on stand-ins: it carries, resumes, and sees what goes wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from integration_tests.platform.catalog import Choice, configured
from integration_tests.platform.orchestrator import Connector, Crash, Orchestrator
from integration_tests.platform.persistence import Persistence

STAND_INS = Path(__file__).parent / "platform/stand_ins"
DISCOVERED = {"streams": [{"name": "numbers", "json_schema": {}, "supported_sync_modes": ["incremental"]}]}
COUNT = 10_000
"""Half of them do not fit into a pipe, so a source that is killed halfway cannot have ended before."""


def _connection(
    folder: Path, *, source: dict[str, Any] | None = None, fault: str | None = None
) -> Orchestrator:
    return Orchestrator(
        source=Connector(
            argv=(sys.executable, str(STAND_INS / "numbers_source.py")),
            config={"count": COUNT, **(source or {})},
        ),
        destination=Connector(
            argv=(sys.executable, str(STAND_INS / "keeping_destination.py")),
            config={"path": str(folder / "kept"), "fault": fault},
            supports_refreshes=True,
        ),
        catalog=configured(DISCOVERED, [Choice(name="numbers")]),
        folder=folder,
    )


def _state(name: str, content: str) -> dict[str, Any]:
    return {"type": "STREAM", "stream": {"stream_descriptor": {"name": name}, "stream_state": content}}


def _kept(folder: Path) -> list[str]:
    return (folder / "kept").read_text(encoding="utf-8").split()


def test_carries_everything_then_says_complete(tmp_path: Path) -> None:
    """All records arrive in order, every state comes back, and COMPLETE closes the stream."""
    (attempt,) = _connection(tmp_path).sync()

    assert attempt.succeeded
    assert [*map(str, range(1, COUNT + 1)), "COMPLETE"] == _kept(tmp_path)
    assert (COUNT, 0) == (attempt.ledger.committed, attempt.ledger.left_unacknowledged())


def test_states_that_are_too_big_together_fail_the_sync(tmp_path: Path) -> None:
    """States are saved in one request: above the limit none is saved."""
    connection = _connection(tmp_path)
    connection.most_state_bytes = 100
    attempt = connection.attempt()

    assert not attempt.succeeded
    assert {} == connection.saved
    assert "could not save the states" in " ".join(attempt.ledger.problems)


def test_a_request_that_failed_is_merged_with_the_next() -> None:
    """What was too big stays pending, a later state of a stream takes the place of its earlier one."""
    kept = Persistence(most_bytes=400, every=1)
    kept.accept((None, "a"), _state("a", "x" * 400))
    kept.accept((None, "b"), _state("b", "y"))
    before = dict(kept.saved)
    kept.accept((None, "a"), _state("a", "z"))

    assert ({}, {"a", "b"}) == (before, {name for _, name in kept.saved})
    assert ("z", None) == (kept.saved[None, "a"]["stream"]["stream_state"], kept.close())
    assert (2, 1) == (len(kept.refused), len(kept.taken))


@pytest.mark.parametrize("side", ["source", "destination"])
def test_resumes_from_the_last_acknowledged_state(tmp_path: Path, side: str) -> None:
    """After a kill the next attempt starts at the last acknowledged state: nothing is missed."""
    crashed, resumed = _connection(tmp_path).sync((Crash(side=side, after_records=COUNT // 2),))

    assert [False, True] == [crashed.succeeded, resumed.succeeded]
    assert set(map(str, range(1, COUNT + 1))) == set(_kept(tmp_path)) - {"COMPLETE"}
    assert 1 == _kept(tmp_path).count("COMPLETE")


def test_no_complete_when_the_source_failed(tmp_path: Path) -> None:
    """A source that ends badly has not shown everything: the destination hears no COMPLETE."""
    attempt = _connection(tmp_path, source={"exit_code": 1}).attempt()

    assert "system_error" == attempt.failure_type
    assert "COMPLETE" not in _kept(tmp_path)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("loses the id", "the destination returned a state without its id: the platform fails the sync"),
        ("repeats an id", "the destination returned state 1, which is unknown or was returned before"),
        ("drops a record", "the destination accounts for 9 records of numbers, but 10 were sent"),
    ],
)
def test_sees_what_destinations_do_wrong(tmp_path: Path, fault: str, problem: str) -> None:
    """Each classic fault of a destination is named, and the attempt counts as failed."""
    attempt = _connection(tmp_path, fault=fault).attempt()

    assert not attempt.succeeded
    assert problem in attempt.ledger.problems
