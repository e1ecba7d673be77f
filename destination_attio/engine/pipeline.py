"""Decides one batch of one stream, from rows to the writes they need; writes nothing.

In this order: map each row, look up its references, dedup by key, check titles of options, reject conflicts,
read what Attio holds, decide, put aside the rows that wait.
"""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from attio_api.errors import Rejected
from destination_attio.engine.batch import (
    Batch,
    Numbered,
    Tools,
    deletion_fields,
    distinct,
)
from destination_attio.engine.conflicts import conflicts, record_conflicts
from destination_attio.engine.dedup import Dedup, superseded
from destination_attio.engine.pending_references import PendingReferences
from destination_attio.rows.desired import Desired, desire
from destination_attio.rows.diff import creation, decide
from destination_attio.rows.keys import keys_of, token_of, tokens_of
from destination_attio.rows.sameness import sameness
from destination_attio.workspace.existing_notes import ExistingNotes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from destination_attio.model.current import Current
    from destination_attio.rows.binding import Binding
    from destination_attio.rows.operation import Operation


class BatchPipeline:
    """Decides the batches of one stream."""

    def __init__(self, tools: Tools) -> None:
        """`complete` reads every attribute, since a deletion's before-image needs all values."""
        self.tools = tools
        self.binding = tools.binding
        self.additions = ExistingNotes(tools.gateway, tools.pool)
        self.pointing = PendingReferences(tools)
        is_pointed_at = self.binding.target.kind == "objects" and self.binding.mode != "delete"
        self.lane = tools.waiting.enter(self.binding.target.slug if is_pointed_at else None)
        self.keyless = 0
        self.place_of_input = f"input:{self.lane}"
        self.latest = Dedup(tools.scratch, f"last:{self.lane}", tools.binding.reads, self._to_come)

    # --- first half: what the rows want ------------------------------------------------------------

    def mapped(self, rows: Sequence[Numbered], most_woken: int | None = None) -> Batch:
        """Map the rows and woken ones; `stubs` are to be made before the second half."""
        batch = Batch()
        woken = self.tools.waiting.woken(self.lane, most_woken)
        coming = sorted([*woken, *rows], key=itemgetter(0)) if woken else rows
        batch.rows = [desire(self.binding, row, number) for number, row in coming]
        refused = self.pointing.resolve(batch.rows)
        self._refuse(batch, {row.row_number: row.trouble for row in batch.rows if row.trouble})
        if not self.binding.target.is_append_only:
            batch.rows, batch.superseded = self.latest.count(batch.rows)
        self._refuse(batch, refused)
        self._refuse(batch, self.pointing.settle(batch))
        return batch

    def foresee(self, rows: Sequence[Numbered]) -> None:
        """Note rows that come later, so that the last of each key is known from the start."""
        coming = [one for one in (self._wanted(self.binding.of_keys, *each) for each in rows) if one]
        if any(slug in row.pointers for row in coming for slug in self.binding.match):
            self.pointing.resolve(coming)
        self.latest.know(coming, lambda row: self._wanted(self.binding, row.row_number, row.row) is not None)

    def _to_come(self, numbers: Collection[int]) -> dict[int, Desired]:
        """The desired values of foreseen rows that no batch has had yet."""
        found = self.tools.waiting.aside.look_up(self.place_of_input, numbers)
        rows = {number: desire(self.binding, row, number) for number, row in found.items()}
        self.pointing.resolve(list(rows.values()))
        return rows

    def _wanted(self, binding: Binding, number: int, row: Mapping[str, Any]) -> Desired | None:
        """The desired values of a row; None when it will be rejected, so that it supersedes no other row."""
        wanted = desire(binding, row, number)
        return None if wanted.trouble else wanted

    def point_again(self, batch: Batch) -> None:
        """Put the ids of the new stubs into the rows."""
        self._refuse(batch, self.pointing.resolve(batch.rows))
        self._refuse(batch, self.pointing.settle(batch))

    # --- second half: what that changes ------------------------------------------------------------

    def decided(self, batch: Batch, *, is_full: bool = False) -> Batch:
        """Compare the rows with Attio; the writes they need become the batch's `operations`."""
        self._check_titles(batch)
        unknown = self._take_unknown(batch)
        if self.binding.target.is_append_only:
            self._decide_additions(batch)
            self._put_aside(batch, unknown)
            batch.list_skipped()
            return batch
        self._refuse(batch, dict(conflicts(batch.rows, self.tools.scratch, self._own_place("claim"))))
        found = self._found(batch.rows, is_full=is_full)
        single = [
            (row, found[row.row_number][0].record_id) for row in batch.rows if len(found[row.row_number]) == 1
        ]
        self._refuse(batch, dict(record_conflicts(single, self.tools.scratch, self._own_place("record"))))
        self._decide(batch, found)
        self.complete_deletions(batch.operations)
        self._put_aside(batch, unknown)
        batch.list_skipped()
        return batch

    def _take_unknown(self, batch: Batch) -> list[Desired]:
        """Remove and return the waiting rows whose record depends on a reference without an id."""
        waiting = [row for row in batch.rows if row.row_number in batch.wants]
        unknown = {row.row_number: row for row in waiting if self.pointing.needs_ids(row)}
        batch.rows = [row for row in batch.rows if row.row_number not in unknown]
        return list(unknown.values())

    def _put_aside(self, batch: Batch, unknown: Sequence[Desired]) -> None:
        """Put rows that wait aside, last of all: a row that is rejected or unchanged does not wait."""
        if not batch.wants:
            return
        known = [one.row for one in batch.operations if one.row and one.row.row_number in batch.wants]
        batch.operations = [
            one for one in batch.operations if not one.row or one.row.row_number not in batch.wants
        ]
        self.tools.waiting.put(self.lane, [(row, batch.wants[row.row_number]) for row in (*unknown, *known)])
        self.latest.watch()

    def given(self, rows: Iterable[Numbered]) -> list[tuple[str, int]]:
        """The addresses at which these waiting rows will be found once written, without superseded ones."""
        desired, _ = self.latest.count([desire(self.binding, row, number) for number, row in rows])
        return [
            (token_of(address), row.row_number) for row in desired for address in self.pointing.gives(row)
        ]

    def look_again(self, row: Desired) -> Operation | None:
        """Decide about one row again, by what Attio holds at this moment; raises Rejected."""
        if self.binding.target.is_append_only:
            self.additions.reread()
            there = self.additions.find([row])
            return None if there else creation(row)
        keys = keys_of(self.binding.match_attributes, row.values)
        found = self.tools.snapshot.look_up(keys) if keys else {}
        operation = self.decide_again(row, distinct(found.values()))
        self.complete_deletions([operation] if operation else [])
        return operation

    def _own_place(self, what: str) -> str:
        """The place of this stream's claims: streams of one target may match by different keys."""
        return f"{self._place(what)}<{self.binding.stream}"

    def _place(self, what: str) -> str:
        return f"{what}:{self.binding.target.name}"

    def _refuse(self, batch: Batch, refused: Mapping[int, Rejected]) -> None:
        if not refused:
            return
        lost = [row for row in batch.rows if row.row_number in refused]
        batch.rows = [row for row in batch.rows if row.row_number not in refused]
        batch.refused += [(row.refused(refused[row.row_number]), row.row) for row in lost]
        self.keyless += sum(1 for row in lost if not row.identity)
        self._see_refused(lost)

    def _check_titles(self, batch: Batch) -> None:
        refused: dict[int, Rejected] = {}
        for row in batch.rows:
            try:
                self.tools.options.check(row)
            except Rejected as error:
                refused[row.row_number] = error
        self._refuse(batch, refused)

    def _found(self, rows: Sequence[Desired], *, is_full: bool) -> dict[int, list[Current]]:
        match, snapshot = self.binding.match_attributes, self.tools.snapshot
        snapshot.cover(one.attribute for row in rows for one in row.fields.values())
        if not match:
            return {row.row_number: [] for row in rows}
        keys = {row.row_number: keys_of(match, row.values) for row in rows}
        tokens = {row.row_number: tokens_of(match, row.values) for row in rows}
        expected = self.tools.rows_expected
        everything = snapshot.find(
            [key for found in keys.values() for key in found], rows_expected=expected, is_full=is_full
        )
        lost = [
            key
            for row in rows
            for key, token in zip(keys[row.row_number], tokens[row.row_number], strict=True)
            if token not in everything
        ]
        if lost and not self.binding.can_assert:
            everything |= snapshot.look_up(lost)
        return {
            number: distinct(everything.get(token, []) for token in found) for number, found in tokens.items()
        }

    def _decide(self, batch: Batch, found: Mapping[int, Sequence[Current]]) -> None:
        seen: list[str] = []
        refused: dict[int, Rejected] = {}
        for row in batch.rows:
            currents = found[row.row_number]
            if not row.delete:
                seen += [*(one.record_id for one in currents), *self.pointing.siblings(row)]
            try:
                operation = decide(row, currents)
            except Rejected as error:
                refused[row.row_number] = error
                continue
            if operation is None:
                batch.unchanged += 1
            else:
                batch.operations.append(operation)
        self.tools.scratch.see(self._place("seen"), seen)
        self._refuse(batch, refused)

    def decide_again(self, row: Desired, found: Sequence[Current]) -> Operation | None:
        """Decide about a row by the records that were found later; raises Rejected. A mirror keeps these."""
        if not row.delete:
            self.tools.scratch.see(self._place("seen"), [one.record_id for one in found])
        return decide(row, found)

    def see(self, record_id: str) -> None:
        """Note that the source has this record, so that a mirror does not delete it."""
        self.tools.scratch.see(self._place("seen"), [record_id])

    def unseen(self, ids: Sequence[str]) -> list[str]:
        """The ids among these that no row has mentioned."""
        return self.tools.scratch.unseen(self._place("seen"), ids)

    def _see_refused(self, rows: Sequence[Desired]) -> None:
        """Keep a mirror from deleting the records of rejected rows and the records they point at."""
        if self.binding.mode == "mirror" and self.binding.match:
            found = self.tools.snapshot.look_up(
                [key for row in rows for key in keys_of(self.binding.match_attributes, row.values)]
            )
            for one in distinct(found.values()):
                self.see(one.record_id)
            spared = [one for row in rows if not row.delete for one in self.pointing.siblings(row)]
            self.tools.scratch.see(self._place("seen"), spared)

    def complete_deletions(self, operations: Sequence[Operation]) -> None:
        """Put all values of the records into their deletions, so that a revert can make them again."""
        gone = [one for one in operations if one.verb == "delete"]
        if not gone:
            return
        images = self.tools.complete.by_ids([str(one.change.record_id) for one in gone])
        for one in gone:
            image = images.get(str(one.change.record_id))
            one.change = replace(one.change, fields=deletion_fields(image, self.binding) if image else ())

    def _decide_additions(self, batch: Batch) -> None:
        there = self.additions.find(batch.rows)
        first: dict[str, Desired] = {}
        refused: dict[int, Rejected] = {}
        for row in batch.rows:
            same = sameness(self.binding.target, row.values)
            if same in there:
                batch.unchanged += 1
            elif same in first:
                batch.superseded.append(superseded(row, first[same].row_number, "adds the very same"))
            else:
                try:
                    batch.operations.append(creation(row))
                    first[same] = row
                except Rejected as error:
                    refused[row.row_number] = error
        self._refuse(batch, refused)
