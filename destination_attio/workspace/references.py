"""Finds the records and members that rows refer to, many at once, and says which are missing.

`rows/lookups` reads a row's references; the engine makes stubs, since only it writes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from attio_api.attributes import can_be_searched
from attio_api.errors import InvalidValue, Rejected, UnknownObject
from attio_api.wire import as_object
from destination_attio.model.targets import KEYS, RECORD_ID
from destination_attio.rows import refused_runs, rejections
from destination_attio.rows.desired import plain, set_key, whole
from destination_attio.rows.keys import token
from destination_attio.rows.lookups import MEMBERS, Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.current import Current
    from destination_attio.model.targets import Target
    from destination_attio.rows.binding import Binding
    from destination_attio.rows.desired import Desired
    from destination_attio.workspace.snapshot import Snapshot

_REMEMBERED: Final = 100_000


def check_pointing(binding: Binding, target_of: Callable[[str], Target]) -> None:
    """Check that records can be found by each field's `reference`; raises Misconfigured."""
    for one in binding.fields:
        if one.attribute.type == "record-reference" and one.reference not in {None, RECORD_ID}:
            _can_point(one.attribute, str(one.reference), target_of)


def _can_point(attribute: Attribute, by: str, target_of: Callable[[str], Target]) -> None:
    allowed = attribute.allowed_object_ids
    if not allowed:
        known = dict.fromkeys(slug for slugs in KEYS.values() for slug in slugs)
        if by not in known:
            raise refused_runs.POINTS_ANYWHERE(attribute.slug, reference=by, known=", ".join(known))
        return
    objects = [target_of(slug) for slug in allowed]
    found = [each.attributes[by] for each in objects if by in each.attributes]
    living = [one for one in found if not one.is_archived]
    if not living:
        targets = ", ".join(each.name for each in objects)
        raise refused_runs.POINTS_NOWHERE(attribute.slug, targets=targets, reference=by)
    if not any(map(can_be_searched, living)):
        raise refused_runs.NOT_SEARCHABLE(by, type=living[0].type)


class References:
    """Finds ids by the values that rows refer by; remembers those it found."""

    def __init__(
        self,
        target_of: Callable[[str], Target],
        snapshot_of: Callable[[Target, Attribute], Snapshot],
        members: Callable[[], list[JsonObject]],
    ) -> None:
        """Sources of targets, of their records, and of the workspace's members."""
        self._target_of, self._snapshot_of, self._members = target_of, snapshot_of, members
        self._known: dict[tuple[str, str, str], JsonObject] = {}
        self._addresses: dict[Lookup, list[tuple[str, str, str]]] = {}
        self._member_ids: dict[str, str] | None = None

    def resolve(self, rows: Sequence[Desired]) -> tuple[dict[int, Rejected], set[tuple[str, str, str]]]:
        """Replace lookups by ids; returns the rows to reject, and the addresses that others miss.

        Missing records stay in `pointers`, for `settle` to decide about. The other lookups of a row to reject
        are still made, since its record is in the source all the same.
        """
        refused: dict[int, Rejected] = {}
        self._addresses.clear()  # rows of one batch repeat each other's lookups
        asked = self._asked(rows, refused)
        missing = self._find(asked)
        for row in rows:
            self._fill(row, refused)
        return refused, missing

    def learn(self, address: tuple[str, str, str], record_id: str) -> None:
        """Note that a record was made to which rows may refer."""
        self._known[address] = {"object": address[0], "record_id": record_id}

    def addresses(self, lookup: Lookup) -> list[tuple[str, str, str]]:
        """The addresses at which a lookup's record may be: object, attribute, comparable value.

        Raises Rejected where the row names an object or an attribute by which no record can be found.
        """
        if lookup not in self._addresses:
            found = [self._address(one, lookup) for one in lookup.objects if one != MEMBERS]
            self._addresses[lookup] = [one for one in found if one]
        if lookup.objects != (MEMBERS,) and not self._addresses[lookup]:
            raise rejections.NOT_ONE_RECORD(lookup.slug)
        return self._addresses[lookup]

    def holding(self, slug: str, by: str, values: Sequence[Json]) -> dict[str, list[Current]]:
        """The records that hold these values at this moment, by the value's token."""
        target = self._target_of(slug)
        snapshot = self._snapshot_of(target, target.attributes[by])
        return snapshot.look_up([(_single(value),) for value in values])

    def attribute(self, address: tuple[str, str, str]) -> Attribute:
        """The attribute in an address."""
        return self._target_of(address[0]).attributes[address[1]]

    def _asked(
        self, rows: Sequence[Desired], refused: dict[int, Rejected]
    ) -> dict[tuple[str, str], dict[str, Json]]:
        """The values to look for, by object and attribute."""
        asked: dict[tuple[str, str], dict[str, Json]] = defaultdict(dict)
        for row in rows:
            for lookup in list(_lookups(row)):
                try:
                    for address in self.addresses(lookup):
                        if address not in self._known:
                            value = plain(self.attribute(address), lookup.value)
                            asked[address[:2]][address[2]] = _single(value)
                except Rejected as error:
                    self._refuse(row, lookup.slug, _about(error, lookup), refused)
        return asked

    def _find(self, asked: dict[tuple[str, str], dict[str, Json]]) -> set[tuple[str, str, str]]:
        missing: set[tuple[str, str, str]] = set()
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        for (slug, by), values in asked.items():
            target = self._target_of(slug)
            snapshot = self._snapshot_of(target, target.attributes[by])
            found = snapshot.find([(value,) for value in values.values()])
            lost = [(value,) for text, value in values.items() if text not in found]
            found |= snapshot.look_up(lost) if lost else {}
            for text in values:
                self._note((slug, by, text), found.get(text, []), missing)
        return missing

    def _note(
        self, address: tuple[str, str, str], found: list[Current], missing: set[tuple[str, str, str]]
    ) -> None:
        if not found:
            missing.add(address)
            return
        ids = sorted({one.record_id for one in found})
        self._known[address] = {"object": address[0], "record_id": ids[0], "others": len(ids) - 1}

    def _fill(self, row: Desired, refused: dict[int, Rejected]) -> None:
        doubtful = set()
        for slug, found in list(row.pointers.items()):
            try:
                ready = [self._ready(one) for one in found]
            except Rejected as error:
                self._refuse(row, slug, error, refused)
                doubtful.add(slug)
                continue
            row.pointers[slug] = ready
            if not any(isinstance(one, Lookup) for one in ready):
                place(row, slug, ready)
        try:
            set_key(row)
        except Rejected as error:
            refused.setdefault(row.row_number, error)
        if not doubtful.isdisjoint(row.binding.match):
            row.identity = ""  # it is unclear which record the row means

    @staticmethod
    def _refuse(row: Desired, slug: str, error: Rejected, refused: dict[int, Rejected]) -> None:
        """Reject the row, unless the policy lets it go on without the reference."""
        if not row.skip(slug, error):
            refused.setdefault(row.row_number, error)

    def _ready(self, one: JsonObject | Lookup) -> JsonObject | Lookup:
        if not isinstance(one, Lookup):
            return one
        if one.objects == (MEMBERS,):
            return {"type": "workspace-member", "id": self._member(one)}
        known = [self._known[address] for address in self.addresses(one) if address in self._known]
        if len(known) > 1 or any(each.get("others") for each in known):
            raise rejections.AMBIGUOUS_REFERENCE(one.slug)
        if known:
            return {"object": known[0]["object"], "record_id": known[0]["record_id"]}
        slug, by, _ = self.addresses(one)[0]
        return replace(one, objects=(slug,), by=by)

    def _member(self, lookup: Lookup) -> str:
        if self._member_ids is None:
            self._member_ids = {
                str(one.get("email_address", "")).lower(): str(
                    as_object(one.get("id"), "a member's id")["workspace_member_id"]
                )
                for one in self._members()
            }
        found = self._member_ids.get(lookup.value)
        if found is None:
            raise rejections.NO_SUCH_MEMBER(lookup.slug)
        return found

    def _address(self, slug: str, lookup: Lookup) -> tuple[str, str, str] | None:
        try:
            target = self._target_of(slug)
        except UnknownObject:
            return None
        by = lookup.by or next(iter(target.unique_slugs()), None)
        if by is None:
            raise refused_runs.NOTHING_TO_POINT_BY(lookup.slug, target=target.slug)
        attribute = target.attributes.get(by)
        if attribute is None or not can_be_searched(attribute):
            return None
        value = _single(whole(attribute, lookup.value))
        return target.slug, attribute.slug, token([attribute], [value])


def place(row: Desired, slug: str, ready: Sequence[Any]) -> None:
    """Move references with ids to the row's values."""
    field = row.fields.get(slug)
    attribute = field.attribute if field else row.binding.target.attributes[slug]
    del row.pointers[slug]
    row.values[slug] = list(ready) if attribute.is_multiselect else (ready[0] if ready else None)


def _lookups(row: Desired) -> Iterable[Lookup]:
    return (one for found in row.pointers.values() for one in found if isinstance(one, Lookup))


def _single(value: Json) -> Json:
    return value[0] if isinstance(value, list) and value else value


def _about(error: Rejected, lookup: Lookup) -> Rejected:
    if isinstance(error, InvalidValue):
        return rejections.NO_POINTER(lookup.slug, remedy=error.remedy)
    return error
