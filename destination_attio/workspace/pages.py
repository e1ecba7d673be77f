"""Walks a listing by offset to its end: a page with fewer items than asked for does not end it.

An answer can hold fewer items than there are, by mistake. So the walk goes on behind a page's last item until
nothing follows. What it would miss otherwise could be a colleague's note, and a revert would delete it with
the record.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def walk(ask: Callable[[int], Sequence[_Item]]) -> Iterator[_Item]:
    """Return the items from offset 0 on; `ask` returns the page at an offset."""
    offset = 0
    while page := ask(offset):
        yield from page
        offset += len(page)
