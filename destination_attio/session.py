"""One session with a workspace: plan, push, apply a saved plan, revert a run.

The Airbyte command, the local runner and the review room call the engine through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from attio_api.client import AttioClient
from destination_attio.engine.apply_plan import apply_plan
from destination_attio.engine.assembly import Counting
from destination_attio.engine.consequences import consequences
from destination_attio.engine.counts import check_sum
from destination_attio.engine.input_parts import parts
from destination_attio.engine.mirror import finish_mirror, mirrored_changes, try_scope
from destination_attio.engine.plan_revert import plan_revert
from destination_attio.engine.revert import revert
from destination_attio.engine.run_context import RunContext
from destination_attio.engine.signals import RunStopped
from destination_attio.model.plan import Counts, Plan
from destination_attio.storage.journal import Journal, RunFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import requests

    from attio_api.pace import Governor
    from destination_attio.config import DestinationConfig, StreamConfig
    from destination_attio.engine.run_context import OnProgress
    from destination_attio.model.plan import Change, Report
    from destination_attio.rows.binding import Binding
    from destination_attio.storage.rejects_bucket import Synced

    Rows = Iterable[Mapping[str, Any]]

__all__ = ["RunFacts", "RunStopped", "Session"]

PLANNED_AT_ONCE: Final = 2000
"""Rows that a plan works on at once; a plan writes nothing between parts, so larger ones save nothing."""


class Session(RunContext):
    """A context manager for one thread; only `stop.ask()` may be called from any thread."""

    @classmethod
    def open(
        cls,
        config: DestinationConfig,
        *,
        total_rows: int | None = None,
        max_tries: int = 8,
        synced: Mapping[str, Synced] | None = None,
        web: requests.Session | None = None,
    ) -> Self:
        """Open the client and, where configured, the journal; `synced` has the platform's names by stream."""
        client = AttioClient(
            config.token,
            api_url=config.api_url,
            governor=_governor(config),
            session=web,
            max_tries=max_tries,
        )
        journal = Journal.open(config.journal.path) if config.journal else None
        return cls(config, client, journal=journal, total_rows=total_rows, synced=synced)

    def _tried(self, settings: StreamConfig) -> Binding:
        """The stream's binding, after a question by a mirror's scope: else a bad one is found last."""
        binding = self.bind(settings)
        try_scope(binding, self.catalog)
        return binding

    def plan(self, settings: StreamConfig, rows: Rows, *, on_progress: OnProgress | None = None) -> Plan:
        """The plan of a push; writes nothing to Attio."""
        binding = self._tried(settings)
        rehearsal = self.assembly.rehearsal(binding)
        read, most = 0, min(self.config.batch_rows, PLANNED_AT_ONCE)
        with self.stop.listening():
            for part, is_full in parts(rows, rehearsal.pipeline, most):
                rehearsal.push(part, is_full=is_full)
                read = part[-1][0]
                self.tell(on_progress, "reading", read, Counts(unchanged=rehearsal.unchanged))
                self.stop.obey()
            self.deferred_resolver([rehearsal]).resolve()
        mirrored = mirrored_changes(rehearsal.pipeline) if binding.mode == "mirror" else []
        identity = self.identity()
        plan = Plan(
            changes=rehearsal.changes.add(mirrored),
            unchanged=rehearsal.unchanged,
            mirrored=len(mirrored),
            workspace_id=identity.workspace_id,
            workspace_name=identity.workspace_name,
            made_at=self.timestamp(),
            streams=(settings.model_dump(mode="json"),),
            skipped=tuple(rehearsal.skipped),
            attributes=self.attribute_ids(rehearsal.targets),
        )
        check_sum(read, plan.counts)
        return plan

    def push(self, settings: StreamConfig, rows: Rows, *, on_progress: OnProgress | None = None) -> Report:
        """Write the rows, which must be the whole source: a mirror deletes what is missing from them."""
        binding = self._tried(settings)
        stream_push = self.stream_push(binding, on_progress)
        read = 0
        with self.running("push", binding.target.name, lambda: stream_push.results.counts):
            for part, is_full in parts(rows, stream_push.pipeline, self.config.batch_rows):
                stream_push.push(part, is_full=is_full)
                read = part[-1][0]
                self.judge(stream_push)
            self.deferred_resolver([stream_push], lambda: self.judge(stream_push)).resolve()
            self.judge(stream_push, is_end=True)
            if binding.mode == "mirror":
                finish_mirror(stream_push)
            check_sum(read, stream_push.results.counts)
        return self.report(stream_push)

    def goes_with(self, deletions: Sequence[Change], most: int) -> dict[str, str]:
        """Sentences on what Attio deletes and empties with the first `most` records, by record id."""
        return consequences(self, deletions, most)

    def push_plan(self, plan: Plan, *, on_progress: OnProgress | None = None) -> Report:
        """Apply a saved plan; stops at the first row whose record changed since (`Report.stopped_at`)."""
        return apply_plan(self, plan, self._heard(on_progress))

    def plan_revert(
        self, run_id: str, *, only: Collection[str] = (), on_progress: OnProgress | None = None
    ) -> Plan:
        """The plan of a revert; makes the same decisions as `revert` and writes nothing to Attio.

        Changes that the revert would leave alone have the kind `rejected`, with the value that the run wrote,
        the value that Attio holds now, and the reason.
        """
        return plan_revert(self, run_id, only, self._heard(on_progress, "reading"))

    def revert(
        self, run_id: str, *, only: Collection[str] = (), on_progress: OnProgress | None = None
    ) -> Report:
        """Undo what a run wrote; a value that somebody changed since is left alone, as a conflict."""
        return revert(self, run_id, only, self._heard(on_progress))

    def _heard(self, on_progress: OnProgress | None, stage: str = "writing") -> Callable[[int, Counts], None]:
        return lambda rows, counts: self.tell(on_progress, stage, rows, counts)


def _governor(config: DestinationConfig) -> Governor:
    """The request rates of the settings, by default Attio's limits; rates above those are for emulators."""
    wanted = config.requests_per_second
    if wanted is None:
        return Counting()
    if wanted > 100:  # noqa: PLR2004 (Attio's own limit for reads)
        return Counting(wanted, wanted)
    return Counting(requests_per_second=wanted)
