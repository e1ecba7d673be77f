"""One sitting with a workspace: plan, push, apply a saved plan, undo a run.

The face of the engine for the Airbyte command and the local runner; it owns the client, the threads, the
journal and the run's scratch file, and closes them.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from attio_api.client import AttioClient
from attio_api.errors import BadToken
from destination_attio.engine.apply_plan import apply_plan
from destination_attio.engine.assembly import Assembly, Counting
from destination_attio.engine.counts import judge
from destination_attio.engine.input_parts import parts
from destination_attio.engine.mirror import finish_mirror, mirrored_changes
from destination_attio.engine.revert import revert
from destination_attio.engine.settle import Settling
from destination_attio.engine.writer import Ledger
from destination_attio.model.plan import Counts, Plan, Progress, Report
from destination_attio.rows.binding import bind
from destination_attio.storage.journal import Journal, Run
from destination_attio.storage.rejects import Nowhere, Rejects, RejectsBucket, RejectsFile
from destination_attio.storage.scratch import Scratch

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from attio_api.auth import Identity
    from attio_api.pace import Governor
    from destination_attio.config import DestinationConfig, Mode, StreamConfig
    from destination_attio.engine.push import Pushing
    from destination_attio.engine.settle import Stream
    from destination_attio.rows.binding import Binding

Rows = Iterable[Mapping[str, Any]]
OnProgress = Callable[[Progress], None]
_LOGGER: Final = logging.getLogger("destination_attio")
_THREADS: Final = 48
"""Writes in flight, and a scan's pages beside them."""


class Session:
    """Use as a context manager; one thread."""

    def __init__(  # noqa: PLR0913 (each is a seam that a test replaces)
        self,
        config: DestinationConfig,
        client: AttioClient,
        *,
        journal: Journal | None = None,
        rejects: Rejects | None = None,
        total_rows: int | None = None,
        run_id: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pool: Executor | None = None,
    ) -> None:
        """Use `open` where nothing is to be replaced."""
        self.config, self.client, self.journal = config, client, journal
        self._now = now
        self.run_id = run_id or self._new_run_id()
        self.rejects = rejects or _rejects(config, self.run_id)
        self.total_rows = total_rows
        self._has_begun = False
        self._began = time.monotonic()
        self._closing = ExitStack()
        self._identity: Identity | None = None
        self.ledger = Ledger(journal, self.run_id, self.timestamp)
        self._assembly = Assembly(
            client=client,
            pool=pool or self._closing.enter_context(ThreadPoolExecutor(_THREADS, "attio")),
            scratch=self._closing.enter_context(Scratch()),
            ledger=self.ledger,
            rejects=self.rejects,
            rows_expected=total_rows,
        )
        self.catalog = self._assembly.catalog

    @classmethod
    def open(cls, config: DestinationConfig, *, total_rows: int | None = None, max_tries: int = 8) -> Self:
        """Open the client and, where configured, the journal."""
        client = AttioClient(
            config.token, api_url=config.api_url, governor=_governor(config), max_tries=max_tries
        )
        journal = Journal.open(config.journal.path) if config.journal else None
        return cls(config, client, journal=journal, total_rows=total_rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
        if self.journal:
            self.journal.close()

    def _new_run_id(self) -> str:
        return f"{self._now():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"

    def timestamp(self) -> str:
        """This moment, as plans and journals write it."""
        return self._now().isoformat()

    def identity(self) -> Identity:
        """Who the token is; raises BadToken when it is dead."""
        if self._identity is None:
            self._identity = self.client.whoami()
        if not self._identity.active:
            raise BadToken
        return self._identity

    # --- what the local runner calls -----------------------------------------------------------------

    def bind(self, settings: StreamConfig, *, mode: Mode = "upsert", keys: Collection[str] = ()) -> Binding:
        """Hold a stream's settings against the workspace; raises Misconfigured."""
        self.identity()
        target = self.catalog.target(settings.kind, settings.slug)
        return bind(settings, target, mode=mode, keys=tuple(keys))

    def plan(self, settings: StreamConfig, rows: Rows, *, on_progress: OnProgress | None = None) -> Plan:
        """Say what a push would do; writes nothing."""
        binding = self.bind(settings)
        rehearsal = self._assembly.rehearsal(binding)
        for part, is_full in parts(rows, rehearsal.batches, self.config.batch_rows):
            rehearsal.push(part, is_full=is_full)
            self._tell(on_progress, "reading", part[-1][0], Counts(unchanged=rehearsal.unchanged))
        self.settling([rehearsal]).settle()
        mirrored = mirrored_changes(rehearsal.batches) if binding.mode == "mirror" else []
        identity = self.identity()
        return Plan(
            changes=(*rehearsal.changes, *mirrored),
            unchanged=rehearsal.unchanged,
            mirrored=len(mirrored),
            workspace_id=identity.workspace_id,
            workspace_name=identity.workspace_name,
            made_at=self.timestamp(),
            streams=(settings.model_dump(mode="json"),),
            skipped=tuple(rehearsal.skipped),
        )

    def push(self, settings: StreamConfig, rows: Rows, *, on_progress: OnProgress | None = None) -> Report:
        """Write the rows: the whole of the source, so that a mirror may delete at the end."""
        binding = self.bind(settings)
        self.begin("push", binding.target.name)
        pushing = self.pushing(binding, on_progress)
        status = "failed"
        try:
            for part, is_full in parts(rows, pushing.batches, self.config.batch_rows):
                pushing.push(part, is_full=is_full)
                self._judge(pushing)
            self.settling([pushing], lambda: self._judge(pushing)).settle()
            self._judge(pushing, is_end=True)
            if binding.mode == "mirror":
                finish_mirror(pushing)
            status = "done"
        finally:
            self.finish(status, pushing.tally.counts)
        return self.report(pushing)

    def push_plan(self, plan: Plan, *, on_progress: OnProgress | None = None) -> Report:
        """Apply a saved plan; stops at the first row whose basis has moved (`Report.stopped_at`)."""
        return apply_plan(self, plan, lambda rows, counts: self._tell(on_progress, "writing", rows, counts))

    def revert(
        self, run_id: str, *, only: Collection[str] = (), on_progress: OnProgress | None = None
    ) -> Report:
        """Undo what a run wrote; what others changed since is a conflict, left alone."""
        return revert(
            self, run_id, only, lambda rows, counts: self._tell(on_progress, "writing", rows, counts)
        )

    # --- what both use -----------------------------------------------------------------------------------

    def pushing(self, binding: Binding, on_progress: OnProgress | None = None) -> Pushing:
        """The writer of one stream's batches."""

        def on_row(counts: Counts) -> None:
            self._tell(on_progress, "writing", counts.rows, counts)

        return self._assembly.pushing(binding, on_row)

    def pushing_heard(self, binding: Binding, on_row: Callable[[Counts], None]) -> Pushing:
        """The same, for a caller that counts over several streams."""
        return self._assembly.pushing(binding, on_row)

    def settling(self, streams: Sequence[Stream], after_part: Callable[[], None] = lambda: None) -> Settling:
        """What decides about rows that still wait, once no more come; pointed-at streams stand first."""
        return Settling(streams, self._assembly.waiting, self.config.batch_rows, after_part)

    def begin(self, kind: str, target: str, reverts: str | None = None) -> None:
        """Note in the journal that a run starts; runs that died before are noted as failed."""
        if self._has_begun:
            self.run_id = self._new_run_id()
            self.ledger.renew(self.run_id)
        self._has_begun = True
        if self.journal is None:
            return
        identity = self.identity()
        self._assembly.reconciling().settle(self.journal, _LOGGER.warning)
        self.journal.abandon(self.timestamp())
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
            )
        )

    def finish(self, status: str, counts: Counts) -> None:
        """Note in the journal how the run ended."""
        if self.journal:
            told = counts if status == "done" else self.journal.counted(self.run_id, counts)
            self.journal.finish(self.run_id, status, told, self.timestamp())

    def report(self, pushing: Pushing) -> Report:
        """What a push did."""
        tally = pushing.tally
        return Report(
            run_id=self.run_id,
            counts=tally.counts,
            rejected=tuple(tally.rejected),
            superseded=tuple(tally.superseded),
            dropped=tuple(tally.dropped),
            remaining=tuple(tally.remaining),
            skipped=tuple(tally.skipped),
            skipped_cells=tally.skipped_cells,
            rejects_path=self.rejects.place if tally.kinds["rejected"] else None,
            **self.effort(),
        )

    def effort(self) -> dict[str, Any]:
        """Requests made and seconds taken so far."""
        governor = self.client.governor
        made = governor.made if isinstance(governor, Counting) else {}
        return {
            "reads": made.get("read", 0),
            "writes": made.get("write", 0),
            "seconds": time.monotonic() - self._began,
        }

    def _judge(self, pushing: Pushing, *, is_end: bool = False) -> None:
        counts = pushing.tally.counts
        judge(counts.rows, counts.rejected, self.config.max_rejected_percent, is_end=is_end)

    def _tell(self, on_progress: OnProgress | None, stage: str, rows: int, counts: Counts) -> None:
        if on_progress:
            known: Any = "writing" if stage == "writing" else "reading"
            on_progress(Progress(stage=known, rows=rows, total=self.total_rows, counts=counts))


def _governor(config: DestinationConfig) -> Governor:
    """Attio's own limits; a lower figure leaves room for others, a higher one is for emulators."""
    wanted = config.requests_per_second
    if wanted is None:
        return Counting()
    if wanted > 100:  # noqa: PLR2004 (Attio's own limit for reads)
        return Counting(wanted, wanted)
    return Counting(requests_per_second=wanted)


def _rejects(config: DestinationConfig, run_id: str) -> Rejects:
    if config.storage:
        return RejectsBucket(config.storage, run_id)
    if config.rejects and config.rejects.path:
        return RejectsFile(config.rejects.path)
    return Nowhere()
