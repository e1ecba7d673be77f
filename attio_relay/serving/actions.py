"""The actions as one table, which the status page, the API and the commands share.

`access` decides who may use them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.events import MalformedError, parse_delivery
from attio_relay.reading import near
from attio_relay.receiving.receive import bumps, interests
from attio_relay.serving.replays import Period, moment_of, replay
from attio_relay.store.changes import GapReason
from attio_relay.store.deliveries import DeadLetter, Delivery
from attio_relay.subscribing.watcher import Watcher
from attio_relay.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_relay.settings import RelayConfig
    from attio_relay.store.store import Store
    from attio_relay.subscribing.clients import ClientFor
    from attio_relay.subscribing.subscription import Subscriber

MOST_DEAD_LETTERS = 10_000

logger = logging.getLogger(__name__)


class UnknownOrderError(Exception):
    """There is no such action, parameter, connection, route, time or dead letter."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """The result of an action, as one sentence."""

    sentence: str


class Actions:
    """Carries out actions."""

    def __init__(
        self, config: RelayConfig, store: Store, client_for: ClientFor, clock: Callable[[], float]
    ) -> None:
        self._config = config
        self._store = store
        self._client_for = client_for
        self._clock = clock

    def order(self, action: str, about: Mapping[str, str]) -> Done:
        """Carry out one action; raises UnknownOrderError that names the unknown part."""
        if action not in ACTIONS:
            raise UnknownOrderError(f"There is no action {action}; there are {', '.join(ACTIONS)}.")
        _check(action, about)
        done = ACTIONS[action](self, about)
        logger.info("Ordered: %s. %s", action, done.sentence)
        return done

    def _pause(self, about: Mapping[str, str]) -> Done:
        name = self._connection(about)
        self._store.schedule_store.set_paused(name, paused=True)
        return Done(sentence=f"{name} starts no more syncs until it is resumed.")

    def _resume(self, about: Mapping[str, str]) -> Done:
        name = self._connection(about)
        self._store.schedule_store.unblock(name)
        return Done(sentence=f"{name} goes on.")

    def _trigger(self, about: Mapping[str, str]) -> Done:
        name = self._connection(about)
        self._store.schedule_store.trigger(name, now=self._clock())
        return Done(sentence=f"{name} syncs as soon as it can.")

    def _scan(self, about: Mapping[str, str]) -> Done:
        route = self._route(about)
        self._watcher().ask_for_scan(route, GapReason.REQUESTED)
        return Done(sentence=f"Readers of {route} are asked to scan everything once.")

    def _rotate(self, about: Mapping[str, str]) -> Done:
        route = self._route(about)
        fresh = self.subscriber(route).replace(route)
        return Done(sentence=f"{route} has a new webhook, {fresh.webhook_id}, with a new secret.")

    def subscriber(self, route: str) -> Subscriber:
        """The subscriber of a route; it knows the connections that must sync after a gap."""
        return self._watcher().subscriber(route)

    def _watcher(self) -> Watcher:
        store, connections = self._store, self._config.connections
        return Watcher(store.secret_store, store.gaps, connections, self._client_for, self._clock)

    def _replay(self, about: Mapping[str, str]) -> Done:
        """Replay dead letters, or with `since` the changes of a period."""
        if about.keys() & {"route", "since", "until"}:
            if "key" in about or "since" not in about:
                raise UnknownOrderError("replay takes key, or since and route (and until).")
            return self._replay_changes(about)
        return self._replay_letters(about)

    def _replay_changes(self, about: Mapping[str, str]) -> Done:
        route, now = self._route(about), self._clock()
        try:
            since = moment_of(about["since"], "since")
            until = moment_of(about["until"], "until") if "until" in about else now
        except ValueError as error:
            raise UnknownOrderError(str(error)) from None
        connections = [each for each in self._config.connections.values() if each.route == route]
        stretch = Period(since=since, until=until)
        number = replay(self._store, route, connections, stretch, now=now)
        return Done(sentence=f"Of {route}, {counted(number, 'change')} will be handed out once more.")

    def _replay_letters(self, about: Mapping[str, str]) -> Done:
        letters = self._store.delivery_store.dead_letters(limit=MOST_DEAD_LETTERS)
        wanted = about.get("key")
        chosen = [letter for letter in letters if wanted in (None, "all", letter.idempotency_key)]
        if wanted not in (None, "all") and not chosen:
            raise UnknownOrderError("There is no such dead letter.")
        revived = sum(map(self._revived, chosen))
        return Done(sentence=f"{revived} of {counted(len(chosen), 'dead letter')} could be read now.")

    def _revived(self, letter: DeadLetter) -> bool:
        try:
            envelope = parse_delivery(letter.body)
        except MalformedError:
            return False
        interested = [each for each in self._config.connections.values() if each.route == letter.route]
        delivery = Delivery(
            route=letter.route,
            webhook_id=letter.webhook_id,
            idempotency_key=letter.idempotency_key,
            received_at=self._clock(),
            events=envelope.events,
            bumps=bumps(interests(interested), envelope),
        )
        self._store.delivery_store.revive(letter, delivery)
        return True

    def _connection(self, about: Mapping[str, str]) -> str:
        name = _needed(about, "connection")
        if name not in self._config.connections:
            raise UnknownOrderError(f"There is no connection {name!r}.")
        return name

    def _route(self, about: Mapping[str, str]) -> str:
        name = _needed(about, "route")
        if name not in self._config.routes:
            raise UnknownOrderError(f"There is no route {name!r}.")
        return name


ACTIONS: Mapping[str, Callable[[Actions, Mapping[str, str]], Done]] = {
    "pause": Actions._pause,  # noqa: SLF001 (the table belongs to the class)
    "resume": Actions._resume,  # noqa: SLF001 (as above)
    "trigger": Actions._trigger,  # noqa: SLF001 (as above)
    "replay": Actions._replay,  # noqa: SLF001 (as above)
    "rotate": Actions._rotate,  # noqa: SLF001 (as above)
    "scan": Actions._scan,  # noqa: SLF001 (as above)
}
PARAMETERS: Mapping[str, frozenset[str]] = {
    "pause": frozenset({"connection"}),
    "resume": frozenset({"connection"}),
    "trigger": frozenset({"connection"}),
    "replay": frozenset({"key", "route", "since", "until"}),
    "rotate": frozenset({"route"}),
    "scan": frozenset({"route"}),
}


def _check(action: str, about: Mapping[str, str]) -> None:
    """Raise UnknownOrderError for a parameter that is empty, as that of an unset variable is, or unknown.

    It would be passed over, so that the order would be for everything.
    """
    known = PARAMETERS[action]
    for name in sorted(about.keys() & known):
        if not about[name]:
            raise UnknownOrderError(f"The parameter {name} is empty; give it a value, or leave it out.")
    for name in sorted(about.keys() - known):
        raise UnknownOrderError(
            f"{action} has no parameter {name[:50]!r}; it has {', '.join(sorted(known))}.{near(name, known)}"
        )


def _needed(about: Mapping[str, str], name: str) -> str:
    if name not in about:
        raise UnknownOrderError(f"The parameter {name} is missing.")
    return about[name]
