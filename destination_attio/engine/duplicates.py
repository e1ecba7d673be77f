"""Looks for duplicates of the run's records at its end, where Attio does not keep a key unique.

Two runs, or a run and a colleague, can make records with the same key at the same time. The run reports such
records and changes none of them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from destination_attio.engine.batch import distinct
from destination_attio.model.plan import Change
from destination_attio.rows.keys import keys_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from attio_api.attributes import Attribute
    from destination_attio.engine.batch import Tools
    from destination_attio.model.current import Current

_AT_ONCE: Final = 1000


class Duplicates:
    """The keys of the records that one stream made, kept on disk until the end."""

    def __init__(self, tools: Tools, place: str) -> None:
        """Keeps nothing where Attio allows no duplicates of the key, or where rows match by record id."""
        binding = tools.binding
        is_unique = binding.can_assert and binding.target.kind == "objects"
        self._is_wanted = bool(binding.match) and not is_unique and not binding.matches_by_own_id
        self._tools, self._place, self._count = tools, f"made:{place}", 0
        self._place_of_stubs = f"stubs:{place}"

    def note(self, change: Change) -> None:
        """Keep the key of a record that was made; a stub's is the value that rows refer by."""
        if change.is_stub:
            if not self._tools.references.attribute((*_place_of(change), "")).is_unique:
                self._keep(self._place_of_stubs, change)
        elif self._is_wanted and change.kind == "create" and change.is_row:
            self._keep(self._place, change)

    def find(self) -> Iterator[Change]:
        """The run's records whose key another record has too, with both ids."""
        yield from self._of_rows()
        yield from self._of_stubs()

    def _keep(self, place: str, change: Change) -> None:
        self._count += 1
        kept = replace(change, fields=(), row=None).to_json()
        self._tools.waiting.aside.spool(place, [(self._count, kept)])

    def _kept(self, place: str) -> Iterator[list[Change]]:
        """What was kept, in parts."""
        while part := self._tools.waiting.aside.unspool(place, _AT_ONCE):
            yield [Change.from_json(raw) for _, raw in part]

    def _of_rows(self) -> Iterator[Change]:
        match = self._tools.binding.match_attributes
        for made in self._kept(self._place):
            found = self._tools.snapshot.look_up([key for one in made for key in keys_of(match, one.key)])
            yield from _shared(made, match, found)

    def _of_stubs(self) -> Iterator[Change]:
        references = self._tools.references
        for made in self._kept(self._place_of_stubs):
            for (slug, by), group in groupby(sorted(made, key=_place_of), key=_place_of):
                stubs, attribute = list(group), references.attribute((slug, by, ""))
                found = references.holding(slug, by, [one.key[by] for one in stubs])
                yield from _shared(stubs, [attribute], found)


def _shared(
    made: Sequence[Change], attributes: Sequence[Attribute], found: Mapping[str, Sequence[Current]]
) -> Iterator[Change]:
    """Those whose key another record has too; `found` are the records by the key's token."""
    for one in made:
        records = distinct(found.get(token, []) for token in tokens_of(attributes, one.key))
        if others := sorted({each.record_id for each in records} - {str(one.record_id)}):
            yield _told(one, others)


def _place_of(stub: Change) -> tuple[str, str]:
    """The object and the attribute in which a stub has its value."""
    return stub.target, next(iter(stub.key))


def _told(change: Change, others: list[str]) -> Change:
    return replace(
        change,
        reason=f"The run made {change.record_id}, and {', '.join(others)} has the same key: somebody, "
        "or another run, made it at the same time.",
        remedy="Merge the two in Attio: open one of them, choose Merge, and pick the other.",
    )
