"""Maps the ids of deleted records to those of the records that a revert makes again; makes no call.

A record may point at one that is made after it, or at itself: such references are set at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from destination_attio.model.plan import FieldChange
from destination_attio.model.targets import PARENT
from destination_attio.rows.operation import operation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.model.current import Current
    from destination_attio.model.plan import Change
    from destination_attio.rows.operation import Operation
    from destination_attio.storage.journal import Journal


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierReverts:
    """What earlier reverts have made again of deleted records: the new ids by the old one.

    `unclear` are records of which that is not known.
    """

    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unclear: Collection[str] = ()

    @classmethod
    def of(cls, journal: Journal, gone: Collection[str]) -> Self:
        """Follow the records through the journal: what was made again may have gone and come once more."""
        first = {one: one for one in gone}
        ids: dict[str, list[str]] = {}
        unclear: set[str] = set()
        asked = list(gone)
        while asked:
            found = journal.renewed(asked)
            asked = []
            for before, new_id in found:
                if new_id is None:
                    unclear.add(first[before])
                elif new_id not in first:
                    first[new_id] = first[before]
                    ids.setdefault(first[before], []).append(new_id)
                    asked.append(new_id)
        return cls(ids=ids, unclear=unclear)

    @property
    def new_ids(self) -> set[str]:
        """All ids under which records were made again."""
        return {one for each in self.ids.values() for one in each}

    def followed(self, change: Change, now: Mapping[str, Current]) -> Change:
        """The change at the record that holds its values now, where a later run's deletion was undone."""
        if change.kind == "delete" or change.record_id in now:
            return change
        found = next((one for one in self.ids.get(str(change.record_id), ()) if one in now), None)
        return change if found is None else replace(change, record_id=found)


class RecreatedRecords:
    """New ids by old ids, and the references that wait for them."""

    def __init__(self, gone: Iterable[str], earlier: EarlierReverts | None = None) -> None:
        """`gone` are all records that the run had deleted, also those that are not made again."""
        self._gone = frozenset(gone)
        self._earlier = earlier or EarlierReverts()
        self._ids: dict[str, str] = {}
        self._making: list[tuple[str, Operation]] = []
        self._late: list[Change] = []

    def ids(self, change: Change, later: EarlierReverts) -> Sequence[str]:
        """The ids under which Attio may hold the record of a change now; `later` are those of other runs."""
        own_id = str(change.record_id)
        if change.kind == "delete":
            return self._earlier.ids.get(own_id, ())
        return [own_id, *later.ids.get(own_id, ())]

    def current(self, change: Change, now: Mapping[str, Current]) -> Current | None:
        """What Attio holds now: of a deleted record, the one that an earlier revert has made in its place."""
        if change.kind != "delete":
            return now.get(str(change.record_id))
        for one in self._earlier.ids.get(str(change.record_id), ()):
            if one in now:
                self._ids[str(change.record_id)] = one
                return now[one]
        return None

    def is_unclear(self, change: Change) -> bool:
        """Whether an earlier revert may have made the record again, which nobody could find out."""
        return str(change.record_id) in self._earlier.unclear

    def is_missing(self, one: FieldChange, current: Current) -> bool:
        """Whether the record lacks a reference that a revert sets only once all records are made again."""
        return self._lost(one.before) and current.values.get(one.attribute) in (None, [])

    def made_again(self, change: Change, attributes: Mapping[str, Attribute]) -> Operation:
        """The write that makes a deleted record again, under a new id: Attio never gives an id twice."""
        taken = [
            FieldChange(attribute=one.attribute, before=None, after=one.before)
            for one in change.fields
            if one.attribute in attributes and attributes[one.attribute].is_writable
        ]
        fields = self.ready(change, taken)
        anew = operation(
            replace(
                change,
                kind="create",
                stream="revert",
                record_id=None,
                renews=change.record_id,
                fields=fields,
            ),
            attributes,
        )
        self._making.append((str(change.record_id), anew))
        return anew

    def learn(self) -> None:
        """Learn the ids of the records made since the last call."""
        made = ((old_id, one.change.record_id) for old_id, one in self._making)
        self._ids |= {old_id: new_id for old_id, new_id in made if new_id}
        self._making.clear()

    def suppose(self) -> None:
        """Take the records for made, under the ids that they had, as a plan does."""
        self._ids |= {old_id: old_id for old_id, _ in self._making}
        self._making.clear()

    def at_its_record(self, change: Change) -> Change:
        """The change with the new id of its record, where that was made again."""
        return replace(change, record_id=self._ids.get(str(change.record_id), change.record_id))

    def ready(self, change: Change, fields: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
        """The fields that can be put back now; references to records yet to be made are kept for `late`."""
        moved = [replace(one, after=self.moved(one.after)) for one in fields]
        late = tuple(one for one in moved if self._lost(one.after) and one.attribute != PARENT)
        if late:
            self._late.append(replace(change, fields=late))
        return tuple(one for one in moved if one not in late)

    def late(self) -> Iterator[tuple[Change, tuple[FieldChange, ...]]]:
        """The kept references once all records are made, and the fields whose records were not made again."""
        for late in self._late:
            change = self.at_its_record(late)
            if late.kind == "delete" and str(late.record_id) not in self._ids:
                continue  # the record itself was not made again, and is listed already
            moved = [replace(one, after=self.moved(one.after)) for one in late.fields]
            kept = [replace(one, after=self._kept(one.after)) for one in moved]
            fields = tuple(one for one in kept if one.after not in (None, []))
            yield replace(change, fields=fields), tuple(one for one in moved if self._lost(one.after))

    def moved(self, value: Json) -> Json:
        """The value with the new ids of the records that it points at."""
        if isinstance(value, list):
            return [self.moved(one) for one in value]
        if isinstance(value, dict) and str(value.get("record_id")) in self._ids:
            return {**value, "record_id": self._ids[str(value["record_id"])]}
        return value

    def _lost(self, value: Json) -> bool:
        return any(self._is_gone(one) for one in (value if isinstance(value, list) else [value]))

    def _kept(self, value: Json) -> Json:
        if isinstance(value, list):
            return [one for one in value if not self._is_gone(one)]
        return None if self._is_gone(value) else value

    def _is_gone(self, one: Json) -> bool:
        own_id = str(one.get("record_id")) if isinstance(one, dict) else ""
        return own_id in self._gone and self._ids.get(own_id) != own_id
