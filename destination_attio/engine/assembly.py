"""Connects the parts of a run with each other; makes no decision."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from attio_api.pace import Governor
from destination_attio.engine.after_images import AfterImages
from destination_attio.engine.batch import Tools
from destination_attio.engine.deferral import Deferrals
from destination_attio.engine.dry_run import DryRun
from destination_attio.engine.lost_answers import LostAnswers
from destination_attio.engine.pipeline import BatchPipeline
from destination_attio.engine.push import Means, StreamPush
from destination_attio.engine.recovery import Recovery
from destination_attio.engine.writer import Writer
from destination_attio.workspace.catalog import Catalog
from destination_attio.workspace.options import Options
from destination_attio.workspace.references import References
from destination_attio.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from destination_attio.engine.journal_writer import JournalWriter
    from destination_attio.engine.signals import Stop
    from destination_attio.model.plan import Counts
    from destination_attio.model.targets import Target
    from destination_attio.rows.binding import Binding
    from destination_attio.storage.rejects import Rejects
    from destination_attio.storage.scratch import Scratch


class Counting(Governor):
    """A governor that counts the requests it lets through."""

    def __init__(
        self,
        reads_per_second: float = 100.0,
        writes_per_second: float = 25.0,
        *,
        requests_per_second: float | None = None,
    ) -> None:
        """The governor's own rates."""
        super().__init__(reads_per_second, writes_per_second, requests_per_second=requests_per_second)
        self.made: Counter[str] = Counter()

    @contextmanager
    def turn(self, kind: Literal["read", "write"], method: str = "GET", path: str = "/") -> Iterator[None]:
        """Count the request, and wait for its turn."""
        self.made[kind] += 1
        with super().turn(kind, method, path):
            yield


@dataclass(kw_only=True)
class Assembly:
    """The parts that all streams of one run share."""

    client: AttioClient
    pool: Executor
    scratch: Scratch
    journal_writer: JournalWriter
    rejects: Rejects
    stop: Stop
    rows_expected: int | None = None
    supposed_actors: Callable[[], frozenset[str]] = frozenset
    """The actors that the token's id stands for."""
    catalog: Catalog = field(init=False)
    references: References = field(init=False)
    waiting: Deferrals = field(init=False)
    images: AfterImages = field(init=False)
    lost_answers: LostAnswers = field(init=False)

    def __post_init__(self) -> None:
        self.catalog = Catalog(self.client)
        self._reference_snapshots: dict[tuple[str, str], Snapshot] = {}
        self.references = References(self.catalog.object, self._snapshot_of, self.catalog.members)
        self.waiting = Deferrals(aside=self.scratch.aside)
        self.images = AfterImages(self.client, self.catalog, self.journal_writer.know, self.supposed_actors)
        self.lost_answers = LostAnswers(
            self.catalog, self.scratch, self.pool, self.images, self.supposed_actors, self.client.pause
        )

    def pipeline(self, binding: Binding, *, is_rehearsed: bool = False) -> BatchPipeline:
        """The pipeline of one stream; with `is_rehearsed` for a dry run."""
        gateway = self.catalog.gateway(binding.target)
        match, place = binding.match_attributes, f"stream:{binding.stream}>{binding.target.name}"
        own_id = binding.target.attributes.get(binding.target.id_attribute)
        complete = Snapshot(gateway, [own_id] if own_id else [], self.scratch, self.pool, f"{place}:whole")
        complete.cover(
            one for one in binding.target.attributes.values() if one.is_writable and not one.is_archived
        )
        return BatchPipeline(
            Tools(
                binding=binding,
                gateway=gateway,
                snapshot=Snapshot(gateway, match, self.scratch, self.pool, place),
                complete=complete,
                options=Options(self.client, binding.target, binding.on_unknown_option),
                references=self.references,
                scratch=self.scratch,
                pool=self.pool,
                waiting=self.waiting,
                rows_expected=self.rows_expected,
                is_rehearsed=is_rehearsed,
            )
        )

    def stream_push(self, binding: Binding, on_row: Callable[[Counts], None]) -> StreamPush:
        """The push of one stream."""
        means = Means(catalog=self.catalog, writer=self.writer(), images=self.images, rejects=self.rejects)
        return StreamPush(self.pipeline(binding), means, on_row)

    def writer(self) -> Writer:
        """The writer that makes this run's writes and journals them."""
        clock, images = self.client.server_clock, self.images
        return Writer(
            self.pool,
            self.journal_writer,
            images,
            self.stop,
            clock=lambda: clock.heard,
            is_known=lambda: bool(images.own),
            lost_answers=self.lost_answers,
        )

    def rehearsal(self, binding: Binding) -> DryRun:
        """The dry run of one stream."""
        return DryRun(self.pipeline(binding, is_rehearsed=True), self.catalog)

    def reconciling(self) -> Recovery:
        """The recovery, which looks up the announced writes of runs that died."""
        return Recovery(self.catalog, self.scratch, self.pool, self.lost_answers)

    def _snapshot_of(self, target: Target, attribute: Attribute) -> Snapshot:
        key = (target.slug, attribute.slug)
        if key not in self._reference_snapshots:
            gateway = self.catalog.gateway(target)
            place = f"reference:{target.slug}.{attribute.slug}"
            self._reference_snapshots[key] = Snapshot(gateway, [attribute], self.scratch, self.pool, place)
        return self._reference_snapshots[key]
