"""Forgets what is older than the file says, a little at a time: deliveries go on being stored meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.targets.command import prune_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_relay.settings import RetentionConfig
    from attio_relay.store.store import Store

# Rows in one commit, at most and at least: a few milliseconds of the one lock that all writers of a SQLite
# file share. In a store that is larger than memory each of them may be a read from the disk.
AT_ONCE = 200
AT_LEAST = 10
BRIEF = 0.005
# Between two commits: at least so long, and so many times as long as the last one took.
PAUSE = 0.02
REST = 4.0


class Pruning:
    """The chore."""

    def __init__(
        self,
        store: Store,
        retention: RetentionConfig,
        folder: Path,
        *,
        clock: Callable[[], float],
        stopwatch: Callable[[], float],
        stopped: Callable[[float], bool],
    ) -> None:
        self._store = store
        self._retention = retention
        self._folder = folder
        self._clock = clock
        self._stopwatch = stopwatch
        self._stopped = stopped
        """Waits so many seconds; says whether the relay ends."""

    def work(self) -> None:
        """Forget everything that is old, with pauses, unless the relay ends."""
        now, kept, store = self._clock(), self._retention, self._store
        self._all(lambda limit: store.inbox.prune(before=now - kept.deliveries, limit=limit))
        self._all(lambda limit: store.feed.prune(before=now - kept.changes, limit=limit))
        self._all(lambda limit: store.history.prune(before=now - kept.runs, limit=limit))
        prune_runs(self._folder, before=now - kept.runs)

    def _all(self, some: Callable[[int], int]) -> None:
        """Fewer at once after a commit that took long, more after a brief one."""
        limit = AT_ONCE
        while True:
            began = self._stopwatch()
            number = some(limit)
            took = self._stopwatch() - began
            if not number or self._stopped(max(PAUSE, REST * took)):
                return
            limit = min(AT_ONCE, limit * 2) if took < BRIEF else max(AT_LEAST, limit // 2)
