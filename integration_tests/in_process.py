"""The destination on an emulator in the same process: no socket, no thread, the same order in every run.

So cheap that a property can be tried on hundreds of workspaces, and the process can be killed at any call.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from requests.adapters import BaseAdapter

from attio_api.client import AttioClient
from attio_emulator.calls.request import Request
from attio_emulator.contract.wire import dumps, loads
from attio_emulator.emulator import Emulator
from attio_emulator.remote import RemoteEmulator
from destination_attio.airbyte.commands import write_with
from destination_attio.config import DestinationConfig
from destination_attio.engine.assembly import Counting
from destination_attio.session import Session
from destination_attio.storage.journal import Journal
from integration_tests.destination.desk import Desk, Row
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.attio_api.straight_session import StraightSession, response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import requests

    from destination_attio.storage.journal import JournalledChange, Run

_JOURNALS: Final = Journal.open(":memory:")
URL = "http://attio.test"


class Killed(BaseException):
    """The process is gone: nobody catches it, and nothing is written down any more."""


class InProcess(RemoteEmulator):
    """A handle on an emulator object, as if it were at an address."""

    def __init__(self) -> None:
        super().__init__(URL)
        self.emulator = Emulator(clock_mode="manual")

    def call(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **params: object
    ) -> tuple[int, Any]:
        request = Request.of(method, path, token=token or self.token, body=body)  # type: ignore[arg-type]  # any JSON
        query = {name: str(one) for name, one in params.items()}
        answer = self.emulator.handle(
            Request(method=method, path=request.path, query=query, headers=request.headers, body=request.body)
        ).answer
        return answer.status, loads(answer.body) if answer.body else None


class Carrier(BaseAdapter):
    """Carries requests to the emulator object; `on_write` hears of each write before and after it is done."""

    def __init__(self, emulator: Emulator, on_write: Callable[[str, int], None]) -> None:
        super().__init__()
        self.emulator, self.on_write, self.writes = emulator, on_write, 0

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        parts = urlsplit(str(request.url))
        is_write = request.method in {"POST", "PUT", "PATCH", "DELETE"} and not parts.path.endswith("/query")
        self.writes += is_write
        if is_write:
            self.on_write("before", self.writes)
        outcome = self.emulator.handle(
            Request(
                method=str(request.method),
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=bytes(request.body or b""),  # type: ignore[arg-type]
            )
        )
        if is_write:
            self.on_write("after", self.writes)
        answer = outcome.answer
        return response(request, answer.status, answer.body, dict(answer.headers))

    def close(self) -> None:
        """Nothing to close."""


class SmallDesk(Desk):
    """A desk in front of an emulator in the same process; `more` configures all its sessions."""

    def __init__(self, folder: Path | None = None, **more: Any) -> None:
        super().__init__(InProcess(), folder or self._own_folder())
        self.more, self._is_journaled = more, True
        self.on_write: Callable[[str, int], None] = lambda *_: None
        self.on_said: Callable[[Row], None] = lambda _: None

    def _own_folder(self) -> Path:
        """A folder that goes with the desk."""
        folder = tempfile.mkdtemp()
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def session(self, **more: Any) -> Session:
        config = DestinationConfig.parse(self.config(**self.more, **more))
        attio: Any = self.attio
        web = StraightSession(Carrier(attio.emulator, self._hear))
        client = AttioClient(
            config.token,
            api_url=config.api_url,
            governor=self.governor(config),
            session=web,
            sleep=lambda _: None,
        )
        self._journal = self.open_journal() if self._is_journaled else None
        return Session(config, client, journal=self._journal, pool=AtOnce(), leases=self.folder)

    @contextmanager
    def unjournaled(self) -> Iterator[None]:
        """Runs without a journal, which take half as long: for what is there before a test begins."""
        self._is_journaled = False
        yield
        self._is_journaled = True

    def governor(self, config: DestinationConfig) -> Counting:
        """Lets requests through without a pause."""
        return Counting(1e6, 1e6)

    def open_journal(self) -> Journal:
        """The journal's file."""
        return Journal.open(self.journal)

    def write(self, lines: Iterable[Row | None], *streams: Row, **more: Any) -> list[Row]:
        """What `destination-attio write` prints for these messages; None is a pause of the input."""
        self.said: list[Row] = []
        raw = (None if one is None else dumps(one) for one in lines)
        with self.session(**more) as session:
            write_with(session, {"streams": list(streams)}, raw, self._say)
        return self.said

    def _say(self, message: Row) -> None:
        self.said.append(message)
        self.on_said(message)

    def rejects(self) -> list[Row]:
        """What is in the rejects file."""
        place = self.folder / "rejects.jsonl"
        return [loads(line) for line in place.read_bytes().splitlines()] if place.exists() else []

    def _hear(self, when: str, number: int) -> None:
        self.on_write(when, number)

    def kill(self) -> None:
        """End the process that runs now, as a kill -9 would: what is in the journal is all there is."""
        if self._journal:
            self._journal.close()
        raise Killed


class MemoryDesk(SmallDesk):
    """Its journal is in memory: opening a file for each of hundreds of runs takes longer than they do."""

    def __init__(self, folder: Path | None = None, **more: Any) -> None:
        super().__init__(folder, **more)
        self._db = _JOURNALS._db.cursor()  # noqa: SLF001 (one database in memory for all desks)
        self.forget_runs()

    def open_journal(self) -> Journal:
        """The journal of this desk."""
        cursor = self._db.cursor()
        cursor.execute("SET TimeZone='UTC'")
        return Journal(cursor)

    def forget_runs(self) -> None:
        """Begin with an empty journal."""
        self._db.execute("DELETE FROM runs; DELETE FROM changes")

    def runs(self) -> list[Run]:
        """What the journal knows of runs."""
        return self.open_journal().runs()

    def changes(self, run_id: str) -> list[JournalledChange]:
        """What the journal knows of a run's writes."""
        return self.open_journal().changes(run_id)
