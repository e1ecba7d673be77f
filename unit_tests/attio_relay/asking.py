"""A relay without sockets: requests go straight into its router."""

import asyncio
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attio_api.webhooks import sign
from attio_relay.config import parse
from attio_relay.serving.app import Relay
from attio_relay.store.store import open_store

SECRET = "a" * 64
OLD_SECRET = "b" * 64
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
CONFIG = f"""
[server]
admin_token = "the-admins-token"
public_url = "https://relay.example.com"
body_limit = 4096
body_deadline = "50ms"
queue = 2
[[routes]]
name = "acme"
secret = "{SECRET}"
old_secret = "{OLD_SECRET}"
workspace_id = "w"
webhook_id = "hook"
feed_token = "token-of-the-feed"
[[routes]]
name = "guarded"
secret = "{SECRET}"
query_secret = "second"
[[connections]]
name = "crm"
route = "acme"
debounce = "1h"
max_wait = "1h"
ignore_actors = ["api-token:us"]
[connections.target]
type = "command"
command = ["true"]
"""


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Asked:
    """A relay, and how to ask it."""

    relay: Relay
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, url: str, *chunks: bytes, stall: bool = False, **headers: str) -> Got:
        return asyncio.run(self._ask(method, url, list(chunks) or [b""], stall, headers))

    async def _ask(
        self, method: str, url: str, chunks: list[bytes], stall: bool, headers: Mapping[str, str]
    ) -> Got:
        path, _, query = url.partition("?")
        sent: list[Any] = []
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [
                (name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()
            ],
        }

        async def receive() -> Any:
            if not chunks:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks) or stall}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.relay.router(scope, receive, send)
        head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Got(status=sent[0]["status"], headers=head, body=sent[1]["body"])

    def deliver(
        self, body: bytes, key: str = "k", route: str = "acme", secret: str = SECRET, **headers: str
    ) -> Got:
        return self.ask(
            "POST",
            f"/hooks/{route}",
            body,
            attio_signature=sign(secret, body),
            idempotency_key=key,
            **headers,
        )


def a_relay(folder: Path, text: str = CONFIG) -> Asked:
    config = parse(tomllib.loads(text), {"ATTIO_RELAY_KEY": KEY}, folder=folder)
    return Asked(Relay(config, open_store(config), {}))


def event(event_type: str = "record.updated", actor: str = "person", **members: str) -> dict[str, Any]:
    ids = {"workspace_id": "w", "object_id": "o", "record_id": "r"} | members
    return {"event_type": event_type, "id": ids, "actor": {"type": "api-token", "id": actor}}


def delivery(*events: dict[str, Any], webhook_id: str = "hook") -> bytes:
    return json.dumps({"webhook_id": webhook_id, "events": list(events)}).encode()
