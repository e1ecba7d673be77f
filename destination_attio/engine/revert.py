"""Undoes a run: puts back what was there before, where Attio still holds what the run wrote.

What somebody changed since is a conflict: it is listed and left alone. A revert is a run like any other,
so it can be undone itself.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import Gone
from destination_attio.config import StreamConfig
from destination_attio.engine.recreate import Renewed
from destination_attio.model.plan import Change, Counts, FieldChange, Report
from destination_attio.rows import refused_runs
from destination_attio.rows.diff import Operation, payload_of
from destination_attio.rows.merge_rules import can_be_cleared, is_same
from destination_attio.rows.sameness import sameness
from destination_attio.storage.journal import JournalError
from destination_attio.workspace.filters import any_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import JsonObject
    from destination_attio.engine.push import Pushing
    from destination_attio.model.current import Current
    from destination_attio.session import Session

PART: Final = 100


def revert(
    session: Session, run_id: str, only: Collection[str], on_row: Callable[[int, Counts], None]
) -> Report:
    """Undo the run's writes, the last one first; `only` narrows by kind, attribute or record id."""
    if session.journal is None:
        raise JournalError(
            "There is no journal to revert from.", "Give the journal that the run was written with."
        )
    run = session.journal.run(run_id)
    identity = session.identity()
    if run.workspace_id and run.workspace_id != identity.workspace_id:
        raise refused_runs.OTHER_WORKSPACE(
            what="The run was in", was=run.workspace_name, workspace=identity.workspace_name
        )
    session.begin("revert", run.target or "", reverts=run.run_id)
    written = [one.change for one in session.journal.changes(run.run_id) if one.status == "written"]
    renewed = Renewed(str(one.record_id) for one in written if one.kind == "delete")
    undone = _Undone(session, frozenset(only), on_row, renewed)
    status = "failed"
    try:
        undone.run([one for one in reversed(written) if undone.is_wanted(one)])
        status = "done"
    finally:
        session.finish(status, undone.counts())
    return undone.report()


class _Undone:
    """The targets of a run while it is undone."""

    def __init__(
        self,
        session: Session,
        only: frozenset[str],
        on_row: Callable[[int, Counts], None],
        renewed: Renewed,
    ) -> None:
        self._session, self._only, self._on_row, self._renewed = session, only, on_row, renewed
        self._pushings: dict[str, Pushing] = {}
        self._conflicts: list[Change] = []
        self._unchanged = 0

    def is_wanted(self, change: Change) -> bool:
        """Whether `only` lets the change through."""
        slugs = {one.attribute for one in change.fields}
        return not self._only or bool(self._only & {change.kind, str(change.record_id), *slugs})

    def run(self, changes: Sequence[Change]) -> None:
        """Undo the changes in the order given."""
        for target, group in groupby(changes, key=lambda one: one.target):
            pushing = self._pushing(target)
            for part in _parts(list(group)):
                self._write(pushing, self._operations(pushing, part))
        for target, group in groupby(self._late(), key=lambda one: one.target):
            pushing = self._pushing(target)
            for part in _parts(list(group)):
                self._write(pushing, [_replacing(pushing, one, one.fields) for one in part])

    def _write(self, pushing: Pushing, operations: Sequence[Operation]) -> None:
        for one in pushing.write_apart(operations):
            if isinstance(one.error, Gone) and one.operation.verb == "delete":
                self._unchanged += 1
                continue
            self._conflict_held(one.operation.change, one.error.message if one.error else "Attio refused it.")
        self._renewed.learn()

    def _late(self) -> Iterator[Change]:
        """Pointers at what was made again; what was not is listed."""
        for change, lost in self._renewed.late():
            for one in lost:
                self._conflict_held(
                    replace(change, fields=(one,)), f"What '{one.attribute}' pointed at was not made again."
                )
            if change.fields:
                yield change

    def counts(self) -> Counts:
        """What was written back, and what needed nothing."""
        written = sum((one.tally.counts for one in self._pushings.values()), start=Counts())
        return replace(written, unchanged=self._unchanged, rejected=len(self._conflicts))

    def report(self) -> Report:
        """What the revert did."""
        return Report(
            run_id=self._session.run_id,
            counts=self.counts(),
            conflicts=tuple(self._conflicts),
            **self._session.effort(),
        )

    def _pushing(self, target: str) -> Pushing:
        if target not in self._pushings:
            own = self._session.catalog.by_name(target)
            match = () if own.is_append_only else (own.id_attribute,)
            binding = self._session.bind(StreamConfig(stream="revert", target=_spelt(target), match=match))
            self._pushings[target] = self._session.pushing_heard(
                binding, lambda counts: self._on_row(self.counts().rows, counts)
            )
        return self._pushings[target]

    def _operations(self, pushing: Pushing, part: Sequence[Change]) -> list[Operation]:
        moved = [self._renewed.at_its_record(one) for one in part]
        now = self._now(pushing, [str(one.record_id) for one in moved if one.kind != "delete"])
        found: list[Operation] = []
        for change in moved:
            operation = self._undo(pushing, change, now.get(str(change.record_id)))
            if operation:
                found.append(operation)
        return found

    def _undo(self, pushing: Pushing, change: Change, current: Current | None) -> Operation | None:
        if change.kind == "delete":
            return self._renewed.made_again(change, pushing.batches.binding.target.attributes)
        if current is None:
            if change.kind == "create":
                self._unchanged += 1
            else:
                gone = [replace(one, before=one.after, after=None) for one in change.fields]
                self._conflict(change, gone, "The record is gone.")
            return None
        if change.kind == "create":
            return self._unmake(pushing, change, current)
        return self._put_back(pushing, change, current)

    def _unmake(self, pushing: Pushing, change: Change, current: Current) -> Operation | None:
        """What was made is deleted, unless somebody has put something into it since."""
        attributes = pushing.batches.binding.target.attributes
        written = {one.attribute: one.after for one in change.fields}
        own_id = pushing.batches.binding.target.id_attribute
        moved = [
            FieldChange(attribute=slug, before=written.get(slug), after=value)
            for slug, value in current.values.items()
            if slug in attributes
            and slug != own_id
            and not is_same(attributes[slug], value, written.get(slug))
        ]
        if pushing.batches.binding.target.is_append_only:
            target = pushing.batches.binding.target
            moved = [] if sameness(target, current.values) == sameness(target, written) else moved
        if moved:
            self._conflict(change, moved, "Somebody has changed the record since, so it was not deleted.")
            return None
        fields = tuple(
            FieldChange(attribute=slug, before=value, after=None) for slug, value in current.values.items()
        )
        undo = replace(change, kind="delete", stream="revert", fields=fields)
        return Operation(change=undo, target_name=change.target, verb="delete")

    def _put_back(self, pushing: Pushing, change: Change, current: Current) -> Operation | None:
        attributes = pushing.batches.binding.target.attributes
        back, stuck = _sorted_out(change, current, attributes)
        if stuck:
            reason = "Somebody has changed the value since, or it cannot be cleared."
            self._conflict(change, stuck, reason)
        if not back:
            self._unchanged += 0 if stuck else 1
            return None
        ready = self._renewed.ready(change, back)
        return _replacing(pushing, change, ready) if ready else None

    def _conflict(self, change: Change, fields: Sequence[FieldChange], reason: str) -> None:
        """Note what is left alone: each field as the run wrote it, and as Attio holds it now."""
        self._conflicts.append(replace(change, fields=tuple(fields), reason=reason))

    def _conflict_held(self, change: Change, reason: str) -> None:
        """Note what could not be put back; Attio holds what it held before."""
        self._conflict(change, [replace(one, after=one.before) for one in change.fields], reason)

    def _now(self, pushing: Pushing, ids: Sequence[str]) -> dict[str, Current]:
        """What Attio holds this moment, without what Attio itself has filled in."""
        target, gateway = pushing.batches.binding.target, pushing.batches.tools.gateway
        attributes = [one for one in target.attributes.values() if one.is_writable]
        if not ids:
            return {}
        if target.is_append_only:
            notes = [self._one(target.kind, one) for one in ids]
            found = [gateway.read(raw, attributes) for raw in notes if raw]
        else:
            own = [target.attributes[target.id_attribute]]
            raws = gateway.filter_size.ask(
                [(one,) for one in ids], own, lambda part: gateway.page(0, any_of(own, part))
            )
            found = [gateway.read(_by_people(raw), attributes) for raw in raws]
        return {one.record_id: one for one in found}

    def _one(self, kind: str, own_id: str) -> JsonObject | None:
        try:
            return self._session.client.one("GET", f"/v2/{kind}/{own_id}")
        except Gone:
            return None


def _replacing(pushing: Pushing, change: Change, fields: Sequence[FieldChange]) -> Operation:
    return Operation(
        change=replace(change, kind="update", stream="revert", fields=tuple(fields)),
        target_name=change.target,
        verb="replace",
        payload=payload_of(fields, pushing.batches.binding.target.attributes),
    )


def _sorted_out(
    change: Change, current: Current, attributes: Mapping[str, Attribute]
) -> tuple[list[FieldChange], list[FieldChange]]:
    """The fields that can be put back, and those that cannot; what is back already is neither."""
    back: list[FieldChange] = []
    stuck: list[FieldChange] = []
    for one in change.fields:
        attribute, value = attributes.get(one.attribute), current.values.get(one.attribute)
        if attribute is not None and is_same(attribute, value, one.before):
            continue
        undo = FieldChange(attribute=one.attribute, before=value, after=one.before)
        if attribute and is_same(attribute, value, one.after) and _can_go_back(attribute, undo):
            back.append(undo)
        else:
            stuck.append(replace(one, before=one.after, after=value))
    return back, stuck


def _can_go_back(attribute: Attribute, one: FieldChange) -> bool:
    return one.after not in (None, []) or can_be_cleared(attribute)


def _by_people(raw: JsonObject) -> JsonObject:
    """The record without values that Attio's own enrichment has put in: they are nobody's work."""
    member = "values" if "values" in raw else "entry_values"
    values: Any = raw[member]
    kept: Any = {slug: [one for one in found if not _is_by_system(one)] for slug, found in values.items()}
    return {**raw, member: kept}


def _is_by_system(value: Mapping[str, Any]) -> bool:
    actor = value.get("created_by_actor")
    return isinstance(actor, dict) and actor.get("type") == "system"


def _spelt(target: str) -> str:
    return target if target in {"notes", "tasks"} or "/" in target else f"objects/{target}"


def _parts(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """A few at once, never two changes of one record: the second is undone on what the first has left."""
    part: list[Change] = []
    seen: set[str | None] = set()
    for change in changes:
        if len(part) == PART or change.record_id in seen:
            yield part
            part, seen = [], set()
        part.append(change)
        seen.add(change.record_id)
    if part:
        yield part
