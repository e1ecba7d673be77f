"""Limits the keys of one request: Attio refuses filters with more than a hundred values.

Where Attio refuses fewer, the size is halved until it accepts, and stays so for the run. Attio also refuses a
filter with an option that does not exist: then the other keys are asked for without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attio_api.errors import TooManyValues, UnknownOption
from attio_api.filter_values import MOST_VALUES
from destination_attio.workspace.filters import values_a_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import Json

    Key = tuple[Json, ...]
    Ask = Callable[[Sequence[Key]], list["Found"]]

Found = TypeVar("Found")


class FilterSize:
    """The filter size that Attio accepted so far in this run; shared by all that ask."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        """Begins with `most` values."""
        self.most = most

    def keys(self, attributes: Sequence[Attribute]) -> int:
        """The number of keys of these attributes that fit into one request."""
        return max(1, self.most // values_a_key(attributes))

    def parts(self, attributes: Sequence[Attribute], keys: Sequence[Key]) -> list[Sequence[Key]]:
        """The keys in parts that each fit into one request."""
        size = self.keys(attributes)
        return [keys[start : start + size] for start in range(0, len(keys), size)]

    def ask(self, keys: Sequence[Key], attributes: Sequence[Attribute], ask: Ask[Found]) -> list[Found]:
        """Ask for one part; a part that Attio refuses as too large is asked for in halves.

        So is one with a key that names an unknown option, which no record holds.
        """
        if len(keys) > self.keys(attributes):  # the size was halved after these parts were made
            return self._halved(keys, attributes, ask)
        try:
            return ask(keys)
        except TooManyValues:
            if len(keys) == 1:
                raise
            self.most = min(self.most, len(keys) // 2 * values_a_key(attributes))
            return self._halved(keys, attributes, ask)
        except UnknownOption:
            return self._halved(keys, attributes, ask) if len(keys) > 1 else []

    def _halved(self, keys: Sequence[Key], attributes: Sequence[Attribute], ask: Ask[Found]) -> list[Found]:
        middle = len(keys) // 2
        halves = (keys[:middle], keys[middle:])
        return [found for half in halves for found in self.ask(half, attributes, ask)]
