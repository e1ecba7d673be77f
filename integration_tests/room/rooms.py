"""The review room as its users have it: served on this machine, entered by its key, beside an emulator."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests

from attio_sync.ui.command import room_at
from attio_sync.ui.guard import COOKIE, CSRF_FIELD
from attio_sync.ui.serving import Server, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attio_sync.ui.room import Room


@dataclass(frozen=True, kw_only=True)
class Served:
    """A room that answers, and what a browser that was let in would send."""

    room: Room

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.room.door.port}"

    def url(self, path: str) -> str:
        return f"{self.origin}/{self.room.door.part}/{path.lstrip('/')}"

    def get(self, path: str, **headers: str) -> requests.Response:
        """Look at a screen."""
        return requests.get(
            self.url(path), headers=self._known() | headers, timeout=60, allow_redirects=False
        )

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> requests.Response:
        """Send a form of the room."""
        sent = {CSRF_FIELD: self.room.door.csrf} | (form or {})
        ours = self._known() | {"origin": self.origin, "sec-fetch-site": "same-origin"}
        return requests.post(
            self.url(path), data=sent, headers=ours | headers, timeout=60, allow_redirects=False
        )

    def _known(self) -> dict[str, str]:
        return {"cookie": f"{COOKIE}={self.room.door.session}"}

    def ended(self) -> None:
        """Wait for the job that runs."""
        if job := self.room.jobs.running():
            assert job.ended.wait(60), job.snapshot()


@contextmanager
def served(
    *, warehouse: Path | None = None, relay: str | None = None, journal: Path | None = None
) -> Iterator[Served]:
    """The room of this folder and home."""
    place = listening(0)
    room = room_at(place.getsockname()[1], warehouse=warehouse, relay=relay, journal=journal)
    server = Server(room)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
    thread.start()
    try:
        yield Served(room=room)
    finally:
        if job := room.jobs.running():
            job.stop()
            job.ended.wait(60)
        server.should_exit = True
        thread.join(60)


def plan_of(room: Served, file: str = "companies.csv") -> str:
    """Import a file up to its plan; returns the plan's id."""
    begun = room.post("import", {"file": file, "target": "companies"})
    draft = begun.headers["location"].rpartition("/")[2]
    form = {"to-0": "name", "to-1": "domains", "match": "domains", "mode": "upsert", "do": "compare"}
    assert 303 == room.post(f"import/{draft}", form).status_code
    room.ended()
    return room.room.plans.waiting()[0].id


def approved(room: Served, plan_id: str) -> str:
    """Approve a plan and wait for it; returns the run's id."""
    kept = room.room.plans.get(plan_id)
    assert kept is not None
    room.post(f"plans/{plan_id}/approve", {"digest": kept.digest, "word": kept.word})
    room.ended()
    written = room.room.plans.get(plan_id)
    assert written is not None
    assert written.run_id is not None
    return written.run_id
