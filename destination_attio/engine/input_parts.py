"""Splits an input into parts, after noting the last row of each key in the whole of it.

A part has a number of rows, or fewer where these are long, so that it takes a bounded amount of memory.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from destination_attio.model.targets import MOST_OF_ROW, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from destination_attio.engine.batch import Numbered
    from destination_attio.engine.pipeline import BatchPipeline

Part = tuple[list["Numbered"], bool]
"""Numbered rows, and whether more rows seem to follow."""
_SHORT: Final = 10_000
"""Characters of a cell at most that is kept of a row that is rejected for its length: its key is."""


def parts(rows: Iterable[Mapping[str, Any]], pipeline: BatchPipeline, most: int) -> Iterator[Part]:
    """The rows in parts of at most `most`; a row that is too long carries the reason to reject it.

    An input of several batches is read to its end first, into the run's scratch file: its rows may come in
    another order when they are asked for again, as those of a query do.
    """
    found = _parts(enumerate(rows, start=1), most)
    first = next(found, None)
    if first is None:
        return
    if first[1] and pipeline.binding.match:
        yield from _parts(_foreseen(chain([first], found), pipeline, most), most)
    else:
        yield from chain([first], found)


def _foreseen(found: Iterable[Part], pipeline: BatchPipeline, most: int) -> Iterator[Numbered]:
    aside, place = pipeline.tools.waiting.aside, pipeline.place_of_input
    for part, _ in found:
        pipeline.foresee(part)
        aside.spool(place, part)
    while part := aside.unspool(place, most):
        yield from part


def _parts(numbered: Iterable[Numbered], most: int) -> Iterator[Part]:
    part: list[Numbered] = []
    size = 0
    for number, row in numbered:
        length = _length(row)
        if length > MOST_OF_ROW:
            row, length = _too_long(row, length), 0  # noqa: PLW2901 -- the long one is let go at once
        if part and size + length > MOST_OF_ROW:
            yield part, True
            part, size = [], 0
        part.append((number, row))
        size += length
        if len(part) == most:
            yield part, True
            part, size = [], 0
    if part:
        yield part, False


def _length(row: Mapping[str, Any]) -> int:
    """The characters of the row's texts; the rest of it is short."""
    length = 0
    for value in row.values():
        if type(value) is str:
            length += len(value)
        elif type(value) is dict or type(value) is list:
            length += _length_of(value)
    return length


def _length_of(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(_length_of, inner))


def _too_long(row: Mapping[str, Any], length: int) -> Mapping[str, Any]:
    """The short cells of a row, and the reason to reject it."""
    kept = {name: value for name, value in row.items() if _length_of(value) <= _SHORT}
    reason = f"The row has {length:,} characters, and {MOST_OF_ROW:,} are the most that is taken."
    return kept | {UNREADABLE: reason}
