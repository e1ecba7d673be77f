"""The relay's neighbours as they misbehave: the database, Attio, and an Airbyte or http target.

Every call to one of them and every commit pays a toll to the world, which says what goes wrong at it.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from attio_api.errors import ConnectionBroken, Forbidden, NotFound, ServerTrouble
from attio_relay.store.database import Database, StoreError, Transaction

# Seconds until a request that its sender gave up arrives after all.
LATE = 45.0

HTTP_FAULTS = ("kill_before", "kill_after", "refused", "cut", "lost", "half", "404", "429", "502", "late")
FAULTS: Mapping[str, tuple[str, ...]] = {
    "airbyte": (*HTTP_FAULTS, "false", "401", "403", "409"),
    "http": (*HTTP_FAULTS, "409"),
    "attio": ("kill_before", "kill_after", "cut", "lost", "refuse", "trouble"),
    "commit": ("fail", "lost", "kill_before", "kill_after"),
}


class KilledError(BaseException):
    """The process dies here; nothing that handles errors sees it."""


class World(Protocol):
    """What the neighbours share: it takes their toll, tells the time, and does what they are asked for."""

    now: float
    later: list[tuple[float, Callable[[], Any]]]

    def toll(self, kind: str) -> str | None:
        """What goes wrong at this call or commit."""

    def need(self) -> int:
        """Up to which event the relay has claimed."""

    def airbyte(self, method: str, path: str, need: int) -> tuple[int, Any]:
        """What Airbyte answers."""

    def called(self, run_id: str, need: int) -> tuple[int, Any]:
        """What an http target answers."""

    def rival_tries(self) -> None:
        """Another replica tries to take the lease."""


class Fronted:
    """Stands in front of a database; a class of it changes what a transaction is."""

    def __init__(self, real: Database) -> None:
        self.real = real

    def reading(self) -> AbstractContextManager[Transaction]:
        return self.real.reading()

    def exclusive(self) -> AbstractContextManager[Transaction]:
        return self.real.exclusive()

    def start(self) -> None:
        self.real.start()

    def close(self) -> None:
        self.real.close()


class Tolled(Fronted):
    """The database behind its toll."""

    def __init__(self, real: Database, world: World) -> None:
        super().__init__(real)
        self.world = world

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        fault = self.world.toll("commit")
        if fault == "fail":
            raise StoreError("failed")
        with self.real.transaction() as transaction:
            transaction.now = lambda: self.world.now  # type: ignore[method-assign] # one clock for all
            yield transaction
            if fault == "kill_before":
                raise KilledError
        if fault == "kill_after":
            raise KilledError
        if fault == "lost":
            raise StoreError("committed, and nobody said so")


class Skewed(Fronted):
    """A database on which another replica writes, without a toll and by another reading of the clock."""

    def __init__(self, real: Database, now: float) -> None:
        super().__init__(real)
        self.now = now

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.real.transaction() as transaction:
            transaction.now = lambda: self.now  # type: ignore[method-assign] # as above
            yield transaction


class Attio:
    """Its webhooks, as the relay's client sees them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hooks: dict[str, dict[str, Any]] = {}
        self.made = 0

    def call(self, effect: Callable[[], Any]) -> Any:
        fault = self.world.toll("attio")
        errors = {"cut": ConnectionBroken, "refuse": Forbidden, "trouble": ServerTrouble}
        if fault == "kill_before":
            raise KilledError
        if fault in errors:
            raise errors[fault]("no")
        found = effect()
        if fault == "kill_after":
            raise KilledError
        if fault == "lost":
            raise ConnectionBroken("the answer was lost")
        return found

    def webhooks(self) -> list[Any]:
        return list(self.call(lambda: list(self.hooks.values())))

    def create_webhook(self, target_url: str, subscriptions: list[Any]) -> Any:
        def make() -> dict[str, Any]:
            self.made += 1
            name = f"hook-{self.made}"
            ids = {"webhook_id": name, "workspace_id": "w"}
            known = {"target_url": target_url, "subscriptions": subscriptions, "status": "active"}
            self.hooks[name] = {"id": ids, **known}
            return {**self.hooks[name], "secret": f"secret of {name}"}

        return self.call(make)

    def get_webhook(self, webhook_id: str) -> Any:
        return self.call(lambda: self.known(webhook_id))

    def delete_webhook(self, webhook_id: str) -> None:
        self.call(lambda: (self.known(webhook_id), self.hooks.pop(webhook_id)))

    def known(self, webhook_id: str) -> dict[str, Any]:
        if webhook_id not in self.hooks:
            raise NotFound("no such webhook")
        return self.hooks[webhook_id]


class Net:
    """The session of a target: what is sent arrives in the world, or not."""

    def __init__(self, world: World, kind: str) -> None:
        self.world = world
        self.kind = kind

    def post(self, url: str, **given: Any) -> requests.Response:
        if url.endswith("/applications/token"):
            return self.exchange(lambda: (200, {"access_token": "t", "expires_in": 180}))
        need = self.world.need()
        return self.exchange(lambda: self.world.called(given["headers"]["webhook-id"], need))

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        need = self.world.need()
        return self.exchange(lambda: self.world.airbyte(method, url.partition("airbyte")[2], need))

    def exchange(self, effect: Callable[[], tuple[int, Any]]) -> requests.Response:
        self.world.rival_tries()
        fault = self.world.toll(self.kind)
        if fault == "kill_before":
            raise KilledError
        if fault == "refused":
            cause = MaxRetryError(None, "/", NewConnectionError(None, "refused"))  # type: ignore[arg-type] # no pool
            raise requests.ConnectionError(cause)
        if fault == "late":
            self.world.later.append((self.world.now + LATE, effect))
        if fault in {"cut", "late"}:
            raise requests.ReadTimeout
        if fault and fault.isdigit():
            return answer(int(fault), b"<html>somebody in between</html>")
        status, content = effect()
        body = json.dumps(content).encode()
        if fault == "kill_after":
            raise KilledError
        if fault == "lost":
            raise requests.ReadTimeout
        return answer(
            status, {"half": body[: len(body) // 2], "false": b'["nothing"]'}.get(fault or "", body)
        )


def answer(status: int, body: bytes) -> requests.Response:
    found = requests.Response()
    found.status_code = status
    found.raw = io.BytesIO()
    found._content = body  # noqa: SLF001 (how requests is told what was received)
    return found
