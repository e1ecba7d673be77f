"""Runs a source into a destination as Airbyte's container orchestrator does, crashes included.

Two processes and what passes between them: records and states go on, each state with an id and a count;
a stream's COMPLETE is sent only to a destination that supports refreshes and only when the source ended well;
acknowledged states are kept and start the next attempt. When a side is silent or blocked for too long, both
are killed. The rules are those of `airbytehq/airbyte-platform` as of August 2026.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from integration_tests.platform.attempt_tracker import AttemptTracker
from integration_tests.platform.jobs import Jobs, Refresh
from integration_tests.platform.mapping import Mapping
from integration_tests.platform.persistence import MOST_BYTES, Message, Persistence, StreamKey, stream_key
from integration_tests.platform.watch import GivenUp, Limits, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The platform gives a destination a minute to end after its input was closed; a test machine may be slower.
PATIENCE_SECONDS = 180
# 128 + SIGTERM: how a container ends that was asked to; no failure to the platform.
GOOD_EXITS = (0, 143)


@dataclass(frozen=True, kw_only=True)
class Connector:
    """How to start a connector, and with which configuration."""

    argv: tuple[str, ...]
    config: Message
    supports_refreshes: bool = False


@dataclass(frozen=True, kw_only=True)
class Crash:
    """Kill one side, as the kernel would, once so many records were passed on or states came back."""

    side: str
    after_records: int | None = None
    after_states: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one attempt ended."""

    tracker: AttemptTracker
    exits: tuple[int, int]
    failures: tuple[Message, ...]

    @property
    def succeeded(self) -> bool:
        """Whether the platform would call it a success."""
        return self.exits[0] == 0 and self.exits[1] in GOOD_EXITS and not self.tracker.problems

    @property
    def failure_type(self) -> str | None:
        """The type of the earliest failure, which decides about a retry; the system's when it has none."""
        if not self.failures:
            return None if self.succeeded else "system_error"
        first = min(self.failures, key=lambda trace: float(trace["emitted_at"]))
        return str(first["error"].get("failure_type") or "system_error")


@dataclass(kw_only=True)
class Orchestrator:
    """One connection of the platform: two connectors, a catalog, and the state kept between attempts."""

    source: Connector
    destination: Connector
    catalog: Message
    folder: Path
    mapping: Mapping = field(default_factory=Mapping)
    saved: dict[StreamKey, Message] = field(default_factory=dict)
    most_state_bytes: int = MOST_BYTES
    limits: Limits = field(default_factory=Limits)
    jobs: Jobs = field(default_factory=Jobs)

    def sync(
        self, crashes: tuple[Crash, ...] = (), *, attempts: int = 5, refresh: Refresh | None = None
    ) -> list[Attempt]:
        """Run a job: attempt until one succeeds; the n-th attempt suffers the n-th crash."""
        self.begin(refresh)
        made: list[Attempt] = []
        while len(made) < attempts:
            crash = crashes[len(made)] if len(made) < len(crashes) else None
            made.append(self.attempt(crash))
            if made[-1].succeeded or made[-1].failure_type == "config_error":
                break
        return made

    def begin(self, refresh: Refresh | None = None) -> None:
        """Start a job without an attempt yet."""
        for key in self.jobs.begin(self.catalog, refresh):
            self.saved.pop(key, None)

    def attempt(self, crash: Crash | None = None) -> Attempt:
        """Run both sides once in the job that was begun, from the state saved so far."""
        catalog = self.jobs.catalog(self.catalog)
        tracker = self._tracker()
        destination = self._start(self.destination, "write", self.mapping.catalog(catalog))
        state = self._written("state", list(self.saved.values()))
        source = self._start(self.source, "read", catalog, "--state", state)
        watch = Watch(limits=self.limits)
        run = _Run(
            tracker=tracker,
            source=source,
            destination=destination,
            crash=crash,
            mapping=self.mapping,
            watch=watch,
        )
        exits = run.through(complete=self.destination.supports_refreshes)
        tracker.close()
        return Attempt(tracker=tracker, exits=exits, failures=tuple(run.failures))

    def _tracker(self) -> AttemptTracker:
        streams = {stream_key(one["stream"]): one for one in self.catalog["streams"]}
        looked_at = {
            key: one["primary_key"]
            for key, one in streams.items()
            if one["sync_mode"] == "incremental" and one["destination_sync_mode"].endswith("_dedup")
        }
        persistence = Persistence(saved=self.saved, most_bytes=self.most_state_bytes)
        return AttemptTracker(streams=tuple(streams), keys=looked_at, persistence=persistence)

    def _start(
        self, connector: Connector, command: str, catalog: Message, *more: str
    ) -> subprocess.Popen[str]:
        config = self._written(f"{command}-config", connector.config)
        chosen = self._written(f"{command}-catalog", catalog)
        stdin = subprocess.PIPE if command == "write" else subprocess.DEVNULL
        argv = [*connector.argv, command, "--config", config, "--catalog", chosen, *more]
        with (self.folder / f"{command}.stderr").open("a", encoding="utf-8") as stderr:
            return subprocess.Popen(
                argv, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, text=True, encoding="utf-8"
            )

    def _written(self, name: str, content: Any) -> str:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)


@dataclass(kw_only=True)
class _Run:
    """Two running processes and what passes between them."""

    tracker: AttemptTracker
    source: subprocess.Popen[str]
    destination: subprocess.Popen[str]
    crash: Crash | None
    mapping: Mapping
    watch: Watch
    failures: list[Message] = field(default_factory=list)
    _passed_on: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def through(self, *, complete: bool) -> tuple[int, int]:
        """Carry the messages until both sides ended; their exit codes."""
        listener = threading.Thread(target=self._listen, name="destination's answers")
        listener.start()
        try:
            with self.watch.looking(self._give_up):
                self._carry()
                source_exit = self.source.wait(PATIENCE_SECONDS)
                self._finish(complete=complete and source_exit == 0, source_exit=source_exit)
            listener.join(PATIENCE_SECONDS)
            return source_exit, self.destination.wait(PATIENCE_SECONDS)
        finally:
            self.source.kill()
            self.destination.kill()
            listener.join(PATIENCE_SECONDS)
            self._close()

    def _give_up(self, found: GivenUp) -> None:
        """Fail the attempt and end both sides, as the platform does when one of them is late."""
        self.tracker.problems.append(found.sentence)
        error = {"message": found.sentence, "failure_type": found.failure_type}
        self.failures.append({"type": "ERROR", "emitted_at": time.time() * 1000, "error": error})
        # First the destination, which would take the end of the source for the end of its input.
        self.destination.kill()
        self.source.kill()

    def _close(self) -> None:
        for process in (self.source, self.destination):
            process.wait(PATIENCE_SECONDS)
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):  # what a killed destination left unread
                    if pipe:
                        pipe.close()

    def _carry(self) -> None:
        """Pass on what the source says, until it ends or the destination takes no more."""
        for message in _messages(self.source.stdout, self.tracker.problems, "source"):
            self.watch.heard(message)
            self._note_failure(message)
            with self._lock:
                forward = self.tracker.from_source(message)
            if forward is not None and not self._pass_on(self.mapping.message(forward)):
                self.source.kill()
                return
        self.watch.source_ended()

    def _pass_on(self, message: Message) -> bool:
        try:
            with self.watch.giving():
                self._to_destination.write(json.dumps(message) + "\n")
                if message["type"] == "STATE":
                    self._to_destination.flush()
        except BrokenPipeError:
            return False
        self._passed_on += message["type"] == "RECORD"
        self._crash_if(after_records=self._passed_on)
        return True

    def _finish(self, *, complete: bool, source_exit: int) -> None:
        """End the destination's input as the platform does; a destination that died takes nothing more."""
        with suppress(BrokenPipeError), self.watch.giving():
            for key in self.tracker.silent_streams() if source_exit == 0 else ():
                with self._lock:
                    injected = self.tracker.empty_state(key)
                self._to_destination.write(json.dumps(injected) + "\n")
            for key in self.tracker.streams if complete else ():
                self._to_destination.write(json.dumps(_completed(key)) + "\n")
            self._to_destination.flush()
        with suppress(BrokenPipeError):
            self._to_destination.close()

    def _listen(self) -> None:
        for message in _messages(self.destination.stdout, self.tracker.problems, "destination"):
            self._note_failure(message)
            with self._lock:
                self.tracker.from_destination(message)
            if message["type"] == "STATE":
                self._crash_if(after_states=self.tracker.acknowledged)

    def _crash_if(self, *, after_records: int = -1, after_states: int = -1) -> None:
        if self.crash and (
            after_records == self.crash.after_records or after_states == self.crash.after_states
        ):
            (self.source if self.crash.side == "source" else self.destination).kill()

    def _note_failure(self, message: Message) -> None:
        if message["type"] == "TRACE" and message["trace"]["type"] == "ERROR":
            self.failures.append(message["trace"])

    @property
    def _to_destination(self) -> IO[str]:
        if self.destination.stdin is None:
            raise RuntimeError("the destination was started without an input")
        return self.destination.stdin


def _messages(stdout: IO[str] | None, problems: list[str], side: str) -> Iterator[Message]:
    """The protocol messages a connector prints; a torn last line of a killed process is nobody's message."""
    for line in stdout or ():
        try:
            message = json.loads(line)
        except json.JSONDecodeError:
            if line.endswith("\n"):
                problems.append(f"the {side} printed a line that is not JSON")
            continue
        yield message


def _completed(key: StreamKey) -> Message:
    descriptor = {"name": key[1]} | ({"namespace": key[0]} if key[0] else {})
    status = {"stream_descriptor": descriptor, "status": "COMPLETE"}
    return {"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 0.0, "stream_status": status}}
