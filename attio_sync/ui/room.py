"""The state that all screens share: the paths, the token's identity, the running job."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from attio_api.auth import missing_scopes, needed_by
from attio_sync import dead_runs, workspace
from attio_sync.check import USES
from attio_sync.failures import CommandEnded, explain
from attio_sync.ui.jobs import Jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from attio_api.auth import Identity
    from attio_sync.config import Connection
    from attio_sync.ui.drafts import Drafts
    from attio_sync.ui.guard import Door
    from attio_sync.ui.plans import Plans

_FRESH: Final = 30.0
"""Seconds for which an answer of Attio about the token, or a failure to settle, is used again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenStatus:
    """The token's workspace and scopes, or in `problem` why they are not known."""

    identity: Identity | None = None
    lacking: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""
    api_url: str = ""

    @property
    def name(self) -> str:
        """The workspace's name, or "No workspace"."""
        return (self.identity.workspace_name if self.identity else None) or "No workspace"

    @property
    def may_write(self) -> bool:
        """Whether the token may write records."""
        return self.identity is not None and not self.lacking.get("push records")


class Room:
    """The state of the room from its start to its end."""

    def __init__(  # noqa: PLR0913 -- each is a place or a seam that a test replaces
        self,
        *,
        door: Door,
        folder: Path,
        journal: Path,
        warehouse: Path | None,
        relay: str | None,
        plans: Plans,
        drafts: Drafts,
        connection: Callable[[], Connection],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.door, self.folder, self.journal, self.warehouse, self.relay = (
            door,
            folder,
            journal,
            warehouse,
            relay,
        )
        self.plans, self.drafts, self.connection = plans, drafts, connection
        self.jobs = Jobs(lambda job: self.tell(f"{job.title}: {job.outcome}"))
        self.is_leaving = False
        self.opens_at: tuple[str, ...] = ()
        """The steps to the screen that a browser sees first; empty for the overview."""
        self.tell: Callable[[str], None] = lambda _: None
        """Prints a sentence on the terminal."""
        self._clock = clock
        self._standing: tuple[float, Connection, TokenStatus] | None = None
        self._unsettled: tuple[float, str] | None = None
        self._asking = threading.Lock()
        self._file = threading.RLock()
        self._writers = 0

    def standing(self) -> TokenStatus:
        """What Attio says about the present token; it is asked about the same one at most twice a minute."""
        with self._asking:
            try:
                connection = self.connection()
            except Exception as error:  # noqa: BLE001 -- _problem raises it again where no sentence tells it
                return _problem(error)
            if self._standing is None or self._is_old(*self._standing[:2], connection):
                self._standing = (self._clock(), connection, _ask(connection))
            return self._standing[2]

    def _is_old(self, asked_at: float, asked_about: Connection, connection: Connection) -> bool:
        """Whether an answer is not of now: another token was set meanwhile, or half a minute has gone by."""
        return asked_about != connection or self._clock() - asked_at > _FRESH

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Note that a job has the journal or the tables open for writing during the context."""
        with self._file:
            self._writers += 1
        try:
            yield
        finally:
            with self._file:
                self._writers -= 1

    @contextmanager
    def reading(self) -> Iterator[bool]:
        """Keep jobs from opening files during the context; yields whether one has them open for writing.

        One process can open a DuckDB file in one mode only, so beside a writer pages open it for writing.
        """
        with self._file:
            yield self._writers > 0

    def settle(self) -> str:
        """Look up changes of unknown outcome in Attio unless a job is writing; returns "" or why it failed.

        After a failure it is not tried again for half a minute, so that pages do not wait each time.
        """
        with self.reading() as is_being_written:
            if is_being_written or not self.journal.is_file():
                return ""
            if self._unsettled is None or self._clock() - self._unsettled[0] > _FRESH:
                trouble = dead_runs.settle(self.journal, self.needs)
                self._unsettled = (self._clock(), trouble) if trouble else None
            return self._unsettled[1] if self._unsettled else ""

    def needs(self) -> Connection:
        """The connection; raises Stop where the token is missing or Attio does not accept it."""
        standing = self.standing()
        if standing.problem:
            raise CommandEnded(standing.problem)
        return self.connection()


def _ask(connection: Connection) -> TokenStatus:
    try:
        who = workspace.identity(connection)
    except Exception as error:  # noqa: BLE001 -- as above
        return _problem(error)
    lacking = {use: missing_scopes(who, needed_by(*keys)) for use, keys in USES.items()}
    return TokenStatus(identity=who, lacking=lacking, api_url=connection.api_url)


def _problem(error: Exception) -> TokenStatus:
    """The sentence of a foreseen error; an unforeseen one is raised again."""
    stop = explain(error)
    if stop is None:
        raise error
    return TokenStatus(problem=str(stop))
