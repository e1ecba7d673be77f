"""Gives back what a run took: who writes one side of a relationship takes its records from where they were.

A person has one company. A run that writes a company's team moves the person, though no row names the company
that had her; Attio's history of her `company` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import Gone, Rejected
from destination_attio.engine.overwritten import before_write
from destination_attio.model.change import Change, FieldChange
from destination_attio.workspace.counterparts import exclusive, held
from destination_attio.workspace.pointers import newly_pointed_at, pointed_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from attio_api.client import AttioClient
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.targets import Target
    from destination_attio.rows.operation import Operation
    from destination_attio.workspace.catalog import Catalog
    from destination_attio.workspace.counterparts import Counterpart

    ByNow = Callable[[str], JsonObject | None]
    Undone = tuple[Change, str, Operation]

GIVEN_BACK: Final = "The run had taken it from there."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A record that the run let another one point at, whose history tells where it was before."""

    other: Counterpart
    record_id: str
    by: str
    with_attribute: str
    ours: JsonObject
    asked_at: str


class Taken:
    """What the undone writes of one run had taken from others."""

    def __init__(self, client: AttioClient, catalog: Catalog, pool: Executor, by_now: ByNow) -> None:
        """`by_now` gives the values of a record that the revert has changed; None once it is deleted."""
        self._client, self._catalog, self._pool, self._by_now = client, catalog, pool, by_now
        self._found: list[tuple[_Asked, Sequence[JsonObject]]] = []
        self._own: dict[tuple[str, str, str], str] = {}
        """When the run let a record point at another one, by the holder, its attribute and the other one."""

    def saw(self, changes: Iterable[tuple[Change, str]], target: Target) -> None:
        """Note where the run let records point, with the time of Attio's clock before each write."""
        for change, asked_at in changes:
            for field in change.fields:
                if exclusive(self._catalog, target.attributes.get(field.attribute)):
                    for each in newly_pointed_at(field):
                        self._own[str(change.record_id), field.attribute, each] = asked_at

    def note(self, undone: Iterable[Undone], target: Target) -> None:
        """Ask the history for what these writes took; one call for each record that they let point at."""
        asked = [one for each in undone for one in self._asked(*each, target)]
        self._found += zip(asked, self._pool.map(self._history, asked), strict=True)

    def given_back(self) -> Iterator[Change]:
        """The changes that give it back; none of what somebody has pointed elsewhere since."""
        for _, group in groupby(
            self._found, key=lambda one: (one[0].other.holder.name, one[0].ours["object"])
        ):
            part = list(group)
            there = held(self._catalog, part[0][0].other, {one.record_id for one, _ in part})
            for one, history in part:
                had = self._had(one, history)
                is_there = had is not None and one.record_id in there
                if is_there and self._is_free(one, pointed_at(there[one.record_id])):
                    yield _back(one, had)

    def _is_free(self, one: _Asked, at: set[str]) -> bool:
        """Whether nothing points at the record any more, once the revert is done."""
        by_now = self._by_now(one.by)
        is_undone = by_now is None or one.with_attribute in by_now
        return not at or (at == {one.by} and is_undone)

    def _asked(self, change: Change, asked_at: str, operation: Operation, target: Target) -> Iterator[_Asked]:
        undone = {one.attribute for one in operation.change.fields}
        for field in change.fields if operation.verb in {"delete", "replace"} else ():
            other = exclusive(self._catalog, target.attributes.get(field.attribute))
            if other is None or field.attribute not in undone:
                continue
            for each in sorted(newly_pointed_at(field)):
                yield _Asked(
                    other=other,
                    record_id=each,
                    by=str(change.record_id),
                    with_attribute=field.attribute,
                    ours={"object": target.slug, "record_id": str(change.record_id)},
                    asked_at=asked_at,
                )

    def _history(self, one: _Asked) -> Sequence[JsonObject]:
        holder, slug = one.other.holder, one.other.attribute.slug
        try:
            return self._client.value_history(holder.kind, holder.slug, one.record_id, slug)
        except (Gone, Rejected):
            return ()

    def _had(self, one: _Asked, history: Sequence[JsonObject]) -> Json:
        """What the record pointed at before the run; None where that was nothing.

        Where the run had put it there itself, with an earlier write, what it pointed at before that.
        """
        attribute, asked_at, ours = one.other.attribute, one.asked_at, one.ours
        seen = {one.by}
        while True:
            field = FieldChange(attribute=attribute.slug, before=None, after=ours)
            had: Any = before_write(field, attribute, history, asked_at).before
            (before,) = pointed_at(had) or {""}
            earlier = self._own.get((before, one.with_attribute, one.record_id))
            if earlier is None or before in seen:
                return None if before in seen else had
            seen.add(before)
            ours, asked_at = had, earlier


def _back(one: _Asked, had: Json) -> Change:
    return Change(
        kind="update",
        stream="revert",
        target=one.other.holder.name,
        record_id=one.record_id,
        fields=(FieldChange(attribute=one.other.attribute.slug, before=None, after=had),),
        reason=GIVEN_BACK,
    )
