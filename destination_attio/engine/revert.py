"""Undoes a run: decides about its changes backwards, and makes the writes.

A revert is itself a run, so it can be undone.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from attio_api.errors import Gone
from destination_attio.config import StreamConfig
from destination_attio.engine.counts import LISTED, check_undone, with_slug
from destination_attio.engine.last_writers import LastWriters
from destination_attio.engine.overwritten import Overwritten
from destination_attio.engine.present import present
from destination_attio.engine.recreate import EarlierReverts, RecreatedRecords
from destination_attio.engine.renamed import Renamed, taken_over
from destination_attio.engine.sides import Sides
from destination_attio.engine.sparing import Sparing
from destination_attio.engine.taken import Taken
from destination_attio.engine.undo import (
    NOT_KNOWN,
    WITHOUT,
    held,
    left_alone,
    replacing,
    undo,
    values_put_back,
    without_target,
)
from destination_attio.engine.undo_choices import target_today, undo_choice
from destination_attio.engine.undo_parts import undo_parts
from destination_attio.engine.undo_selection import Selection, run_to_undo
from destination_attio.engine.undo_values import deletion_to_undo, update_to_undo
from destination_attio.model.plan import OPTIONS, Counts, Report
from destination_attio.storage.journal import UNSETTLED
from destination_attio.workspace.pointers import pointed_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.engine.outcome import Outcome
    from destination_attio.engine.push import StreamPush
    from destination_attio.engine.run_context import RunContext
    from destination_attio.engine.taken import Undone
    from destination_attio.engine.undo import Undo
    from destination_attio.model.current import Current
    from destination_attio.model.plan import Change
    from destination_attio.rows.operation import Operation
    from destination_attio.storage.journal import Journal, JournalledChange, Run

    OnRow = Callable[[int, Counts], None]


def revert(context: RunContext, run_id: str, only: Collection[str], on_row: OnRow) -> Report:
    """Undo the run's writes, last first; `only` selects kinds, attributes or records."""
    journal, run = run_to_undo(context, run_id)
    selection = Selection.of(only, journal, run, context.catalog)
    undone = Undoing(context, journal, run, on_row)
    with context.running("revert", run.target or "", undone.counts, reverts=run.run_id):
        undone.run(map(selection.narrowed, journal.backwards(run.run_id, selection.look)))
        context.stop.obey()
        undone.check_sum(journal.count(run.run_id, selection.look))
    return Report(
        run_id=context.run_id,
        counts=undone.counts(),
        conflicts=tuple(undone.left[:LISTED]),
        overwritten=tuple(undone.overwritten.told),
        **context.effort(),
    )


class Undoing:
    """The state of a revert: its targets, counts and the changes left alone."""

    def __init__(self, context: RunContext, journal: Journal, run: Run, on_row: OnRow) -> None:
        self._context, self._journal, self._on_row = context, journal, on_row
        self._run_id, gone = run.run_id, journal.deleted(run.run_id)
        self._sides = Sides(context.catalog, self._by_now)
        self._taken = Taken(context.client, context.catalog, context.assembly.pool, self._by_now)
        self._writers = LastWriters(context.client.workspace_members)
        self._actors = frozenset(run.actors)
        self.overwritten = Overwritten(context.client, context.assembly.pool, gone, self._actors)
        self._stream_pushes: dict[str, StreamPush] = {}
        self._attributes: Mapping[str, Any] = run.about.attributes or {}
        self.left: list[Change] = []
        self.unchanged = 0
        self._gone: set[str] = set()
        """Records that the revert would have deleted by now; none where Attio itself tells."""
        self._settled = 0
        """Changes that needed no write or were rejected, and all writes of options and statuses."""

    @cached_property
    def _renewed(self) -> RecreatedRecords:
        """Read once the revert has begun: by then the journal says what a killed one has made again."""
        gone = self._journal.deleted(self._run_id)
        return RecreatedRecords(gone, EarlierReverts.of(self._journal, gone))

    @cached_property
    def _sparing(self) -> Sparing:
        made = self._journal.made(self._run_id)
        own = frozenset((*made, *EarlierReverts.of(self._journal, made).new_ids))
        return Sparing(self._context, own, self._by_now)

    def run(self, entries: Iterable[JournalledChange]) -> None:
        """Undo the changes in the order given."""
        for target, group in groupby(self._known(entries), key=lambda one: one.change.target):
            if missing := self._context.catalog.missing(target):
                self._leave(group, missing)
                continue
            if target.startswith(OPTIONS):
                self._undo_choices(target, group)
                continue
            stream_push = self._stream_push(target)
            for part in undo_parts(group):
                self._take(stream_push, self._operations(stream_push, part))
                self._context.stop.obey()
        self._take_late(self._late())
        self._take_late(self._given_back())

    def _take_late(self, changes: Iterable[Change]) -> None:
        for target, late in groupby(changes, key=lambda one: one.target):
            stream_push = self._stream_push(target)
            attributes = stream_push.pipeline.binding.target.attributes
            operations = [replacing(one, one.fields, attributes) for one in late]
            self._settled -= len(operations)  # a second write of a change that is counted already
            self._take(stream_push, operations)

    def _known(self, entries: Iterable[JournalledChange]) -> Iterator[JournalledChange]:
        """The changes that Attio holds; those of which that is not known are listed."""
        for one in entries:
            if one.status in UNSETTLED:
                self._leave([one], one.change.reason or NOT_KNOWN)
            else:
                yield one

    def _leave(self, entries: Iterable[JournalledChange], reason: str) -> None:
        """List changes that cannot be undone, as what they are about is gone or was never found."""
        for one in entries:
            self.left.append(without_target(one.change, reason))
            self._settled += 1

    def check_sum(self, changes: int) -> None:
        """Raise SumError when a change was neither put back, nor left alone, nor rejected."""
        written = sum(one.results.counts.written for one in self._stream_pushes.values())
        check_undone(changes, written + self._settled)

    def _undo_choices(self, target: str, entries: Iterable[JournalledChange]) -> None:
        """Archive the run's options and statuses that no record uses any more."""
        catalog = self._context.catalog
        today = target_today(target, catalog, self._attributes)
        if today is None:
            self._leave(entries, WITHOUT.format(slug=target.rpartition("/")[2]))
            return
        found: list[Operation] = []
        for one in entries:
            found += self._decided(undo_choice(replace(one.change, target=today), catalog, self._by_now))
        self._take_choices(today, found)
        _, kind, slug, _ = today.split("/")
        holder = self._stream_push(catalog.target("lists" if kind == "lists" else "objects", slug).name)
        for made in (one.change for one in found if one.verb == "create"):
            holder.pipeline.tools.options.learn(made)

    def _decided(self, undone: Undo) -> list[Operation]:
        """Count one decision, and list what is left alone; returns the write that it needs, if any."""
        self.left += [self._writers.signed(undone.left)] if undone.left else []
        self.unchanged += undone.is_done
        self._settled += undone.operation is None
        return [undone.operation] if undone.operation else []

    def _hear_choice(self, _: Outcome) -> None:
        self._settled += 1

    def _by_now(self, record_id: str) -> JsonObject | None:  # noqa: ARG002 (a plan knows more)
        """Values changed by the revert that Attio does not show yet: none, as this class writes at once."""
        return {}

    def _take_choices(self, target: str, operations: Sequence[Operation]) -> None:
        gateway = self._context.catalog.gateway(self._context.catalog.by_name(target))
        for one in self._context.assembly.writer().write(gateway, operations, self._hear_choice):
            self.left.append(held(one.operation.change, one.error.message if one.error else ""))

    def counts(self) -> Counts:
        """The counts of changes put back, unchanged and left alone."""
        written = sum((one.results.counts for one in self._stream_pushes.values()), start=Counts())
        return replace(written, unchanged=self.unchanged, rejected=len(self.left))

    def _take(self, stream_push: StreamPush, operations: Sequence[Operation]) -> None:
        """Make the writes; a deletion of a record that is gone is done already."""
        for one in stream_push.write_apart(operations):
            self._settled += 1
            if isinstance(one.error, Gone) and one.operation.verb == "delete":
                self.unchanged += 1
                continue
            attributes = stream_push.pipeline.binding.target.attributes
            self.left.append(held(one.operation.change, with_slug(one.failure, attributes)))
        self._renewed.learn()

    def _given_back(self) -> Iterator[Change]:
        """What the run took from records that it did not name, where these are still there."""
        for one in self._taken.given_back():
            moved = [replace(each, after=self._renewed.moved(each.after)) for each in one.fields]
            if all(self._by_now(own_id) is not None for each in moved for own_id in pointed_at(each.after)):
                yield replace(one, fields=tuple(moved))

    def _late(self) -> Iterator[Change]:
        """Set references to records that were made again; those that cannot be set are listed."""
        for change, lost in self._renewed.late():
            for one in lost:
                reason = f"What '{one.attribute}' pointed at was not made again."
                self.left.append(held(replace(change, fields=(one,)), reason))
            if change.fields:
                yield change

    def _stream_push(self, target: str) -> StreamPush:
        if target not in self._stream_pushes:
            own = self._context.catalog.by_name(target)
            match = () if own.is_append_only else (own.id_attribute,)
            settings = StreamConfig(stream="revert", target=_spelt(target), match=match)
            self._stream_pushes[target] = self._context.stream_push_counted_by(
                self._context.bind(settings), lambda counts: self._on_row(self.counts().rows, counts)
            )
        return self._stream_pushes[target]

    def _operations(self, stream_push: StreamPush, part: Sequence[JournalledChange]) -> list[Operation]:
        target, options = stream_push.pipeline.binding.target, stream_push.pipeline.tools.options
        renamed = Renamed(self._attributes.get(target.name) or {}, target.attributes)
        changes, now = self._looked_at(stream_push, part, renamed)
        going = self._gone | {str(one.record_id) for one in changes if one.kind == "create"}
        undoing: list[Undone] = []
        put_back: dict[str, JsonObject] = {}
        in_turn = sorted(zip(changes, part, strict=True), key=lambda each: each[0].kind == "create")
        for change, one in in_turn:
            current, beside = self._renewed.current(change, now), renamed.values(one.beside)
            if current and change.kind == "create":
                current = self._sides.emptied(current, change, target, going, put_back)
            theirs = self._writers.later(change.record_id, one.asked_at, self._actors)
            ready, made_without = deletion_to_undo(change, target, options)
            undone = undo(ready, beside, current, target, self._renewed, theirs)
            undone, kept_as_they_are = update_to_undo(undone, target, options)
            self.left += (made_without if undone.operation else []) + kept_as_they_are
            undoing += [(change, one.asked_at, found) for found in self._decided(undone)]
            put_back |= values_put_back(undone)
        ready_now = self._spared(stream_push, undoing)
        self._taken.note(ready_now, target)
        return [found for _, _, found in ready_now]

    def _looked_at(
        self, stream_push: StreamPush, part: Sequence[JournalledChange], renamed: Renamed
    ) -> tuple[list[Change], dict[str, Current]]:
        """The changes as they are to be undone, and what Attio holds now of their records.

        The history of a record that was made again under a new id tells nothing of the run's write.
        """
        target = stream_push.pipeline.binding.target
        today = [(self._today(renamed, one.change), one.asked_at) for one in part]
        kept = [str(one.record_id) for one, _ in today if one.kind != "delete"]
        later = EarlierReverts.of(self._journal, kept)
        now = self._now(stream_push, [own_id for one, _ in today for own_id in self._renewed.ids(one, later)])
        same = {one: now[one] for each in part if (one := str(each.change.record_id)) in now}
        changes = [later.followed(one, now) for one in self.overwritten.corrected(today, same, target)]
        changes, elsewhere = self._sides.spared(changes, now, target)
        self.left += elsewhere
        self._taken.saw(zip(changes, (one.asked_at for one in part), strict=True), target)
        return changes, now

    def _today(self, renamed: Renamed, change: Change) -> Change:
        """The change under the present slugs; fields whose slug belongs to another attribute are listed."""
        today, lost = renamed.change(self._renewed.at_its_record(change))
        self.left += [left_alone(today, [one], taken_over(one.attribute)) for one in lost]
        return today

    def _spared(self, stream_push: StreamPush, undoing: Sequence[Undone]) -> list[Undone]:
        """What is undone, without deletions of records to which others have attached something since."""
        target, operations = stream_push.pipeline.binding.target, [found for _, _, found in undoing]
        staying = self._sparing.reasons(target, operations)
        ready: list[Undone] = []
        for each, one in zip(undoing, operations, strict=True):
            why = staying.get(str(one.change.record_id)) if one.verb == "delete" else None
            if why is None:
                ready.append(each)
                continue
            self.left.append(left_alone(one.change, (), f"{why} So it was not deleted."))
            self._settled += 1
        return ready

    def _now(self, stream_push: StreamPush, ids: Sequence[str]) -> dict[str, Current]:
        """What Attio holds at this moment, by record id."""
        return present(stream_push, ids, self._writers)


def _spelt(target: str) -> str:
    return target if target in {"notes", "tasks"} or "/" in target else f"objects/{target}"
