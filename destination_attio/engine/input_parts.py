"""Splits an input into parts, after noting the last row of each key in the whole of it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from destination_attio.engine.batch import Numbered
    from destination_attio.engine.pipeline import BatchPipeline

Part = tuple[list["Numbered"], bool]
"""Numbered rows, and whether more rows seem to follow."""


def parts(rows: Iterable[Mapping[str, Any]], pipeline: BatchPipeline, most: int) -> Iterator[Part]:
    """The rows in parts of `most`.

    An input of several batches is read to its end first, into the run's scratch file: its rows may come in
    another order when they are asked for again, as those of a query do.
    """
    numbered: Iterator[Numbered] = iter(enumerate(rows, start=1))
    part = list(islice(numbered, most))
    if len(part) == most and pipeline.binding.match:
        numbered = _foreseen(part, numbered, pipeline, most)
        part = list(islice(numbered, most))
    while part:
        yield part, len(part) == most
        part = list(islice(numbered, most))


def _foreseen(
    part: list[Numbered], later: Iterator[Numbered], pipeline: BatchPipeline, most: int
) -> Iterator[Numbered]:
    aside, place = pipeline.tools.waiting.aside, pipeline.place_of_input
    while part:
        pipeline.foresee(part)
        aside.spool(place, part)
        part = list(islice(later, most))
    while part := aside.unspool(place, most):
        yield from part
