"""The interface that both databases implement: transactions that run SQL with named parameters.

`sqlite` and `postgres` implement it; the other modules of this folder hold the SQL statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Value = str | bytes | int | float | None
Parameters = Mapping[str, Value]
# Rows are untyped: a column's type depends on the SQL statement, which no type checker reads.
Row = Mapping[str, Any]


class StoreError(Exception):
    """The database cannot be reached, is full, or broke off: nothing was stored, and a retry is safe."""


class Transaction(Protocol):
    """One transaction in progress."""

    def run(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; returns the number of rows that it changed."""
        ...

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement; returns its rows."""
        ...

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement once for each set of parameters."""
        ...

    def now(self) -> float:
        """The time in seconds since 1970, on a clock that all users of the database share."""
        ...

    def has_table(self, name: str) -> bool:
        """Whether there is a table of this name."""
        ...

    def history(self) -> str | None:
        """A name of the history that the data has: it is another one when a copy has taken over.

        None where the database does not tell.
        """
        ...


class Database(Protocol):
    """The database that keeps the relay's data."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A durable transaction: committed to disk when the block ends, rolled back when it raises."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """A read-only transaction on one consistent snapshot; it neither waits for nor blocks writers."""
        ...

    def exclusive(self) -> AbstractContextManager[Transaction]:
        """A durable transaction; no two exclusive transactions run at the same time."""
        ...

    def start(self) -> None:
        """Begin the work in the background that a database needs when it is in use for long."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


@contextmanager
def closed_on_failure(close: Callable[[], object]) -> Iterator[None]:
    """Close what was just opened if the block fails, since nobody else has it yet."""
    try:
        yield
    except BaseException:
        close()
        raise
