"""Posts a signed trial event to the running relay as Attio would, to test address, secret and store."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests

from attio_api.webhooks import sign
from attio_relay.events import matching
from attio_relay.peers import is_success
from attio_relay.reading import ConfigError
from attio_relay.subscribing.clients import target_url

if TYPE_CHECKING:
    from attio_relay.settings import RelayConfig
    from attio_relay.store.secrets import SecretStore

TIMEOUT = 10.0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """An invented event; its record does not exist in Attio."""

    route: str
    event_type: str
    object_id: str | None


@dataclass(frozen=True, kw_only=True)
class _Sender:
    """The secret, webhook and workspace with which the trial is signed."""

    secret: str
    webhook_id: str
    workspace_id: str


def post(config: RelayConfig, secret_store: SecretStore, trial: Trial, url: str | None) -> str:
    """Post the trial event and return a sentence about the answer; raises ConfigError when it is refused."""
    try:
        several = matching(trial.event_type) != [trial.event_type]
    except ValueError as error:
        raise ConfigError(str(error)) from None
    if several:
        raise ConfigError(f"{trial.event_type} is a pattern; the trial is one event, such as record.updated.")
    sender = _sender(config, secret_store, trial.route)
    body = json.dumps({"webhook_id": sender.webhook_id, "events": [_event(trial, sender)]}).encode()
    address = target_url(url or _listens(config), config.routes[trial.route])
    headers = {"Attio-Signature": sign(sender.secret, body), "Idempotency-Key": f"trial-{uuid.uuid4()}"}
    try:
        answer = requests.post(address, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        shown = address.partition("?")[0]
        raise ConfigError(f"Nothing answers at {shown} ({type(error).__name__}). Does it run?") from None
    if is_success(answer):
        return f"The relay has stored a {trial.event_type} for route {trial.route}."
    raise ConfigError(f"The relay refused the event with HTTP {answer.status_code}: {answer.text[:200]}")


def _event(trial: Trial, sender: _Sender) -> dict[str, object]:
    ids = {"workspace_id": sender.workspace_id, "object_id": trial.object_id or str(uuid.uuid4())}
    return {
        "event_type": trial.event_type,
        "id": ids | {"record_id": str(uuid.uuid4())},
        "actor": {"type": "system", "id": None},
    }


def _sender(config: RelayConfig, secret_store: SecretStore, route: str) -> _Sender:
    known = config.routes[route]
    for webhook in secret_store.webhooks(route):
        if webhook.not_after is None:
            return _Sender(
                secret=webhook.secret, webhook_id=webhook.webhook_id, workspace_id=webhook.workspace_id
            )
    if known.secrets:
        return _Sender(
            secret=known.secrets[0],
            webhook_id=known.webhook_id or str(uuid.uuid4()),
            workspace_id=known.workspace_id or str(uuid.uuid4()),
        )
    raise ConfigError(f"Route {route} has no secret to sign with: subscribe first.")


def _listens(config: RelayConfig) -> str:
    server = config.server
    host = f"[{server.host}]" if ":" in server.host else server.host
    return server.public_url or f"http://{host}:{server.port}"
