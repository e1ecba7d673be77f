"""Jobs: read, compare, push, preview, revert, pull. Each runs in a thread of the program, one at a time.

Closing the browser does not stop a job; a page that is opened later shows the same figures.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from attio_sync.failures import Failed, Stopped, explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_sync.failures import CommandEnded
    from destination_attio.model.plan import Progress

State = Literal["running", "done", "failed", "stopped"]
Kind = Literal["read", "compare", "push", "preview", "revert", "pull"]

KEPT_EVENTS: Final = 500
_PACE_SECONDS: Final = 60.0
_SIGNS: Final = {"running": "●", "done": "✓", "failed": "✗", "stopped": "■"}
_WORDS: Final = {
    "read": "reading the file",
    "compare": "comparing with Attio",
    "push": "writing",
    "preview": "looking what Attio holds now",
    "revert": "undoing",
    "pull": "pulling",
}


class JobRunning(Failed):
    """A job cannot be started while another one runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A job's state after something happened; numbered, so that a page can ask for the events after one."""

    number: int
    name: str
    facts: dict[str, Any]


class Job:
    """One job: its thread reports progress, and pages read it."""

    def __init__(
        self,
        kind: Kind,
        title: str,
        *,
        leads_to: tuple[str, ...] = (),
        draft_id: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`leads_to` are the steps to the screen after it; `draft_id` is its import, where it has one."""
        self.id, self.draft_id = secrets.token_hex(6), draft_id
        self.kind, self.title = kind, title
        self._stop = threading.Event()
        self._stopper: Callable[[], None] = _nothing
        self.ended = threading.Event()
        self.state: State = "running"
        self.failure: CommandEnded | None = None
        self.sentence = ""
        self.leads_to = leads_to
        self._lock = threading.Lock()
        self._clock, self._began = clock, clock()
        self._facts: dict[str, Any] = {"stage": _WORDS[kind], "done": 0, "total": None, "counts": {}}
        self._pace: deque[tuple[float, int]] = deque()
        self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._next = 1
        self._ended_at: float | None = None

    @property
    def is_writing(self) -> bool:
        """Whether the job writes to Attio."""
        return self.kind in {"push", "revert"}

    @property
    def is_beside(self) -> bool:
        """Whether the job may run beside another one, as it asks Attio nothing."""
        return self.kind == "read"

    def stop(self) -> None:
        """Ask the job to stop after the writes in flight; any thread may call this."""
        self._stop.set()
        self._stopper()

    @property
    def is_asked_to_stop(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._stop.is_set()

    def stops(self, stopper: Callable[[], None]) -> None:
        """Set the function that stops the work; it is called at once where somebody has asked already."""
        self._stopper = stopper
        if self._stop.is_set():
            stopper()

    def heard(self, progress: Progress) -> None:
        """Take the engine's progress."""
        words = {"reading": "comparing with Attio", "writing": "writing"}[progress.stage]
        stage = words if self.kind in {"push", "compare"} else _WORDS[self.kind]
        counts = progress.counts.to_json()
        self.tell(stage=stage, done=progress.rows, total=progress.total, counts=counts)

    def tell(self, **facts: Any) -> None:  # noqa: ANN401 -- figures and words for the page
        """Update the job's figures and words, and note an event."""
        with self._lock:
            self._facts |= facts
            now = self._clock()
            self._pace.append((now, int(self._facts["done"] or 0)))
            while self._pace[0][0] < now - _PACE_SECONDS:
                self._pace.popleft()
            self._note("progress")

    def end(self, state: State, sentence: str = "", leads_to: tuple[str, ...] = ()) -> None:
        """End the job with a state, a sentence, and the screen to show next."""
        with self._lock:
            self.state, self.sentence = state, sentence
            self.leads_to = leads_to or self.leads_to
            self._ended_at = self._clock()
            self._note("end")
        self.ended.set()

    @property
    def outcome(self) -> str:
        """A sentence on how the job ended."""
        return self.sentence or {"done": "done.", "stopped": "stopped."}.get(self.state, "it failed.")

    def snapshot(self) -> dict[str, Any]:
        """The job's state and figures as a page shows them."""
        with self._lock:
            return self._snapshot()

    def since(self, number: int) -> list[Event]:
        """The events after a number; only the last 500 are kept, since each event holds the whole state."""
        with self._lock:
            return [one for one in self._events if one.number > number]

    def _note(self, name: str) -> None:
        self._events.append(Event(number=self._next, name=name, facts=self._snapshot()))
        self._next += 1

    def _snapshot(self) -> dict[str, Any]:
        done, total = self._facts["done"], self._facts["total"]
        return self._facts | {
            "state": self.state,
            "sign": _SIGNS[self.state],
            "sentence": self.sentence,
            "seconds": round((self._ended_at or self._clock()) - self._began, 1),
            "percent": min(100, 100 * done // total) if total else None,
            "left": self._left(done, total),
            "is_stopping": self._stop.is_set() and self.state == "running",
        }

    def _left(self, done: int, total: int | None) -> int | None:
        """Seconds left at the pace of the last minute; None where that cannot be told."""
        if not total or len(self._pace) < 2 or self.state != "running":  # noqa: PLR2004 -- a pace needs two points
            return None
        (first, then), (last, now) = self._pace[0], self._pace[-1]
        if now <= then or last <= first:
            return None
        return round((total - done) * (last - first) / (now - then))


def _nothing() -> None:
    """Stop nothing, as the work has not begun."""


def _unheard(_: Job) -> None:
    """Do nothing at the end of a job."""


class Jobs:
    """All jobs of this room, in the order in which they were started."""

    def __init__(self, on_end: Callable[[Job], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._on_end = on_end or _unheard

    def start(self, job: Job, work: Callable[[Job], None]) -> Job:
        """Run a job in a thread of its own; raises JobRunning while another one runs, unless it is beside."""
        with self._lock:
            if not job.is_beside and (running := self.running()):
                raise JobRunning(
                    f"'{running.title}' is still {_WORDS[running.kind]}. Wait for it, or stop it."
                )
            self._jobs[job.id] = job
        threading.Thread(
            target=_run, args=(job, work, self._on_end), name=f"job-{job.id}", daemon=True
        ).start()
        return job

    def get(self, job_id: str) -> Job | None:
        """A job by its id, or None."""
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """Every job, in the order in which they were started."""
        return list(self._jobs.values())

    def running(self) -> Job | None:
        """The job that runs, or None; one that runs beside others does not count."""
        return next((one for one in self.all() if not (one.is_beside or one.ended.is_set())), None)


def _run(job: Job, work: Callable[[Job], None], on_end: Callable[[Job], None]) -> None:
    """Do the work, and end the job with a state and a sentence, also after an error."""
    try:
        work(job)
    except Stopped as stopped:
        job.end("stopped", str(stopped))
    except Exception as error:  # noqa: BLE001 -- the last line of defence of a thread: a page shows a sentence
        stop = explain(error) or Failed(f"Unexpected error ({type(error).__name__}). Please report it.")
        job.failure = stop
        job.end("failed", str(stop))
    else:
        if not job.ended.is_set():
            job.end("done")
    on_end(job)
