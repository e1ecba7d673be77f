"""The steps in which a stream is read, so that one thread can read many streams at once."""

from collections.abc import Generator, Iterator
from concurrent.futures import Future
from typing import Any, TypeAlias, TypeVar

from airbyte_cdk.models import AirbyteMessage

from source_attio.decode.rows import Row

Awaited: TypeAlias = Future[Any]
Steps: TypeAlias = Iterator[AirbyteMessage | Awaited]
"""What a stream yields: messages, or a future that must be done before it can go on."""
Reading: TypeAlias = Iterator[list[Row] | Awaited]
"""What a reader yields: rows that are new, in order, or a future that must be done first."""
Result = TypeVar("Result")


def arrival(answer: Future[Result]) -> Generator[Awaited, None, Result]:
    """Wait for an answer; yields at least once, so that other streams get their turn between two pages."""
    yield answer
    while not answer.done():
        yield answer
    return answer.result()
