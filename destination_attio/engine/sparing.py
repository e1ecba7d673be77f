"""Decides which of the records that a revert would delete stay, as others have attached something to them.

What the revert itself deletes or clears does not count. A record also stays when one that stays points at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.errors import MissingScope
from destination_attio.workspace.attachments import Attachments, lacking
from destination_attio.workspace.pointers import NOT_SHOWN, Pointer, Pointers, pointed_at, told

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.engine.run_context import RunContext
    from destination_attio.model.targets import Target
    from destination_attio.rows.operation import Operation

    ByNow = Callable[[str], JsonObject | None]


class Sparing:
    """Looks for what hangs on records and points at them."""

    def __init__(self, context: RunContext, own: Collection[str], by_now: ByNow) -> None:
        """`own` are notes, tasks and entries of the run that is undone, which hang on nothing of others.

        `by_now` gives the values of a record that the revert has changed already; None once it is deleted.
        """
        self._attachments = Attachments(context.client, context.assembly.pool)
        self._pointers = Pointers(context.catalog)
        self._own, self._by_now = own, by_now

    def reasons(self, target: Target, operations: Sequence[Operation]) -> dict[str, str]:
        """Why records stay that one part of a revert would delete, by their ids."""
        gone = [str(one.change.record_id) for one in operations if one.verb == "delete"]
        found = self._attachments.find(target, gone, self._own)
        planned = {str(one.change.record_id): _values(one) for one in operations}
        try:
            pointing = self._pointers.find(target, gone)
        except MissingScope as error:
            return {one: found.get(one, NOT_SHOWN.format(scopes=lacking(error))) for one in gone}
        while more := self._more(pointing, planned, found):
            found |= more
        return found

    def _more(
        self, pointing: Iterable[Pointer], planned: dict[str, JsonObject | None], found: Collection[str]
    ) -> dict[str, str]:
        """Records that stay as well, given those that stay so far."""
        staying: dict[str, list[Pointer]] = {}
        for one in pointing:
            if one.at not in found and self._stays(one, planned, found):
                staying.setdefault(one.at, []).append(one)
        return {at: told(each) for at, each in staying.items()}

    def _stays(self, one: Pointer, planned: dict[str, JsonObject | None], found: Collection[str]) -> bool:
        """Whether the reference is still there once the revert is done."""
        here = planned.get(one.record_id, {})
        before = self._by_now(one.record_id)
        if before is None or (here is None and one.record_id not in found):
            return False
        values = {**before, **(here or {})}
        return one.attribute not in values or one.at in pointed_at(values[one.attribute])


def _values(operation: Operation) -> JsonObject | None:
    """The values that a write sets; None for a deletion."""
    if operation.verb == "delete":
        return None
    return operation.change.after
