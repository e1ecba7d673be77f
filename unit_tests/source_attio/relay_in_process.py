"""The relay's own reader of events, store and feed in this process, fed by the emulator's events.

Left out are the socket, the signature and the watcher's clockwork, which `unit_tests/attio_relay` and
`integration_tests/relay` look after; time is the emulator's.
"""

import asyncio
import itertools
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from attio_emulator.emulator import Emulator
from attio_emulator.model.clock import BILLION
from attio_relay.config import parse
from attio_relay.metrics import Metrics
from attio_relay.receiving.receive import Content, Message, Receiver
from attio_relay.receiving.signatures import Credential, SignatureVerifier
from attio_relay.receiving.writer import Writer
from attio_relay.serving.feed_api import FeedApi
from attio_relay.store.alerts import Alerts
from attio_relay.store.changes import Feed, GapReason
from attio_relay.store.deliveries import Delivery, DeliveryStore
from attio_relay.store.schema import migrate
from attio_relay.store.sealing import Sealer
from attio_relay.store.secrets import SecretStore
from attio_relay.store.sqlite import SqliteDatabase

ROUTE = "acme"
FEED = {"url": f"http://relay.test/feeds/{ROUTE}", "token": "token-of-the-feed"}
CONFIG = {"routes": [{"name": ROUTE, "secret": "a" * 64, "feed_token": FEED["token"]}]}


class RelayInProcess:
    """Keeps what the emulator tells, and answers whoever reads the feed."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator, self.folder = emulator, folder
        self.down = self.deaf = False
        self._keys = itertools.count(1)
        self._runner = asyncio.Runner()
        self._database: SqliteDatabase | None = None
        self.begin_anew()
        emulator.workspace.listeners.append(self.hear)

    def begin_anew(self) -> None:
        """Take an empty store, as after a disk was lost."""
        if self._database:
            self._database.close()
        path = self.folder / f"relay-{next(self._keys)}.db"
        # No test cuts the power, so nothing has to be flushed.
        self._database = database = SqliteDatabase(path, synchronous="OFF")
        migrate(database, epoch=path.stem)
        config = parse(CONFIG, {}, folder=self.folder)
        vault, metrics = SecretStore(database, Sealer(lambda: ())), Metrics()
        self._inbox, self._feed = DeliveryStore(database), Feed(database)
        trust = SignatureVerifier(config.routes, vault, Alerts(database).note_refused, self._now, self._now)
        writer = Writer(self._inbox.accept, prove=lambda: None, capacity=1, stored=lambda: None)
        self._receiver = Receiver({}, trust, writer, metrics, self._now, self._now)
        self._api = FeedApi(config.routes, self._feed, vault, metrics)
        self._waiting: list[Delivery] = []

    def close(self) -> None:
        """Let go of the store and the loop."""
        if self._database:
            self._database.close()
        self._runner.close()

    def hear(self, _: object, event: dict[str, Any]) -> None:
        """Take a delivery in; while deaf, lose it, which the watcher finds out."""
        if self.deaf:
            self._store()
            self._feed.mark_gap(ROUTE, reason=GapReason.WEBHOOK_LOST, now=self._now())
            return
        body = json.dumps({"webhook_id": "hook", "events": [event]}).encode()
        key = f"k{next(self._keys)}"
        message = Message(route=ROUTE, idempotency_key=key, signature="", second_factor="")
        credential = Credential(secret="", webhook_id="hook", workspace_id=self.emulator.workspace.id)
        delivery = self._receiver.delivery(message, Content(body=body, at=self._now()), credential)
        assert delivery is not None
        assert delivery.problem is None
        self._waiting.append(delivery)

    def prune(self) -> None:
        """Forget everything that is older than now."""
        self._store()
        self._feed.prune(before=self._now(), limit=10**6)

    def answer(self, path: str, pairs: list[tuple[str, str]], headers: dict[str, str]) -> tuple[int, Any]:
        """Answer `GET …/changes`."""
        if self.down:
            return 503, {"error": "down"}
        self._store()
        found = self._runner.run(self._ask(path, pairs, headers))
        return found.status_code, orjson.loads(found.body)

    async def _ask(self, path: str, pairs: list[tuple[str, str]], headers: dict[str, str]) -> Response:
        named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "path_params": {"route": path.split("/")[2]},
            "query_string": urlencode(pairs).encode(),
            "headers": named,
        }

        async def nothing() -> Any:
            raise AssertionError("a reader sends no body")

        return await self._api.answer(Request(scope, nothing))

    def _store(self) -> None:
        """Commit what waits, as the relay's writer does with deliveries that arrive together."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._inbox.accept(waiting)

    def _now(self) -> float:
        return self.emulator.clock.now_ns() / BILLION
