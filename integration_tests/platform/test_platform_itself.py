"""The simulated platform, tried on stand-ins: it carries, resumes, and sees what goes wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from integration_tests.platform.catalog import Choice, configured
from integration_tests.platform.jobs import Jobs, Refresh
from integration_tests.platform.orchestrator import Connector, Crash, Orchestrator
from integration_tests.platform.persistence import Persistence
from integration_tests.platform.watch import Limits, Watch

STAND_INS = Path(__file__).parent / "stand_ins"
DISCOVERED = {
    "streams": [
        {
            "name": "numbers",
            "json_schema": {},
            "supported_sync_modes": ["incremental"],
            "source_defined_primary_key": [["number"]],
        }
    ]
}
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
    assert (COUNT, 0) == (attempt.tracker.committed, attempt.tracker.left_unacknowledged())


def test_states_that_are_too_big_together_fail_the_sync(tmp_path: Path) -> None:
    """States are saved in one request: above the limit none is saved."""
    connection = _connection(tmp_path)
    connection.most_state_bytes = 100
    attempt = connection.attempt()

    assert not attempt.succeeded
    assert {} == connection.saved
    assert "could not save the states" in " ".join(attempt.tracker.problems)


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
    assert problem in attempt.tracker.problems


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"without_key": True}, "the source sent a record of numbers whose primary key is null"),
        ({"completes": "letters"}, "the source completed letters, which is not in the catalog"),
    ],
)
def test_sees_what_sources_do_wrong(tmp_path: Path, fault: dict[str, Any], problem: str) -> None:
    """A row that nothing can be deduplicated by, and the end of a stream that nobody chose, fail the sync."""
    attempt = _connection(tmp_path, source={**fault, "count": 10}).attempt()

    assert not attempt.succeeded
    assert problem in attempt.tracker.problems


@pytest.mark.parametrize(
    ("source", "fault", "failure"),
    [({"silent_from": 15}, None, "heartbeat_timeout"), ({}, "takes nothing", "destination_timeout")],
    ids=["a silent source", "a blocked destination"],
)
def test_kills_who_does_nothing_for_too_long(
    tmp_path: Path, source: dict[str, Any], fault: str | None, failure: str
) -> None:
    """Both sides are ended, the failure says whose it was, and it is one that is tried again."""
    connection = _connection(tmp_path, source=source, fault=fault)
    connection.limits = Limits(silent=0.5 if source else 60, blocked=0.5, looks_every=0.05)
    attempts = connection.sync(attempts=2)

    assert [failure] * 2 == [one.failure_type for one in attempts]
    assert [(-9, -9)] * 2 == [one.exits for one in attempts]


def test_only_records_and_states_are_heartbeats() -> None:
    """Logs and statuses change nothing; a source that has ended is no longer waited for."""
    now = [0.0]
    watch = Watch(limits=Limits(silent=60, blocked=90), clock=lambda: now[0])
    late = []
    for second, kind in enumerate(["RECORD", "LOG", "STATE", "TRACE", "CONTROL", "LOG"]):
        now[0] = second * 40.0
        late.append(watch.given_up() is not None)
        watch.heard({"type": kind})
    watch.source_ended()

    assert [False, False, True, False, True, True] == late
    assert watch.given_up() is None


def test_a_destination_may_take_its_time_between_messages() -> None:
    """What is timed is one message at a time, not how long the destination has said nothing."""
    now = [0.0]
    watch = Watch(limits=Limits(silent=1_000, blocked=90), clock=lambda: now[0])
    for _ in range(3):
        with watch.giving():
            now[0] += 80
            taken = watch.given_up()
        now[0] += 80
        assert taken is None is watch.given_up()
    with watch.giving():
        now[0] += 91
        late = watch.given_up()

    assert late is not None
    assert "destination_timeout" == late.failure_type


def _numbers_of(jobs: Jobs, catalog: dict[str, Any]) -> list[tuple[int, ...]]:
    names = ("sync_id", "generation_id", "minimum_generation_id")
    return [tuple(one[name] for name in names) for one in jobs.catalog(catalog)["streams"]]


def test_a_job_gives_out_its_numbers() -> None:
    """One number a job; a generation rises with what is read anew, and old rows go only where asked."""
    modes = [("incremental", "append_dedup"), ("full_refresh", "append"), ("full_refresh", "overwrite")]
    choices = [Choice(name=str(n), sync_mode=s, destination_sync_mode=d) for n, (s, d) in enumerate(modes)]
    discovered = {"streams": [{"name": one.name, "json_schema": {}} for one in choices]}
    catalog, jobs = configured(discovered, choices), Jobs()
    told, anew = [], []
    for refresh in (None, Refresh(streams=frozenset("0")), Refresh(streams=frozenset("01"), truncates=True)):
        anew.append([name for _, name in jobs.begin(catalog, refresh)])
        told.append(_numbers_of(jobs, catalog))

    assert [["1", "2"], ["0", "1", "2"], ["0", "1", "2"]] == anew
    assert [(1, 0, 0), (1, 1, 0), (1, 1, 1)] == told[0]
    assert [(2, 1, 0), (2, 2, 0), (2, 2, 2)] == told[1]
    assert [(3, 2, 2), (3, 3, 3), (3, 3, 3)] == told[2]


def test_every_attempt_of_a_job_has_its_number(tmp_path: Path) -> None:
    """Attempts are told their job's number; the next job has the next one."""
    connection = _connection(tmp_path, source={"count": 10})
    told = []
    for attempts in (2, 1):
        connection.begin()
        for _ in range(attempts):
            connection.attempt()
            written = json.loads((tmp_path / "write-catalog.json").read_text(encoding="utf-8"))
            told.append(written["streams"][0]["sync_id"])

    assert [1, 1, 2] == told
