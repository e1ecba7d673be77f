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
from attio_api.listings import walk
from destination_attio.engine.ownership import made_by
from destination_attio.engine.writer import written
from destination_attio.rows.diff import is_pending
from destination_attio.rows.keys import keys_of, tokens_of
from destination_attio.rows.merge_rules import is_same
from destination_attio.rows.sameness import sameness
from destination_attio.storage.journal import Journal, JournalledChange, Settlement, Status
from destination_attio.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from concurrent.futures import Executor

    from attio_api.wire import JsonObject
    from destination_attio.engine.after_images import AfterImages
    from destination_attio.model.current import Current
    from destination_attio.model.plan import Change, FieldChange
    from destination_attio.model.targets import Target
    from destination_attio.storage.scratch import Scratch
    from destination_attio.workspace.catalog import Catalog
    from destination_attio.workspace.gateways import Gateway

_GONE = "Looked up in Attio after the run was killed."
_KEYLESS = "Its answer was lost, and it has no key to look it up by: look in Attio whether it is there."


class Recovery:
    """Looks up writes of unknown outcome in Attio."""

    def __init__(self, catalog: Catalog, scratch: Scratch, pool: Executor, images: AfterImages) -> None:
        """`images` tells who made a record that is found; the others are needed for reading."""
        self._catalog, self._scratch, self._pool, self._images = catalog, scratch, pool, images

    def settle(self, journal: Journal, warn: Callable[[str], None], workspace_id: str | None = None) -> int:
        """Settle the writes of unknown outcome of this workspace's runs; returns how many there were."""
        open_ones = journal.unsettled(workspace_id)
        for (run_id, target), group in groupby(open_ones, key=lambda one: (one[0], one[1].change.target)):
            changes = [change for _, change in group]
            own = journal.run(run_id).actors
            try:
                found = self._settlements(self._catalog.by_name(target), changes, own)
                journal.settle(run_id, found)
                journal.recount(run_id, _made(changes, found))
            except AttioError as error:
                warn(f"Run {run_id}: the outcome of {len(changes)} writes to '{target}' is unknown: {error}")
        return len(open_ones)

    def _settlements(
        self, target: Target, changes: Sequence[JournalledChange], own: Collection[str]
    ) -> list[Settlement]:
        gateway = self._catalog.gateway(target)
        if target.kind in {"options", "statuses"}:
            return self._choices(gateway, changes)
        if target.is_append_only:
            return self._additions(gateway, changes, own)
        by_id = self._by_id(gateway, changes)
        found: list[Settlement] = []
        for one in changes:
            if not one.change.record_id and not one.change.key:
                found.append(Settlement(change_no=one.change_no, status="unknown", reason=_KEYLESS))
                continue
            current = (
                by_id.get(str(one.change.record_id))
                if one.change.record_id
                else self._by_key(gateway, one.change)
            )
            raw = gateway.one(current.record_id) if current and one.change.kind == "create" else None
            found.append(
                self._creation(one, current, raw, target, own)
                if current and raw
                else self._settlement(one, current, target)
            )
        return found

    def _creation(
        self,
        one: JournalledChange,
        current: Current,
        raw: JsonObject,
        target: Target,
        own: Collection[str],
    ) -> Settlement:
        """The outcome of a creation whose key has a record now; somebody else may have made that record."""
        sent = _sent(one, target)
        is_told = made_by(raw, own) == "ours"
        if not is_told and not _is_as_sent(sent, current, target):
            return Settlement(change_no=one.change_no, status="not_applied", reason=_GONE)
        image = self._images.of_found(one.change, raw, [field.attribute for field in sent], own)
        after = {field.attribute: field.after for field in sent} if is_told else image.after
        reason = image.reason or one.change.reason or _GONE
        return written(one.change_no, replace(image, after=after, reason=reason))

    def _settlement(self, one: JournalledChange, current: Current | None, target: Target) -> Settlement:
        if one.change.kind == "delete":
            return Settlement(
                change_no=one.change_no, status="not_applied" if current else "written", reason=_GONE
            )
        sent = _sent(one, target)
        is_there = current is not None and _is_as_sent(sent, current, target)
        return Settlement(
            change_no=one.change_no,
            status="written" if is_there else "not_applied",
            record_id=current.record_id if current else None,
            after={field.attribute: field.after for field in sent},
            reason=_GONE,
        )

    def _choices(self, gateway: Gateway, changes: Sequence[JournalledChange]) -> list[Settlement]:
        """The outcomes of changes to options and statuses, which are looked up by title."""
        there = {
            raw.get("title"): gateway.read(raw, ()).record_id
            for raw in gateway.page(0)
            if raw.get("is_archived") is not True
        }
        found: list[Settlement] = []
        for one in changes:
            own_id = there.get(one.change.key.get("title"))
            is_done = (own_id is None) if one.change.kind == "delete" else (own_id is not None)
            status: Status = "written" if is_done else "not_applied"
            found.append(
                Settlement(change_no=one.change_no, status=status, record_id=own_id, reason=one.change.reason)
            )
        return found

    def _by_id(self, gateway: Gateway, changes: Sequence[JournalledChange]) -> dict[str, Current]:
        ids = [one.change.record_id for one in changes if one.change.record_id]
        return self._snapshot(gateway, ()).by_ids(ids) if ids else {}

    def _by_key(self, gateway: Gateway, change: Change) -> Current | None:
        """The only record under the key of a creation; None when there is none or several."""
        match = tuple(slug for slug in change.key if slug in gateway.target.attributes)
        snapshot = self._snapshot(gateway, match)
        attributes = [gateway.target.attributes[slug] for slug in match]
        keys = keys_of(attributes, change.key) if match else []
        found = snapshot.look_up(keys) if keys else {}
        records = {
            one.record_id: one for token in tokens_of(attributes, change.key) for one in found.get(token, [])
        }
        return next(iter(records.values())) if len(records) == 1 else None

    def _snapshot(self, gateway: Gateway, match: Sequence[str]) -> Snapshot:
        attributes = gateway.target.attributes
        slugs = match or (gateway.target.id_attribute,)
        snapshot = Snapshot(
            gateway, [attributes[slug] for slug in slugs], self._scratch, self._pool, "reconciling"
        )
        snapshot.cover(one for one in attributes.values() if one.is_writable)
        return snapshot

    def _additions(
        self, gateway: Gateway, changes: Sequence[JournalledChange], own: Collection[str]
    ) -> list[Settlement]:
        """The outcomes of new notes and tasks, which are found by their content since they have no key."""
        raws = walk(gateway.page)
        there = {sameness(gateway.target, gateway.read(raw, ()).values): raw for raw in raws}
        return [self._addition(gateway.target, one, there, own) for one in changes]

    def _addition(
        self, target: Target, one: JournalledChange, there: Mapping[str, JsonObject], own: Collection[str]
    ) -> Settlement:
        values = one.change.after
        raw = there.get(sameness(target, values))
        if raw is None:
            return Settlement(change_no=one.change_no, status="not_applied", reason=_GONE)
        image = self._images.of_found(one.change, raw, list(values), own)
        after = image.after if image.kind else values
        return written(one.change_no, replace(image, after=after, reason=image.reason or _GONE))


def _made(changes: Sequence[JournalledChange], found: Sequence[Settlement]) -> Counter[str]:
    """The numbers of rows by kind that were written, as is known by now."""
    by_number = {one.change_no: one for one in found}
    pairs = ((one.change, by_number.get(one.change_no)) for one in changes)
    return Counter(
        settled.kind or change.kind
        for change, settled in pairs
        if settled and settled.status == "written" and change.is_row
    )


def _sent(one: JournalledChange, target: Target) -> list[FieldChange]:
    """The fields that were sent with the write; references to records not made yet were not."""
    known = [field for field in one.change.fields if field.attribute in target.attributes]
    return [field for field in known if not is_pending(target.attributes[field.attribute], field.after)]


def _is_as_sent(sent: Sequence[FieldChange], current: Current, target: Target) -> bool:
    return all(
        is_same(target.attributes[field.attribute], current.values.get(field.attribute), field.after)
        for field in sent
    )
