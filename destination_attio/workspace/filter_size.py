"""How many keys one request may ask for: Attio counts a filter's values and refuses more than a hundred.

Where Attio takes fewer, the size is halved until it does, and stays so for the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from attio_api.errors import TooManyValues
from destination_attio.workspace.filters import values_a_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json

    Key = tuple[Json, ...]
    Ask = Callable[[Sequence[Key]], list["Found"]]

Found = TypeVar("Found")
MOST_VALUES: Final = 100
"""Constraint values in all of one request's filter; the hundred and first is refused with 400."""


class FilterSize:
    """The size that Attio takes, as far as this run knows; shared by all that ask."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        """`most` values a request to begin with."""
        self.most = most

    def keys(self, attributes: Sequence[Attribute]) -> int:
        """How many keys of these attributes one request may hold."""
        return max(1, self.most // values_a_key(attributes))

    def parts(self, attributes: Sequence[Attribute], keys: Sequence[Key]) -> list[Sequence[Key]]:
        """The keys, cut so that each part fits into one request."""
        size = self.keys(attributes)
        return [keys[start : start + size] for start in range(0, len(keys), size)]

    def ask(self, keys: Sequence[Key], attributes: Sequence[Attribute], ask: Ask[Found]) -> list[Found]:
        """Ask for one part; one that Attio finds too large is asked for in halves."""
        if len(keys) > self.keys(attributes):  # another part was refused since these were cut
            return self._halved(keys, attributes, ask)
        try:
            return ask(keys)
        except TooManyValues:
            if len(keys) == 1:
                raise
            self.most = min(self.most, len(keys) // 2 * values_a_key(attributes))
            return self._halved(keys, attributes, ask)

    def _halved(self, keys: Sequence[Key], attributes: Sequence[Attribute], ask: Ask[Found]) -> list[Found]:
        middle = len(keys) // 2
        halves = (keys[:middle], keys[middle:])
        return [found for half in halves for found in self.ask(half, attributes, ask)]
