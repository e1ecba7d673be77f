"""Gives up a source that sends no record and no state for too long, and a destination that takes no message.

After `HeartbeatMonitor`, `DestinationTimeoutMonitor` and `WorkloadHeartbeatSender` of
`airbytehq/airbyte-platform` (August 2026). Log lines and traces, a stream's status among them, are no
heartbeat. Once the source has closed its output, only the destination is timed.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from integration_tests.platform.persistence import Message

MOST_SILENT_SECONDS = 10_800.0
"""Of a source whose card says nothing else in `maxSecondsBetweenMessages`."""
MOST_BLOCKED_SECONDS = 7_200.0
"""For one message, or for the end of the input."""
BEATS = ("RECORD", "STATE")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long the platform waits for each side, and how often it looks."""

    silent: float = MOST_SILENT_SECONDS
    blocked: float = MOST_BLOCKED_SECONDS
    looks_every: float = 10.0


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """Which side has exceeded its limit."""

    side: str
    failure_type: str
    sentence: str


@dataclass(kw_only=True)
class Watch:
    """When each side last did something; used from several threads."""

    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.monotonic
    _beat: float = field(init=False)
    _blocked_since: float | None = None
    _source_ended: bool = False

    def __post_init__(self) -> None:
        """The time to the first row counts as well."""
        self._beat = self.clock()

    def heard(self, message: Message) -> None:
        """Note a message of the source."""
        if message["type"] in BEATS:
            self._beat = self.clock()

    def source_ended(self) -> None:
        """The source closed its output; from now on only the destination is waited for."""
        self._source_ended = True

    @contextmanager
    def giving(self) -> Iterator[None]:
        """Time how long the destination takes to accept a message or the end of its input."""
        self._blocked_since = self.clock()
        try:
            yield
        finally:
            self._blocked_since = None

    def given_up(self) -> GivenUp | None:
        """The side that exceeded its limit, if one did."""
        now, since = self.clock(), self._blocked_since
        if since is not None and now - since > self.limits.blocked:
            said = f"the destination took no message for more than {self.limits.blocked:g} seconds"
            return GivenUp(side="destination", failure_type="destination_timeout", sentence=said)
        if not self._source_ended and now - self._beat >= self.limits.silent:
            said = f"the source sent neither a record nor a state for {self.limits.silent:g} seconds"
            return GivenUp(side="source", failure_type="heartbeat_timeout", sentence=said)
        return None

    @contextmanager
    def looking(self, act: Callable[[GivenUp], None]) -> Iterator[None]:
        """Look from time to time during the block, and call `act` once when a side exceeds its limit."""
        over = threading.Event()
        looker = threading.Thread(target=self._look, args=(over, act), name="the platform's watch")
        looker.start()
        try:
            yield
        finally:
            over.set()
            looker.join()

    def _look(self, over: threading.Event, act: Callable[[GivenUp], None]) -> None:
        while not over.wait(self.limits.looks_every):
            if found := self.given_up():
                act(found)
                return
