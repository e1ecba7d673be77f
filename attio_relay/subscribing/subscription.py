"""Makes the webhook at Attio that posts to a route and stores its secret; repeating it changes nothing.

Each call to Attio comes between two commits, so that the next call clears up after a failure or a crash.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_api.errors import AttioError, Gone, NotFound, Unreadable
from attio_api.wire import Json, JsonObject, as_list, as_object, as_text
from attio_relay.events import matching
from attio_relay.store.changes import GapReason
from attio_relay.store.database import StoreError
from attio_relay.store.gaps import GapMark
from attio_relay.store.sealing import SealError
from attio_relay.store.webhooks import Webhook
from attio_relay.subscribing.comparison import comparable, reason_of
from attio_relay.subscribing.turns import another_turn, same_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_api.client import AttioClient
    from attio_relay.store.secrets import SecretStore

# Seconds for which an old webhook is accepted: Attio repeats its messages for about three days.
OVERLAP = 4 * 86400.0
ACTIVE = "active"
logger = logging.getLogger(__name__)

SUBJECTS = {"objects": "id.object_id", "lists": "id.list_id"}
FILTERED = {"objects": ("record.", "object-attribute."), "lists": ("list-entry.", "list-attribute.", "list.")}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The address, events, objects and lists that a webhook should have.

    Events are event types or patterns such as `record.*`; objects and lists are ids.
    """

    route: str
    target_url: str
    events: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Subscribed:
    """The webhook of a route after a call; `what` is `created`, `updated` or `unchanged`."""

    webhook_id: str
    what: str
    events: int


def subscriptions(wanted: Wanted) -> list[Json]:
    """The subscriptions to request from Attio: one per event type, filtered by object or list if possible.

    Raises ValueError for an event that Attio does not have.
    """
    chosen = {name for pattern in wanted.events or ("*",) for name in matching(pattern)}
    return [{"event_type": name, "filter": _filter(name, wanted)} for name in sorted(chosen)]


def _filter(event_type: str, wanted: Wanted) -> Json:
    """A filter of which any condition may hold; None for event types without an object or list."""
    scope = _scope(event_type, wanted)
    return {"$or" if len(scope) > 1 else "$and": scope} if scope else None


def _scope(event_type: str, wanted: Wanted) -> list[Json]:
    for kind, ids in (("objects", wanted.objects), ("lists", wanted.lists)):
        if event_type.startswith(FILTERED[kind]):
            return [_condition(SUBJECTS[kind], "equals", name) for name in ids]
    return []


def _condition(path: str, operator: str, value: str) -> Json:
    return {"field": path, "operator": operator, "value": value}


class NothingToReplaceError(Exception):
    """A route has no webhook yet."""


class StrangerError(Exception):
    """Attio has a webhook for the route's address whose secret is not in this store."""


class Subscriber:
    """Makes, changes, replaces and deletes the webhook of a route."""

    def __init__(
        self,
        client: AttioClient,
        secret_store: SecretStore,
        clock: Callable[[], float],
        connections: tuple[str, ...] = (),
    ) -> None:
        self._client = client
        self._secret_store = secret_store
        self._clock = clock
        self._connections = connections
        """The connections that sync once when a gap is found."""

    def ensure(self, wanted: Wanted, *, lost: bool = False) -> Subscribed:
        """Make the route's webhook, or change the stored one to what is wanted; raises StrangerError.

        A new webhook ends a gap when another one was `lost`, or had brought events.
        """
        self.clear(wanted.route)
        asked = subscriptions(wanted)
        current = self.current(wanted.route)
        found = self.present(current.webhook_id) if current else None
        if current is None or found is None:
            lost = lost or current is not None or self._secret_store.had_events(wanted.route)
            gap_mark = self.gap_mark(wanted.route, GapReason.WEBHOOK_LOST) if lost else None
            return self._create_first(wanted, asked, gap_mark)
        self.note(current, status_of(found))
        same = comparable(found.get("subscriptions")) == comparable(asked)
        if same and found.get("target_url") == wanted.target_url:
            return Subscribed(webhook_id=current.webhook_id, what="unchanged", events=len(asked))
        return self._change(current, wanted.target_url, asked)

    def replace(self, route: str) -> Subscribed:
        """Replace the route's webhook by a new one with a new secret, without missing an event.

        Both deliver for a moment, so every change comes at least once; two messages with different keys lead
        to one sync. Raises NothingToReplaceError when the route has no webhook of the relay's own.
        """
        self.clear(route)
        current = self.current(route)
        if current is None:
            raise NothingToReplaceError(f"Route {route} has no webhook that the relay made; subscribe first.")
        found = self.present(current.webhook_id)
        delivers = found is not None and status_of(found) == ACTIVE
        # Marked in the commit that stores the new webhook: a scan before it could miss a change in between.
        gap_mark = None if delivers else self.gap_mark(route, GapReason.WEBHOOK_LOST)
        # Attio allows one webhook for each address, event and filter, so the new address differs by its turn.
        fresh = self._create(route, another_turn(current.target_url), _asked(current), gap_mark)
        self.clear(route)
        return fresh

    def adopt(self, wanted: Wanted) -> Subscribed:
        """Make a webhook in place of those that the store does not know, and delete these at Attio."""
        strangers = self.strangers(wanted.route, wanted.target_url)
        wanted = dataclasses.replace(wanted, target_url=another_turn(wanted.target_url))
        # With the store that knew them, events that no sync had covered may have been lost.
        done = self.ensure(wanted, lost=bool(strangers))
        for webhook_id in strangers:
            self._delete(webhook_id)
        return done

    def remove(self, route: str) -> int:
        """Delete a route's webhooks at Attio and accept no more of their messages; returns their number."""
        waiting = self._secret_store.retire(route, now=self._clock())
        for webhook_id in waiting:
            self._delete(webhook_id)
            self._secret_store.note_gone(webhook_id)
        return len(waiting)

    def clear(self, route: str) -> None:
        """Delete the remains of broken-off attempts: webhooks whose secret was not stored, and replaced ones.

        A webhook that cannot be deleted now stays stored for the next try, and the caller continues.
        """
        intents = self._secret_store.intents(route)
        known = {hook.webhook_id for hook in self._secret_store.webhooks(route)}
        orphans = {
            str(raw.get("target_url")): id_of(raw)
            for raw in (self._client.webhooks() if intents else ())
            if id_of(raw) not in known
        }
        for target_url in intents:
            if target_url not in orphans or self._deleted(orphans[target_url]):
                self._secret_store.forget_intent(target_url)
        for webhook_id in self._secret_store.leftovers(route):
            if self._deleted(webhook_id):
                self._secret_store.note_gone(webhook_id)

    def strangers(self, route: str, target_url: str) -> list[str]:
        """The ids of Attio's webhooks for this address, in any turn, that the store does not know."""
        known = {hook.webhook_id for hook in self._secret_store.webhooks(route)}
        found = [raw for raw in self._client.webhooks() if same_address(raw.get("target_url"), target_url)]
        return [webhook_id for webhook_id in map(id_of, found) if webhook_id not in known]

    def note(self, current: Webhook, status: str) -> None:
        """Store a webhook's status; when it changed, mark a gap, since Attio may have dropped messages."""
        gap_mark = self.gap_mark(current.route, reason_of(current.status, status))
        self._secret_store.note_status(
            current.webhook_id, status=status, now=self._clock(), gap_mark=gap_mark
        )

    def gap_mark(self, route: str, reason: GapReason) -> GapMark:
        """A gap in the route's intake up to now, to be marked by the store."""
        return GapMark(route=route, reason=reason, connections=self._connections, at=self._clock())

    def current(self, route: str) -> Webhook | None:
        """The webhook that delivers to a route now; None without one."""
        return next((hook for hook in self._secret_store.webhooks(route) if hook.not_after is None), None)

    def present(self, webhook_id: str) -> JsonObject | None:
        """The webhook as Attio returns it; None when it was deleted."""
        return looked_up(self._client, webhook_id)

    def _create_first(self, wanted: Wanted, asked: list[Json], gap_mark: GapMark | None) -> Subscribed:
        # Checked before the intent is stored: a webhook found here was not made by a broken-off attempt.
        if any(raw.get("target_url") == wanted.target_url for raw in self._client.webhooks()):
            raise StrangerError(
                "Attio has a webhook for this address whose secret is not in this store (was it lost?)."
                " `attio-relay subscribe --adopt` puts a new one in its place."
            )
        return self._create(wanted.route, wanted.target_url, asked, gap_mark)

    def _deleted(self, webhook_id: str) -> bool:
        try:
            self._delete(webhook_id)
        except AttioError as error:
            logger.warning(
                "The webhook %s is of no more use and cannot be deleted yet: %s", webhook_id, error
            )
            return False
        return True

    def _delete(self, webhook_id: str) -> None:
        try:
            self._client.delete_webhook(webhook_id)
        except (Gone, NotFound):
            logger.info("The webhook %s was deleted already.", webhook_id)

    def _create(
        self, route: str, target_url: str, asked: list[Json], gap_mark: GapMark | None = None
    ) -> Subscribed:
        self._secret_store.intend(route, target_url, now=self._clock())
        raw = self._client.create_webhook(target_url, asked)
        ids = as_object(raw.get("id"), "the webhook's id")
        now = self._clock()
        webhook = Webhook(
            webhook_id=as_text(ids.get("webhook_id"), "webhook_id"),
            route=route,
            workspace_id=as_text(ids.get("workspace_id"), "workspace_id"),
            secret=as_text(raw.get("secret"), "the webhook's secret"),
            target_url=target_url,
            subscriptions=json.dumps(asked),
            status=status_of(raw),
            created_at=now,
            checked_at=now,
            not_after=None,
        )
        self._keep(webhook, until=now + OVERLAP, gap_mark=gap_mark)
        return Subscribed(webhook_id=webhook.webhook_id, what="created", events=len(asked))

    def _keep(self, webhook: Webhook, *, until: float, gap_mark: GapMark | None) -> None:
        """Store the webhook; when that fails, delete it at Attio, since its secret cannot be read again."""
        try:
            self._secret_store.keep_webhook(webhook, replaces_until=until, gap_mark=gap_mark)
        except (StoreError, SealError):
            self._client.delete_webhook(webhook.webhook_id)
            raise

    def _change(self, current: Webhook, target_url: str, asked: list[Json]) -> Subscribed:
        self._client.update_webhook(current.webhook_id, {"target_url": target_url, "subscriptions": asked})
        self._secret_store.note_subscriptions(current, target_url=target_url, subscriptions=json.dumps(asked))
        return Subscribed(webhook_id=current.webhook_id, what="updated", events=len(asked))


def looked_up(client: AttioClient, webhook_id: str) -> JsonObject | None:
    """The webhook as Attio returns it; None when it was deleted.

    Raises Unreadable for another one, which a cache on the way may return.
    """
    try:
        found = client.get_webhook(webhook_id)
    except (Gone, NotFound):
        return None
    if id_of(found) != webhook_id:
        raise Unreadable("Attio's answer is about another webhook.")
    return found


def id_of(raw: JsonObject) -> str:
    """The id of a webhook as Attio returns it; raises Unreadable without one."""
    return as_text(as_object(raw.get("id"), "the webhook's id").get("webhook_id"), "webhook_id")


def status_of(raw: JsonObject) -> str:
    """The status of a webhook as Attio returns it; raises Unreadable without one."""
    return as_text(raw.get("status"), "the webhook's status")


def _asked(webhook: Webhook) -> list[Json]:
    return as_list(json.loads(webhook.subscriptions), "subscriptions")
