"""Makes the webhook at Attio that posts to a route, and keeps its secret; repeating it changes nothing.

Which events matter is asked for here; watching that the webhook stays alive is `watcher`'s business.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from attio_api.errors import Gone, NotFound
from attio_api.webhooks import EVENT_TYPES
from attio_api.wire import Json, JsonObject, as_list, as_object, as_text
from attio_relay.store.secrets import Vault, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from attio_api.client import AttioClient

# Attio goes on repeating messages of the old webhook for about three days.
OVERLAP = 4 * 86400.0
SUBJECTS = {"objects": "id.object_id", "lists": "id.list_id"}
FILTERED = {"objects": ("record.", "object-attribute."), "lists": ("list-entry.", "list-attribute.", "list.")}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a webhook should post, and where."""

    route: str
    target_url: str
    events: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Subscribed:
    """What was done: `created`, `updated` or `unchanged`."""

    webhook_id: str
    what: str
    events: int


def subscriptions(wanted: Wanted) -> list[Json]:
    """What Attio is asked for: one subscription an event type, narrowed where a filter can say so."""
    chosen = [name for name in sorted(EVENT_TYPES) if not wanted.events or name in wanted.events]
    return [{"event_type": name, "filter": _filter(name, wanted)} for name in chosen]


def _filter(event_type: str, wanted: Wanted) -> Json:
    """One list of conditions, of which any may hold; nothing for events that have no object or list."""
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


class Subscriber:
    """Brings a route's webhook in line with what is wanted."""

    def __init__(self, client: AttioClient, vault: Vault, clock: Callable[[], float]) -> None:
        self._client = client
        self._vault = vault
        self._clock = clock

    def ensure(self, wanted: Wanted) -> Subscribed:
        """Keep the webhook whose secret we hold, changed where it differs; make one when there is none."""
        asked = subscriptions(wanted)
        current = self.current(wanted.route)
        found = self.present(current.webhook_id) if current else None
        if current is None or found is None:
            return self._create(wanted.route, wanted.target_url, asked)
        self._vault.note_status(current.webhook_id, status=_status(found), now=self._clock())
        same = _comparable(found.get("subscriptions")) == _comparable(asked)
        if same and found.get("target_url") == wanted.target_url:
            return Subscribed(webhook_id=current.webhook_id, what="unchanged", events=len(asked))
        return self._change(current, wanted.target_url, asked)

    def replace(self, route: str) -> Subscribed:
        """Put a new webhook with a new secret in the place of the present one, and miss nothing meanwhile.

        Both deliver for a moment, so every change comes at least once; two messages with different keys lead
        to one sync all the same.
        """
        current = self.current(route)
        if current is None:
            raise NothingToReplaceError(f"Route {route} has no webhook of ours; subscribe first.")
        # Attio allows one webhook for an address, event and filter, and two are needed for a moment.
        fresh = self._create(route, _another_turn(current.target_url), _asked(current))
        if self.present(current.webhook_id) is not None:
            self._client.delete_webhook(current.webhook_id)
        return fresh

    def current(self, route: str) -> Webhook | None:
        """The webhook that delivers to a route now."""
        return next((hook for hook in self._vault.webhooks(route) if hook.not_after is None), None)

    def present(self, webhook_id: str) -> JsonObject | None:
        """The webhook as Attio has it; nothing when it was deleted."""
        try:
            return self._client.get_webhook(webhook_id)
        except (Gone, NotFound):
            return None

    def _create(self, route: str, target_url: str, asked: list[Json]) -> Subscribed:
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
            status=_status(raw),
            created_at=now,
            checked_at=now,
            not_after=None,
        )
        self._keep(webhook, until=now + OVERLAP)
        return Subscribed(webhook_id=webhook.webhook_id, what="created", events=len(asked))

    def _keep(self, webhook: Webhook, *, until: float) -> None:
        """Store the secret; it can never be read again, so a webhook whose secret is lost is taken back."""
        try:
            self._vault.keep_webhook(webhook, replaces_until=until)
        except BaseException:
            self._client.delete_webhook(webhook.webhook_id)
            raise

    def _change(self, current: Webhook, target_url: str, asked: list[Json]) -> Subscribed:
        self._client.update_webhook(current.webhook_id, {"target_url": target_url, "subscriptions": asked})
        self._vault.note_subscriptions(
            current.webhook_id, target_url=target_url, subscriptions=json.dumps(asked)
        )
        return Subscribed(webhook_id=current.webhook_id, what="updated", events=len(asked))


def _status(raw: JsonObject) -> str:
    return as_text(raw.get("status"), "the webhook's status")


def _asked(webhook: Webhook) -> list[Json]:
    return as_list(json.loads(webhook.subscriptions), "subscriptions")


def _another_turn(url: str) -> str:
    """The same address as far as routing goes, another one to Attio."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] != "turn"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("turn", secrets.token_hex(4))])))


def _comparable(raw: Json) -> Sequence[str]:
    """Attio keeps neither the order of subscriptions nor that of conditions."""
    rows: Iterable[Json] = raw if isinstance(raw, list) else []
    return sorted(_written(row) for row in rows)


def _written(raw: Json) -> str:
    if isinstance(raw, dict):
        return "{" + ",".join(f"{name}:{_written(raw[name])}" for name in sorted(raw)) + "}"
    if isinstance(raw, list):
        return "[" + ",".join(sorted(map(_written, raw))) + "]"
    return repr(raw)
