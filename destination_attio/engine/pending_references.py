"""References of rows: puts record ids in, and decides about records that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.errors import Rejected
from destination_attio.engine.deferral import Want
from destination_attio.model.targets import PARENT
from destination_attio.rows import rejections
from destination_attio.rows.desired import REFERENCES
from destination_attio.rows.keys import tokens_of
from destination_attio.rows.lookups import Lookup
from destination_attio.workspace.references import place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.wire import Json
    from destination_attio.engine.batch import Batch, Tools
    from destination_attio.engine.deferral import Address
    from destination_attio.rows.desired import Desired


class PendingReferences:
    """The references of one stream's rows."""

    def __init__(self, tools: Tools) -> None:
        self._tools, self._binding = tools, tools.binding

    def resolve(self, rows: Sequence[Desired]) -> dict[int, Rejected]:
        """Replace references by record ids where Attio holds the record; returns the rows to reject."""
        refused, _ = self._tools.references.resolve([row for row in rows if row.pointers])
        return refused

    def settle(self, batch: Batch) -> dict[int, Rejected]:
        """Decide about missing records: wait, link later, or use the policy; returns the rows to reject."""
        refused: dict[int, Rejected] = {}
        stubs: dict[Address, None] = {}
        batch.wants = {}
        for row in batch.rows:
            try:
                wants = [want for slug in list(row.pointers) for want in self._settle(row, slug, stubs)]
            except Rejected as error:
                refused[row.row_number] = error
                continue
            if wants:
                batch.wants[row.row_number] = wants
        batch.stubs = list(stubs)
        return refused

    def needs_ids(self, row: Desired) -> bool:
        """Whether the row cannot be decided before its references have ids, as its key depends on them."""
        return any(self._is_identifying(slug) for slug in row.pointers)

    def gives(self, row: Desired) -> list[Address]:
        """The addresses at which waiting rows will find the record that this row writes."""
        return [] if row.delete else self.addresses(row.values)

    @property
    def is_pointed_at(self) -> bool:
        """Whether rows that wait, or waited, point at records of the target."""
        target = self._binding.target
        return target.kind == "objects" and bool(self._tools.waiting.pointed_by(target.slug))

    def addresses(self, values: Mapping[str, Json]) -> list[Address]:
        """The addresses at which waiting rows find a record of the target with these values."""
        target = self._binding.target
        if target.kind != "objects":
            return []
        pointed_by = self._tools.waiting.pointed_by(target.slug)
        attributes = [target.attributes[slug] for slug in pointed_by if values.get(slug) is not None]
        return [(target.slug, one.slug, token) for one in attributes for token in tokens_of([one], values)]

    def siblings(self, row: Desired) -> list[str]:
        """The records of the row's own object that it points at, which a mirror must not delete."""
        target = self._binding.target
        pointing = [one.attribute.slug for one in row.fields.values() if one.attribute.type in REFERENCES]
        found = (row.pointers.get(slug, row.values.get(slug)) for slug in pointing)
        each = (one for value in found for one in (value if isinstance(value, list) else [value]))
        return [
            str(one["record_id"])
            for one in each
            if isinstance(one, dict) and one.get("object") == target.slug
        ]

    def _settle(self, row: Desired, slug: str, stubs: dict[Address, None]) -> list[Want]:
        wants: list[Want] = []
        lost: list[Lookup] = []
        found = row.pointers[slug]
        for one in found:
            if not isinstance(one, Lookup):
                continue
            want = Want(addresses=tuple(self._tools.references.addresses(one)), is_vital=self._is_vital(slug))
            prospect = self._tools.waiting.prospect(want)
            if prospect == "none":
                lost.append(one)
            elif prospect == "wait" or self._comes_first(slug):
                wants.append(want)
        if lost:
            self._do_without(row, slug, lost, stubs)
        return wants

    def _do_without(
        self, row: Desired, slug: str, lost: Sequence[Lookup], stubs: dict[Address, None]
    ) -> None:
        policy = self._binding.on_missing_reference(slug)
        if policy == "create_stub":
            stubs.update(dict.fromkeys(self._tools.references.addresses(one)[0] for one in lost))
            return
        if policy == "reject" or slug in self._binding.match:
            raise rejections.NO_SUCH_REFERENCE(lost[0].slug)
        for one in lost:
            row.note_skipped(slug, rejections.NO_SUCH_REFERENCE(one.slug), one.value)
        left = [one for one in row.pointers[slug] if one not in lost]
        if any(isinstance(one, Lookup) for one in left):
            row.pointers[slug] = left
            return
        place(row, slug, left)
        if row.values[slug] in (None, []):
            row.values.pop(slug), row.fields.pop(slug, None)

    def _is_vital(self, slug: str) -> bool:
        policy = self._binding.on_missing_reference(slug)
        return policy == "reject" or (policy == "skip" and slug in self._binding.match)

    def _is_identifying(self, slug: str) -> bool:
        """Whether the attribute identifies the row: a match, an entry's parent, or any of a note or task."""
        target = self._binding.target
        return slug in self._binding.match or target.is_append_only or slug == PARENT

    def _comes_first(self, slug: str) -> bool:
        """Whether the record cannot be made without the attribute, so that linking it later is impossible."""
        is_required = self._binding.target.attributes[slug].is_required and not self._tools.is_rehearsed
        return is_required or self._is_identifying(slug)
