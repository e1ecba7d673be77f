"""Two databases behind one narrow seam: transactions that run SQL with named parameters.

`sqlite` and `postgres` implement it; the other modules of this folder hold the statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Value = str | bytes | int | float | None
Parameters = Mapping[str, Value]
# A column's type depends on the statement, which no checker reads: rows stay untyped until they are named.
Row = Mapping[str, Any]


class StoreError(Exception):
    """The database cannot be reached, is full, or broke off: nothing was stored, try again later."""


class Transaction(Protocol):
    """One transaction in progress."""

    def run(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; the number of rows it touched."""
        ...

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement; what it returned."""
        ...

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement once for each set of parameters."""
        ...

    def now(self) -> float:
        """The time on the one clock that all who share the database go by."""
        ...


class Database(Protocol):
    """Where the relay keeps what it must not lose."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A durable transaction: committed to disk when the block ends, undone when it raises."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """One consistent view, which waits for no writer and keeps none waiting."""
        ...

    def exclusive(self) -> AbstractContextManager[Transaction]:
        """A durable transaction that no other exclusive one runs beside."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
