"""The context of every run: client, journal, clock and stop, and how a run begins and ends."""

from __future__ import annotations

import logging
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from attio_api.auth import require_active
from destination_attio.engine.assembly import Assembly, Counting
from destination_attio.engine.counts import judge
from destination_attio.engine.deferred_resolver import DeferredResolver
from destination_attio.engine.journal_writer import JournalWriter
from destination_attio.engine.ownership import actors_of
from destination_attio.engine.renamed import ids_of
from destination_attio.engine.signals import RunStopped, Stop
from destination_attio.model.plan import Counts, Progress, Report
from destination_attio.rows.binding import bind
from destination_attio.storage.journal import Run, RunFacts
from destination_attio.storage.leases import leased
from destination_attio.storage.rejects import Nowhere, RejectsFile
from destination_attio.storage.rejects_bucket import RejectsBucket
from destination_attio.storage.scratch import Scratch
from destination_attio.workspace.references import check_pointing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from attio_api.auth import Identity
    from attio_api.client import AttioClient
    from attio_api.wire import JsonObject
    from destination_attio.config import DestinationConfig, Mode, StreamConfig
    from destination_attio.engine.deferred_resolver import Stream
    from destination_attio.engine.push import StreamPush
    from destination_attio.rows.binding import Binding
    from destination_attio.storage.journal import Journal
    from destination_attio.storage.rejects import Rejects
    from destination_attio.storage.rejects_bucket import Synced

    OnProgress = Callable[[Progress], None]

_LOGGER: Final = logging.getLogger("destination_attio")
_THREADS: Final = 48
"""Threads: one per write in flight, and some for the pages of a scan."""


@dataclass(kw_only=True)
class Ending:
    """The status with which a run ends; whoever runs it may change it from `done`."""

    status: str = "done"


class RunContext:
    """The context of one run or several; a context manager, used from one thread."""

    def __init__(  # noqa: PLR0913 (each is a seam that a test replaces)
        self,
        config: DestinationConfig,
        client: AttioClient,
        *,
        journal: Journal | None = None,
        rejects: Rejects | None = None,
        synced: Mapping[str, Synced] | None = None,
        total_rows: int | None = None,
        run_id: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pool: Executor | None = None,
        leases: Path | None = None,
    ) -> None:
        """Makes no request and journals nothing yet."""
        self.config, self.client, self.journal = config, client, journal
        self._now, self._leases = now, leases
        self.run_id = run_id or new_run_id(now())
        self.rejects = rejects or _rejects(config, self.run_id, synced)
        self.total_rows = total_rows
        self.stop = Stop()
        """`stop.ask()` stops the run, from any thread; it is checked between writes and between batches."""
        self.about = RunFacts()
        """Who approved the next run, by which plan and mapping; the journal keeps it."""
        self._has_begun = False
        self._began = time.monotonic()
        self._closing = ExitStack()
        self._identity: Identity | None = None
        self.journal_writer = JournalWriter(journal, self.run_id, self.timestamp, self._attio_time)
        self.assembly = Assembly(
            client=client,
            pool=pool or self._closing.enter_context(ThreadPoolExecutor(_THREADS, "attio")),
            scratch=self._closing.enter_context(Scratch()),
            journal_writer=self.journal_writer,
            rejects=self.rejects,
            stop=self.stop,
            rows_expected=total_rows,
            supposed_actors=lambda: actors_of(self.identity()),
        )
        self.catalog = self.assembly.catalog

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
        if self.journal:
            self.journal.close()

    def timestamp(self) -> str:
        """The present time in ISO 8601, as plans and journals have it."""
        return self._now().isoformat()

    def _attio_time(self) -> str:
        """The newest time by Attio's clock; empty before the first answer."""
        return self.client.server_clock.heard

    def identity(self) -> Identity:
        """The token's workspace and scopes; raises BadToken for a dead token."""
        if self._identity is None:
            self._identity = self.client.whoami()
        return require_active(self._identity)

    def bind(self, settings: StreamConfig, *, mode: Mode = "upsert", keys: Collection[str] = ()) -> Binding:
        """Check a stream's settings against the workspace; raises Misconfigured."""
        self.identity()
        target = self.catalog.target(settings.kind, settings.slug)
        binding = bind(settings, target, mode=mode, keys=tuple(keys))
        check_pointing(binding, self.catalog.object)
        return binding

    # --- what works on rows ----------------------------------------------------------------------------

    def stream_push(self, binding: Binding, on_progress: OnProgress | None = None) -> StreamPush:
        """The push of one stream."""

        def on_row(counts: Counts) -> None:
            self.tell(on_progress, "writing", counts.rows, counts)

        return self.assembly.stream_push(binding, on_row)

    def stream_push_counted_by(self, binding: Binding, on_row: Callable[[Counts], None]) -> StreamPush:
        """The push of one stream, for a caller that counts over several streams."""
        return self.assembly.stream_push(binding, on_row)

    def deferred_resolver(
        self, streams: Sequence[Stream], after_part: Callable[[], None] = lambda: None
    ) -> DeferredResolver:
        """Decides about the deferred rows at the input's end; streams that others point at come first."""
        return DeferredResolver(streams, self.assembly.waiting, self.config.batch_rows, after_part)

    def judge(self, stream_push: StreamPush, *, is_end: bool = False) -> None:
        """Raise when a stop was asked for, or when too many rows were rejected."""
        self.stop.obey()
        counts = stream_push.results.counts
        judge(counts.rows, counts.rejected, self.config.max_rejected_percent, is_end=is_end)

    # --- how a run begins and ends -----------------------------------------------------------------------

    @contextmanager
    def running(
        self, kind: str, target: str, counts: Callable[[], Counts], *, reverts: str | None = None
    ) -> Iterator[Ending]:
        """Journal that a run starts, and how it ends: done, stopped or failed."""
        ending = Ending()
        with leased(self._place(), target.split(", "), self._leases):
            self.begin(kind, target, reverts)
            status = "failed"
            try:
                with self.stop.listening():
                    yield ending
                    self.stop.obey()
                status = ending.status
            except (KeyboardInterrupt, RunStopped):
                status = "stopped"
                raise
            finally:
                self.finish(status, counts())

    def _place(self) -> str:
        """The API's address and the workspace id, by which leases tell workspaces apart."""
        return f"{self.config.api_url} {self.identity().workspace_id}"

    def begin(self, kind: str, target: str, reverts: str | None = None) -> None:
        """Journal that a run starts; earlier runs that died are journaled as failed."""
        if self._has_begun:
            self.run_id = new_run_id(self._now())
            self.journal_writer.renew(self.run_id)
        self._has_begun = True
        if self.journal is None:
            return
        identity = self.identity()
        self.settle_dead_runs()
        self.journal.begin(
            Run(
                run_id=self.run_id,
                kind="revert" if kind == "revert" else "push",
                started_at=self.timestamp(),
                finished_at=None,
                status="running",
                workspace_id=identity.workspace_id,
                workspace_name=identity.workspace_name,
                target=target,
                reverts=reverts,
                counts=Counts(),
                about=replace(self.about, attributes=self.attribute_ids(filter(None, target.split(", ")))),
                actors=tuple(sorted(self.assembly.images.own)),
            )
        )

    def attribute_ids(self, targets: Iterable[str]) -> JsonObject:
        """The attribute ids of targets that are there, by which attributes that were renamed are found."""
        known = [self.catalog.by_name(one) for one in targets if not self.catalog.missing(one)]
        return {one.name: ids_of(one.attributes) for one in known}

    def settle_dead_runs(self, warn: Callable[[str], None] = _LOGGER.warning) -> None:
        """Settle this workspace's writes of unknown outcome, and journal its dead runs as failed.

        `warn` receives a sentence on each part that Attio could not be asked about; it stays unknown.
        """
        if self.journal:
            here = self.identity().workspace_id
            self.assembly.reconciling().settle(self.journal, warn, here)
            self.journal.abandon(self.timestamp(), here)

    def finish(self, status: str, counts: Counts) -> None:
        """Journal how the run ended."""
        if self.journal:
            told = counts if status == "done" else self.journal.counted(self.run_id, counts)
            self.journal.finish(self.run_id, status, told, self.timestamp())

    def report(self, stream_push: StreamPush) -> Report:
        """The report of one stream's push."""
        results = stream_push.results
        return Report(
            run_id=self.run_id,
            counts=results.counts,
            rejected=tuple(results.rejected),
            superseded=tuple(results.superseded),
            dropped=tuple(results.dropped),
            remaining=tuple(results.remaining),
            met=tuple(results.met),
            duplicates=tuple(results.duplicates),
            skipped=tuple(results.skipped),
            skipped_cells=results.skipped_cells,
            rejects_path=self.rejects.place if results.kinds["rejected"] else None,
            **self.effort(),
        )

    def effort(self) -> dict[str, Any]:
        """Requests (`reads`, `writes`) and `seconds` so far."""
        governor = self.client.governor
        made = governor.made if isinstance(governor, Counting) else {}
        return {
            "reads": made.get("read", 0),
            "writes": made.get("write", 0),
            "seconds": time.monotonic() - self._began,
        }

    def tell(self, on_progress: OnProgress | None, stage: str, rows: int, counts: Counts) -> None:
        """Tell the listener the run's stage, rows and counts."""
        if on_progress:
            known: Any = "writing" if stage == "writing" else "reading"
            on_progress(Progress(stage=known, rows=rows, total=self.total_rows, counts=counts))


def _rejects(config: DestinationConfig, run_id: str, synced: Mapping[str, Synced] | None) -> Rejects:
    """The place for rejected rows: as configured, else beside the journal, whose disk is kept."""
    if config.storage:
        return RejectsBucket(config.storage, run_id, synced)
    if config.rejects and config.rejects.path:
        return RejectsFile(config.rejects.path)
    if config.journal:
        return RejectsFile(str(Path(config.journal.path).with_suffix(".rejects.jsonl")))
    return Nowhere()


def new_run_id(moment: datetime) -> str:
    """A unique run id that sorts by time."""
    return f"{moment:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
