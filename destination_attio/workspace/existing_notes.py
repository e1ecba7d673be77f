"""Finds notes and tasks that exist already, so that none is made twice.

They are read per parent or all at once, whichever takes fewer requests: Attio lists notes 50 at a time, at
ten requests a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.listings import walk
from destination_attio.model.targets import PARENT
from destination_attio.rows.sameness import sameness

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from attio_api.wire import JsonObject
    from destination_attio.rows.desired import Desired
    from destination_attio.workspace.gateways import Gateway


class ExistingNotes:
    """The existing notes or tasks that rows have asked about; grows with those that are added."""

    def __init__(self, gateway: Gateway, pool: Executor) -> None:
        """Reads nothing before the first row."""
        self._gateway, self._pool = gateway, pool
        self._there: dict[str, str] = {}
        self._parents: set[tuple[str, str]] = set()
        self._has_all = False

    def find(self, rows: Sequence[Desired]) -> dict[str, str]:
        """The ids of existing ones by `sameness`."""
        new = {one for one in map(_parent, rows) if one} - self._parents
        if self._gateway.target.kind == "tasks" or self._all_is_cheaper(len(new)):
            self._read_all()
        elif not self._has_all:
            self._parents |= new
            list(self._pool.map(self._read_parent, sorted(new)))
        wanted = (sameness(self._gateway.target, row.values) for row in rows)
        return {one: self._there[one] for one in wanted if one in self._there}

    def reread(self) -> None:
        """Forget what was read, since a write without an answer may have added something."""
        self._has_all = False
        self._parents.clear()

    def remember(self, raw: JsonObject) -> str:
        """Add one that was just made; returns its id."""
        current = self._gateway.read(raw, ())
        self._there[sameness(self._gateway.target, current.values)] = current.record_id
        return current.record_id

    def _all_is_cheaper(self, parents: int) -> bool:
        if self._has_all or parents <= 1:
            return self._has_all
        return not self._gateway.page(parents * self._gateway.page_size, limit=1)

    def _read_all(self) -> None:
        if not self._has_all:
            self._read(None)
            self._has_all = True

    def _read_parent(self, parent: tuple[str, str]) -> None:
        self._read({"parent_object": parent[0], "parent_record_id": parent[1]})

    def _read(self, where: JsonObject | None) -> None:
        for raw in walk(lambda offset: self._gateway.page(offset, where)):
            self.remember(raw)


def _parent(row: Desired) -> tuple[str, str] | None:
    found = row.values.get(PARENT)
    return (str(found["object"]), str(found["record_id"])) if isinstance(found, dict) else None
