"""A database whose process dies at a chosen commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attio_relay.store.database import Database, Transaction


class CrashError(Exception):
    """The process dies here."""


class CrashingDatabase:
    """A database whose process dies right after the commit that was chosen."""

    def __init__(self, real: Database) -> None:
        self.real = real
        self.commits_left: int | None = None
        self.clock: Callable[[], float] = lambda: 0.0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        if self.commits_left == 0:
            raise CrashError
        with self.real.transaction() as transaction:
            transaction.now = self.clock  # type: ignore[method-assign] # the story has a clock of its own
            yield transaction
        if self.commits_left is not None:
            self.commits_left -= 1

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self.real.reading() as transaction:
            yield transaction

    @contextmanager
    def exclusive(self) -> Iterator[Transaction]:
        with self.real.exclusive() as transaction:
            yield transaction

    def start(self) -> None:
        self.real.start()

    def close(self) -> None:
        self.real.close()
