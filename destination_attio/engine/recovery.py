"""Looks up whether writes without a journaled outcome happened, and journals their outcome.

Runs that were killed or lost answers leave such writes. They are settled before anything new is written, so
that the journal is complete and every write can be undone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from attio_api.errors import AttioError
from destination_attio.engine.lost_answers import Lost, Made
from destination_attio.engine.lost_candidates import is_kept
from destination_attio.engine.outcome import written
from destination_attio.model.change import after_of
from destination_attio.rows import rejections
from destination_attio.rows.diff import is_pending
from destination_attio.storage.journal import Journal, JournalledChange, Settlement
from destination_attio.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from concurrent.futures import Executor

    from destination_attio.engine.lost_answers import Known, LostAnswers
    from destination_attio.engine.lost_candidates import Unclear
    from destination_attio.model.current import Current
    from destination_attio.model.plan import FieldChange
    from destination_attio.model.targets import Target
    from destination_attio.storage.scratch import Scratch
    from destination_attio.workspace.catalog import Catalog
    from destination_attio.workspace.gateways import Gateway

_GONE = "Looked up in Attio after the run was killed."
_KEYLESS = "Its answer was lost, and it has no key to look it up by: look in Attio whether it is there."


class Recovery:
    """Looks up writes of unknown outcome in Attio."""

    def __init__(self, catalog: Catalog, scratch: Scratch, pool: Executor, lost_answers: LostAnswers) -> None:
        """`lost_answers` finds what creations have made; the others are needed for reading."""
        self._catalog, self._scratch, self._pool = catalog, scratch, pool
        self._lost_answers = lost_answers

    def settle(self, journal: Journal, warn: Callable[[str], None], workspace_id: str | None = None) -> int:
        """Settle the writes of unknown outcome of this workspace's runs; returns how many there were."""
        open_ones = sorted(journal.unsettled(workspace_id), key=lambda one: (one[0], one[1].change.target))
        for (run_id, target), group in groupby(open_ones, key=lambda one: (one[0], one[1].change.target)):
            changes = [change for _, change in group]
            own = journal.run(run_id).actors
            try:
                found = self._settlements(self._catalog.by_name(target), changes, own, journal.touched)
                journal.settle(run_id, found)
                journal.recount(run_id, _made(changes, found))
            except AttioError as error:
                warn(f"Run {run_id}: the outcome of {len(changes)} writes to '{target}' is unknown: {error}")
        return len(open_ones)

    def _settlements(
        self, target: Target, changes: Sequence[JournalledChange], own: Collection[str], known: Known
    ) -> list[Settlement]:
        made = [one for one in changes if one.change.kind == "create"]
        found = self._creations(target, made, own, known) if made else []
        others = [one for one in changes if one.change.kind != "create"]
        if not others:
            return found
        gateway = self._catalog.gateway(target)
        if target.is_choices:
            return [*found, *self._archivings(gateway, others)]
        by_id = self._by_id(gateway, others)
        now = ((one, by_id.get(str(one.change.record_id))) for one in others)
        return [*found, *(self._settlement(one, current, target) for one, current in now)]

    def _creations(
        self, target: Target, made: Sequence[JournalledChange], own: Collection[str], known: Known
    ) -> list[Settlement]:
        lost = [Lost(change=one.change, sent=_sent(one, target)) for one in made]
        since = min((one.asked_at for one in made), default="")
        found = self._lost_answers.look(target, lost, since, known, own)
        can_be_found = bool(since) or target.is_append_only or target.is_choices
        return [
            _creation(one, each, can_be_found=can_be_found or bool(one.change.key))
            for one, each in zip(made, found, strict=True)
        ]

    def _settlement(self, one: JournalledChange, current: Current | None, target: Target) -> Settlement:
        if one.change.kind == "delete":
            return Settlement(
                change_no=one.change_no, status="not_applied" if current else "written", reason=_GONE
            )
        sent = _sent(one, target)
        is_there = current is not None and _was_made(sent, current, target)
        return Settlement(
            change_no=one.change_no,
            status="written" if is_there else "not_applied",
            record_id=current.record_id if current else None,
            after=after_of(sent),
            reason=_GONE,
        )

    def _archivings(self, gateway: Gateway, changes: Sequence[JournalledChange]) -> list[Settlement]:
        """The outcomes of options and statuses that were archived, which are looked up by title."""
        there = {raw.get("title") for raw in gateway.page(0) if raw.get("is_archived") is not True}
        return [
            Settlement(
                change_no=one.change_no,
                status="not_applied" if one.change.key.get("title") in there else "written",
                reason=one.change.reason,
            )
            for one in changes
        ]

    def _by_id(self, gateway: Gateway, changes: Sequence[JournalledChange]) -> dict[str, Current]:
        ids = [one.change.record_id for one in changes if one.change.record_id]
        if gateway.target.is_append_only:  # Attio has no filter for them
            found = zip(ids, self._pool.map(gateway.one, ids), strict=True)
            return {own_id: gateway.read(raw, ()) for own_id, raw in found if raw is not None}
        return self._snapshot(gateway).by_ids(ids) if ids else {}

    def _snapshot(self, gateway: Gateway) -> Snapshot:
        attributes = gateway.target.attributes
        own_id = attributes[gateway.target.id_attribute]
        snapshot = Snapshot(gateway, [own_id], self._scratch, self._pool, "reconciling")
        snapshot.cover(one for one in attributes.values() if one.is_writable)
        return snapshot


def _made(changes: Sequence[JournalledChange], found: Sequence[Settlement]) -> Counter[str]:
    """The numbers of rows by kind that were written, as is known by now."""
    by_number = {one.change_no: one for one in found}
    pairs = ((one.change, by_number.get(one.change_no)) for one in changes)
    return Counter(
        settled.kind or change.kind
        for change, settled in pairs
        if settled and settled.status == "written" and change.is_row
    )


def _creation(one: JournalledChange, found: Made | Unclear | None, *, can_be_found: bool) -> Settlement:
    if isinstance(found, Made):
        image = found.image
        return written(one.change_no, replace(image, reason=image.reason or one.change.reason or _GONE))
    if found is not None:
        told = rejections.ANSWER_LOST(target=one.change.target, places=found.places)
        return Settlement(change_no=one.change_no, status="unknown", reason=told.message)
    if not can_be_found:
        return Settlement(change_no=one.change_no, status="unknown", reason=_KEYLESS)
    return Settlement(change_no=one.change_no, status="not_applied", reason=_GONE)


def _sent(one: JournalledChange, target: Target) -> tuple[FieldChange, ...]:
    """The fields that were sent with the write; references to records not made yet were not."""
    known = (field for field in one.change.fields if field.attribute in target.attributes)
    return tuple(field for field in known if not is_pending(target.attributes[field.attribute], field.after))


def _was_made(sent: Sequence[FieldChange], current: Current, target: Target) -> bool:
    """Whether Attio has made an update: it makes all of its values or none.

    So one new value that is there shows it, whatever somebody has done to the others since. An empty value
    shows nothing by itself, as somebody else may have cleared it.
    """
    there = [field for field in sent if is_kept(target, field, current)]
    return len(there) == len(sent) or any(
        field.after not in (None, []) and field.after != field.before for field in there
    )
