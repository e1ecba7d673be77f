"""Webhooks; deliveries are made by `workers`.

Source: docs.attio.com/rest-api/endpoint-reference/webhooks/create-a-webhook.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from attio_emulator.calls.bodies import sent
from attio_emulator.calls.paging import by_offset
from attio_emulator.calls.routing import Answer, Call, Route, data, json_answer
from attio_emulator.contract.refusals import bad_value, not_found, refuse
from attio_emulator.contract.shapes import (
    Path,
    array,
    either,
    issue,
    names_host,
    nullable,
    one_of,
    shape,
    text,
    wrong_type,
)
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.hooks.subscriptions import EVENT_TYPES, OPERATORS, identity
from attio_emulator.hooks.webhooks import Webhook, is_local


def target_url(value: Json, path: Path) -> list[JsonObject]:
    """Refuse a target without https; unlike Attio, the emulator accepts plain http to this machine."""
    if not isinstance(value, str):
        return wrong_type(value, path, "string")
    if not names_host(value):
        return [issue("invalid_string", path, "Invalid url")]
    if value.startswith("https://") or (urlsplit(value).scheme == "http" and is_local(value)):
        return []
    return [issue("invalid_string", path, "The target URL must start with https://")]


CONDITIONS = array(shape({"field": text(1), "operator": one_of(*sorted(OPERATORS)), "value": text()}))
FILTER = nullable(either(shape({"$or": CONDITIONS}, closed=True), shape({"$and": CONDITIONS}, closed=True)))
SUBSCRIPTIONS = array(shape({"event_type": one_of(*sorted(EVENT_TYPES)), "filter": FILTER}))
NEW = shape({"target_url": target_url, "subscriptions": SUBSCRIPTIONS})
CHANGED = shape({}, {"target_url": target_url, "subscriptions": SUBSCRIPTIONS})


def show(call: Call, webhook: Webhook) -> JsonObject:
    """A webhook as Attio prints it, without its secret."""
    subscriptions: list[Json] = list(webhook.subscriptions)
    return {
        "target_url": webhook.target_url,
        "subscriptions": subscriptions,
        "id": {"workspace_id": webhook.workspace_id, "webhook_id": webhook.webhook_id},
        "status": call.server.deliveries.status(webhook, call.server.clock.now_ns()),
        "created_at": webhook.created_at,
    }


def own(call: Call) -> Iterator[Webhook]:
    """The webhooks of the workspace."""
    return (
        each for each in call.server.deliveries.webhooks.values() if each.workspace_id == call.workspace.id
    )


def find(call: Call) -> Webhook:
    """The webhook of the path."""
    webhook_id = call.uuid("webhook_id")
    for webhook in own(call):
        if webhook.webhook_id == webhook_id:
            return webhook
    raise not_found("Webhook", webhook_id)


def subscriptions_of(call: Call, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The subscriptions of a body, without members that are unknown; every list they name must exist."""
    for subscription in given:
        for condition in conditions_of(subscription):
            if condition["field"] == "id.list_id" and condition["value"] not in call.workspace.lists:
                message = f'The filter names the list "{condition["value"][:100]}", which does not exist.'
                raise bad_value(message, ["data", "subscriptions"])
    return [{"event_type": each["event_type"], "filter": each["filter"]} for each in given]


def conditions_of(subscription: dict[str, Any]) -> Iterator[dict[str, str]]:
    """All conditions of a filter, whether joined by `$and` or by `$or`."""
    for conditions in (subscription["filter"] or {}).values():
        yield from conditions


def keep_unique(call: Call, wanted: Webhook) -> None:
    """Refuse a (target, event type, filter) that the workspace has already, or the request has twice."""
    others = [
        identity(other.target_url, subscription)
        for other in own(call)
        if other.webhook_id != wanted.webhook_id
        for subscription in other.subscriptions
    ]
    names = [identity(wanted.target_url, subscription) for subscription in wanted.subscriptions]
    if len(set(names)) < len(names) or not set(names).isdisjoint(others):
        message = "A webhook with this target URL, event type and filter exists already."
        raise refuse("uniqueness_conflict", message, status=409)


def list_webhooks(call: Call) -> Answer:
    """Webhooks in the order of their ids."""
    ordered = sorted(own(call), key=lambda webhook: webhook.webhook_id)
    page = by_offset(call, ordered, default=10, minimum=10, maximum=100)
    return data([show(call, webhook) for webhook in page])


def create_webhook(call: Call) -> Answer:
    """Make a webhook; no other answer shows the secret."""
    new = sent(call, NEW)
    webhook = Webhook(
        webhook_id=call.workspace.ids.next(),
        workspace_id=call.workspace.id,
        target_url=new["target_url"],
        subscriptions=subscriptions_of(call, new["subscriptions"]),
        secret=call.workspace.ids.secret(),
        created_at=call.now,
    )
    keep_unique(call, webhook)
    call.server.deliveries.put(webhook)
    return data({**show(call, webhook), "secret": webhook.secret})


def read_webhook(call: Call) -> Answer:
    """One webhook."""
    return data(show(call, find(call)))


def update_webhook(call: Call) -> Answer:
    """Change the target or replace the subscriptions."""
    old, change = find(call), sent(call, CHANGED)
    webhook = replace(
        old,
        target_url=change.get("target_url", old.target_url),
        subscriptions=subscriptions_of(call, change.get("subscriptions", old.subscriptions)),
    )
    keep_unique(call, webhook)
    call.server.deliveries.put(webhook)
    return data(show(call, webhook))


def delete_webhook(call: Call) -> Answer:
    """Delete a webhook; its waiting deliveries are dropped."""
    call.server.deliveries.remove(find(call))
    return json_answer({})


READ, WRITE = ("webhook:read",), ("webhook:read-write",)
ROUTES = (
    Route("GET", "/v2/webhooks", list_webhooks, scopes=READ, workspace_level=True),
    Route("POST", "/v2/webhooks", create_webhook, scopes=WRITE, kind="write", workspace_level=True),
    Route("GET", "/v2/webhooks/{webhook_id}", read_webhook, scopes=READ, workspace_level=True),
    Route(
        "PATCH", "/v2/webhooks/{webhook_id}", update_webhook, scopes=WRITE, kind="write", workspace_level=True
    ),
    Route(
        "DELETE",
        "/v2/webhooks/{webhook_id}",
        delete_webhook,
        scopes=WRITE,
        kind="write",
        workspace_level=True,
    ),
)
