"""The source's engine on the emulator in one process: no socket, no thread, the same order in every run."""

import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import requests
from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteStream,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
    Type,
)
from requests.adapters import BaseAdapter

from attio_api.errors import UnknownObject
from attio_api.pace import Governor
from attio_emulator.calls.request import Request
from attio_emulator.emulator import Emulator
from source_attio import engine
from source_attio.config import Config
from source_attio.head_start import begin
from source_attio.read.context import Limits, connect
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.attio_api.fake_clock import FakeClock
from unit_tests.attio_api.straight_session import StraightSession, response

TOKEN = "emulator-token"
URL = "http://attio.test"
SMALL = Limits(records_a_page=6, tasks_a_page=5, notes_a_page=5, meetings_a_page=4, rows_a_checkpoint=7)
KEYS = {
    "notes": "note_id",
    "tasks": "task_id",
    "deleted_records": "id",
    "comments": "comment_id",
    "meetings": "meeting_id",
    "call_recordings": "call_recording_id",
    "attribute_values_history": "value_id",
}
LISTINGS = ("/v2/notes", "/v2/tasks", "/v2/threads", "/v2/meetings", "/v2/webhooks")
Row = dict[str, Any]
Relay = Callable[[str, list[tuple[str, str]], dict[str, str]], tuple[int, Any]]


class InProcess(BaseAdapter):
    """Carries requests to an emulator object, and lets somebody write after each answer that holds rows."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self.emulator = emulator
        self.after_answer: Callable[[str], object] | None = None
        """Told the path of each answer that holds rows."""
        self.garble: Callable[[str], bool] = lambda _: False
        self.empties: Callable[[str], bool] = lambda _: False
        """Asked after each answer: whether it is one that holds no row, by mistake."""
        self.relay: Relay | None = None
        self.trouble: dict[str, int | None] = {}
        """By the end of a path: the status that stands for every answer, None for a dropped connection."""
        self.refuses: Callable[[], bool] = lambda: False
        """Asked before each call: whether it is one too many."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        parts = urlsplit(str(request.url))
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if parts.hostname == "relay.test" and self.relay:
            status, body = self.relay(parts.path, pairs, dict(request.headers))
            self._after(parts.path)
            return response(request, status, orjson.dumps(body), {})
        if self.refuses():
            return response(request, 429, b"{}", {})
        for end, status in self.trouble.items():
            if parts.path.endswith(end):
                if status is None:
                    raise requests.ConnectionError("reset")
                return response(request, status, b"{}", {})
        outcome = self.emulator.handle(
            Request(
                method=str(request.method),
                path=parts.path,
                query=dict(pairs),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=bytes(request.body or b""),  # type: ignore[arg-type]
            )
        )
        if parts.path.endswith("/query") or parts.path.startswith(LISTINGS):
            self._after(parts.path)
        body = outcome.answer.body[:-9] if self.garble(parts.path) else outcome.answer.body
        if self.empties(parts.path) and outcome.answer.status == requests.codes.ok:
            body = b'{"data":[],"pagination":{"next_cursor":null}}'
        return response(request, outcome.answer.status, body, dict(outcome.answer.headers))

    def close(self) -> None:
        """Nothing to close."""

    def _after(self, path: str) -> None:
        if self.after_answer:
            self.after_answer(path)


class Bench:
    """An emulated Attio, and a warehouse that is kept up to date from it."""

    def __init__(
        self, emulator: Emulator, *, refresh: bool = False, adapter: InProcess | None = None, **config: Any
    ) -> None:
        self.emulator = emulator
        self.adapter = adapter or InProcess(emulator)
        self.config = config
        self.refresh = refresh
        self.sure = True
        """Whether the states told of every row that was delivered."""
        self.limits = SMALL
        self.clock = FakeClock()
        """What the pace of requests goes by."""
        self.tables: dict[str, dict[str, Row]] = {}
        self.states: dict[str, Row] = {}
        self.requests = 0

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call the emulator as somebody else would; returns `data`. A refusal is a mistake of the test."""
        answer = self.emulator.handle(Request.of(method, path, body=body)).answer
        if answer.status >= 300:
            raise AssertionError(f"{method} {path} is refused with {answer.status}: {answer.body.decode()}")
        return orjson.loads(answer.body or b"{}").get("data")

    def messages(
        self, streams: list[str], *, failures: dict[str, Exception] | None = None
    ) -> Iterator[AirbyteMessage]:
        """Read streams with the states kept so far."""
        session = StraightSession(self.adapter)
        given = {"credentials": {"access_token": TOKEN}, "api_url": URL, **self.config}
        context = connect(
            Config.parse(given),
            limits=self.limits,
            governor=Governor(clock=self.clock, sleep=self.clock.sleep),
            session=session,
            pool=AtOnce(),
            sleep=self.clock.sleep,
        )
        mode = SyncMode.full_refresh if self.refresh else SyncMode.incremental
        chosen = [
            ConfiguredAirbyteStream(
                stream=AirbyteStream(name=name, json_schema={}, supported_sync_modes=[mode]),
                sync_mode=mode,
                destination_sync_mode=DestinationSyncMode.append_dedup,
            )
            for name in streams
        ]
        noted = failures if failures is not None else {}
        return engine.read(begin(context, streams), chosen, self.states, noted, feed=session)

    def sync(
        self,
        streams: list[str],
        *,
        killed_after: int | None = None,
        killed_at_state: int = 0,
        gone: frozenset[str] = frozenset(),
    ) -> list[Row]:
        """Sync into the warehouse; a kill takes effect between two messages. Returns the rows delivered.

        `killed_at_state` counts the states from 1 on, whichever stream's they are. `gone` names the streams
        whose objects Attio does not have.
        """
        delivered: list[Row] = []
        failures: dict[str, Exception] = {}
        states = 0
        messages = self.messages(streams, failures=failures)
        for count, message in enumerate(messages):
            if message.type is Type.RECORD and message.record:
                delivered.append(dict(message.record.data))
                self.store(message.record.stream, dict(message.record.data))
            elif message.type is Type.STATE and message.state and message.state.stream:
                # Through JSON, as the platform keeps it.
                state = orjson.loads(orjson.dumps(vars(message.state.stream.stream_state)))
                self.states[message.state.stream.stream_descriptor.name] = state
            states += message.type is Type.STATE
            if count == killed_after or (message.type is Type.STATE and states == killed_at_state):
                messages.close()  # type: ignore[attr-defined]
                return delivered
        assert gone <= failures.keys()
        for stream, trouble in failures.items():
            if stream not in gone or not isinstance(trouble, UnknownObject):
                raise trouble
        return delivered

    def store(self, stream: str, row: Row) -> None:
        """Keep the newest row of each key, as a destination does: by cursor."""
        table = self.tables.setdefault(stream, {})
        key = row[self.key(stream)]
        before = table.get(key)
        if before is not None:
            same = {**before, "_changed_at": ""} == {**row, "_changed_at": ""}
            assert same or row["_changed_at"] > before["_changed_at"] or not self.sure, (stream, before, row)
            if row["_changed_at"] < before["_changed_at"]:
                return
        table[key] = row

    @staticmethod
    def key(stream: str) -> str:
        """The primary key of a stream."""
        return KEYS.get(stream) or ("entry_id" if stream.endswith("_entries") else "record_id")

    def living(self, stream: str) -> dict[str, Row]:
        """The rows of a table that are not marked as deleted."""
        return {key: row for key, row in self.tables.get(stream, {}).items() if not row.get("_deleted")}


def chance(seed: int) -> random.Random:
    """Chance that is the same in every run."""
    return random.Random(seed)
