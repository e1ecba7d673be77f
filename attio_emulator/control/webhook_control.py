"""The control plane of webhooks: shows deliveries, sets options and states, waits for deliveries.

`/_emulator/webhooks` in the control plane; Attio has no such call.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from attio_emulator.calls.routing import Answer, Call, Route, json_answer
from attio_emulator.contract.refusals import not_found
from attio_emulator.contract.shapes import (
    Check,
    Path,
    boolean,
    conform,
    integer,
    issue,
    number,
    one_of,
    shape,
)
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.hooks.webhooks import Delivery, DeliveryOptions, Webhook
from attio_emulator.model.clock import stamp
from attio_emulator.routes.files import content_of


def not_negative(value: Json, path: Path) -> list[JsonObject]:
    """The issues of a number that must not be negative."""
    wrong = number()(value, path)
    negative = not wrong and isinstance(value, int | float) and value < 0
    return [issue("too_small", path, "Number must not be negative")] if negative else wrong


CHECKS: Mapping[type, Check] = {int: integer(1), float: not_negative, bool: boolean()}
MAY_BE_NONE: Mapping[str, Check] = {"retries": integer(0), "seed": integer()}
OPTIONS = shape(
    {},
    {each.name: MAY_BE_NONE.get(each.name, CHECKS[type(each.default)]) for each in fields(DeliveryOptions)},
    closed=True,
)
DRAIN = shape({}, {"timeout_seconds": not_negative}, closed=True)
STATUS = shape({"status": one_of("active", "degraded", "inactive")}, closed=True)
LONGEST_WAIT = 10.0


def show_delivery(delivery: Delivery) -> JsonObject:
    """A delivery as JSON: its body, signature, state and tries."""
    tries: list[Json] = [{**each, "at": stamp(each["at"])} for each in delivery.tries]
    return {
        "number": delivery.number,
        "webhook_id": delivery.webhook_id,
        "target_url": delivery.target_url,
        "idempotency_key": delivery.idempotency_key,
        "signature": delivery.signature,
        "body": delivery.body.decode(),
        "state": delivery.state,
        "due_at": stamp(delivery.due),
        "tries": tries,
    }


def show_webhook(call: Call, webhook: Webhook) -> JsonObject:
    """A webhook as JSON, with its secret, which Attio's API shows only when it is created."""
    return {
        "webhook_id": webhook.webhook_id,
        "workspace_id": webhook.workspace_id,
        "target_url": webhook.target_url,
        "status": call.server.deliveries.status(webhook, call.server.clock.now_ns()),
        "secret": webhook.secret,
    }


def overview(call: Call) -> Answer:
    """Options, webhooks and deliveries; `webhook_id`, `state` and `since` narrow down the deliveries."""
    deliveries, query = call.server.deliveries, call.query
    since = call.integer("since", default=0)
    chosen = [
        show_delivery(each)
        for each in deliveries.all()
        if each.number > since
        and query.get("state", each.state) == each.state
        and query.get("webhook_id", each.webhook_id) == each.webhook_id
    ]
    webhooks = [show_webhook(call, each) for each in deliveries.webhooks.values()]
    options = asdict(deliveries.options)
    return json_answer({"options": options, "webhooks": webhooks, "deliveries": chosen})


def configure(call: Call) -> Answer:
    """Change options; those not named stay as they are."""
    changes: dict[str, Any] = conform(call.json(), OPTIONS)
    options = call.server.deliveries.configure(**changes)
    call.server.workers.wake()
    return json_answer({"options": asdict(options)})


def set_status(call: Call) -> Answer:
    """Set a webhook's status, which real failures would reach only after days."""
    webhook = call.server.deliveries.webhooks.get(call.uuid("webhook_id"))
    if webhook is None:
        raise not_found("Webhook", call.params["webhook_id"])
    status = str(conform(call.json(), STATUS)["status"])
    call.server.deliveries.force_status(webhook, status, call.server.clock.now_ns())
    return json_answer(show_webhook(call, webhook))


def drain(call: Call) -> Answer:
    """Wait until every delivery was tried once, or as far as a stopped clock allows."""
    body: dict[str, Any] = conform(call.json(), DRAIN) if call.raw else {}
    drained = call.server.workers.drain(body.get("timeout_seconds", LONGEST_WAIT))
    return json_answer({"drained": drained, "open": call.server.deliveries.open()})


def file_content(call: Call) -> Answer:
    """The bytes of an uploaded file; `/v2/files/{file_id}/download` redirects here."""
    for workspace in call.server.workspaces.values():
        file = workspace.attachments.files.get(call.uuid("file_id"))
        if file is not None:
            return content_of(file)
    raise not_found("File", call.params["file_id"])


CONTROL_ROUTES = (
    Route("GET", "/_emulator/webhooks", overview),
    Route("POST", "/_emulator/webhooks", configure),
    Route("POST", "/_emulator/webhooks/drain", drain, waits=True),
    Route("POST", "/_emulator/webhooks/{webhook_id}", set_status),
    Route("GET", "/_emulator/files/{file_id}", file_content),
)
