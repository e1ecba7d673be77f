from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from attio_sync.ui.jobs import Job
from unit_tests.attio_sync.asgi import seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_sync.ui.jobs import State
    from attio_sync.ui.room import Room


@pytest.fixture
def running(room: Room) -> Iterator[Job]:
    """A push that has written 5 of 40 changes, and goes on until the end of the test."""
    may_end = threading.Event()
    job = room.jobs.start(Job("push", "Write it"), lambda _: may_end.wait(60) and None)
    job.tell(done=5, total=40, counts={"update": 5})
    yield job
    may_end.set()
    assert job.ended.wait(60)


def ended(room: Room, state: State, **more: str) -> str:
    """A job that has ended so; returns its page's address."""
    job = room.jobs.start(
        Job("push", "x", draft_id=more.get("draft_id")),
        lambda one: one.end(state, "Its sentence.", ("runs", "r")),
    )
    assert job.ended.wait(60)
    return f"jobs/{job.id}"


def test_a_job_that_runs_shows_its_figures_and_a_way_to_stop_it(room: Room, running: Job) -> None:
    """Whoever looks sees the same, without a script as well."""
    page = seen(room, f"jobs/{running.id}").text

    assert 'data-fact="done">5<' in page
    assert 'value="12"' in page
    assert f"jobs/{running.id}/stop" in page


def test_a_stop_is_asked_for_once(room: Room, running: Job) -> None:
    """After that the button says that it stops."""
    assert f"jobs/{running.id}" == seen(room, f"jobs/{running.id}/stop", {}).leads_to
    page = seen(room, f"jobs/{running.id}").text

    assert running.is_asked_to_stop
    assert "disabled>Stopping…" in page


def test_a_job_that_is_done_leads_on(room: Room) -> None:
    """One that failed or was stopped stays, and says why."""
    assert "runs/r" == seen(room, ended(room, "done")).leads_to
    for state in ("failed", "stopped"):
        page = seen(room, ended(room, state)).text
        assert ("Its sentence." in page, '/runs/r">The run' in page) == (True, True)
        assert "Compare anew" not in page


def test_an_import_can_be_compared_anew(room: Room) -> None:
    """One that was forgotten, at the choice of a file."""
    assert '/import">Compare anew' in seen(room, ended(room, "failed", draft_id="gone")).text


@pytest.mark.parametrize("step", ["", "/events", "/stop"])
def test_a_job_of_an_earlier_room_is_a_page(room: Room, step: str) -> None:
    """It says that the room was started anew."""
    page = seen(room, f"jobs/unknown{step}", {} if step == "/stop" else None)

    assert (404, True) == (page.status, "There is no such job" in page.text)
