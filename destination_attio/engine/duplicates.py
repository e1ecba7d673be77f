"""Looks for duplicates of the run's records at its end, where Attio does not keep a key unique.

Two runs, or a run and a colleague, can make records with the same key at the same time. The run reports such
records and changes none of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from destination_attio.model.plan import Change
from destination_attio.rows.keys import keys_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from destination_attio.engine.batch import Tools

_AT_ONCE: Final = 1000


class Duplicates:
    """The keys of the records that one stream made, kept on disk until the end."""

    def __init__(self, tools: Tools, place: str) -> None:
        """Keeps nothing where Attio allows no duplicates of the key, or where rows match by record id."""
        binding = tools.binding
        is_unique = binding.can_assert and binding.target.kind == "objects"
        self._is_wanted = bool(binding.match) and not is_unique and not binding.matches_by_own_id
        self._tools, self._place, self._count = tools, f"made:{place}", 0

    def note(self, change: Change) -> None:
        """Keep the key of a record that was made."""
        if self._is_wanted and change.kind == "create" and change.is_row:
            self._count += 1
            kept = replace(change, fields=(), row=None).to_json()
            self._tools.waiting.aside.spool(self._place, [(self._count, kept)])

    def find(self) -> Iterator[Change]:
        """The run's records whose key another record has too, with both ids."""
        match = self._tools.binding.match_attributes
        while part := self._tools.waiting.aside.unspool(self._place, _AT_ONCE):
            made = [Change.from_json(raw) for _, raw in part]
            keys = [key for one in made for key in keys_of(match, one.key)]
            found = self._tools.holdings.look_up(keys)
            for one in made:
                ids = {each.record_id for token in tokens_of(match, one.key) for each in found.get(token, [])}
                if others := sorted(ids - {str(one.record_id)}):
                    yield _told(one, others)


def _told(change: Change, others: list[str]) -> Change:
    return replace(
        change,
        reason=f"The run made {change.record_id}, and {', '.join(others)} has the same key: somebody, "
        "or another run, made it at the same time.",
        remedy="Merge the two in Attio: open one of them, choose Merge, and pick the other.",
    )
