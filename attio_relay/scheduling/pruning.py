"""Prunes data older than the configured retention, in small commits so that deliveries wait briefly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.targets.command import prune_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_relay.settings import RetentionConfig
    from attio_relay.store.store import Store

# Most and fewest rows in one commit: it holds the lock that all writers of a SQLite file share for a few
# milliseconds. In a store that is larger than memory each row may be a read from the disk.
AT_ONCE = 200
AT_LEAST = 10
BRIEF = 0.005
# Seconds between two commits: at least PAUSE, and REST times as long as the last commit took.
PAUSE = 0.02
REST = 4.0


class Pruning:
    """The maintenance task of pruning: deletes old deliveries, changes, runs, and folders of command runs."""

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
        """Waits for so many seconds; returns True at once when the relay stops."""

    def work(self) -> None:
        """Delete everything that is older than its retention; ends early when the relay stops."""
        now, kept, store = self._clock(), self._retention, self._store
        self._all(lambda limit: store.delivery_store.prune(before=now - kept.deliveries, limit=limit))
        self._all(lambda limit: store.feed.prune(before=now - kept.changes, limit=limit))
        self._all(lambda limit: store.run_store.prune(before=now - kept.runs, limit=limit))
        prune_runs(self._folder, before=now - kept.runs)

    def _all(self, some: Callable[[int], int]) -> None:
        """Delete with pauses: fewer rows at once after a slow commit, more after a brief one."""
        limit = AT_ONCE
        while True:
            began = self._stopwatch()
            number = some(limit)
            took = self._stopwatch() - began
            if not number or self._stopped(max(PAUSE, REST * took)):
                return
            limit = min(AT_ONCE, limit * 2) if took < BRIEF else max(AT_LEAST, limit // 2)
