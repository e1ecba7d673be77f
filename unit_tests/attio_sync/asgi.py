"""A room of an empty folder without a server, and requests as its server hands them on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attio_api.auth import Identity
from attio_sync.config import NO_TOKEN, Connection
from attio_sync.failures import WrongUsage
from attio_sync.ui.app import application
from attio_sync.ui.drafts import Drafts
from attio_sync.ui.guard import COOKIE, Door
from attio_sync.ui.plans import Plans
from attio_sync.ui.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Message

DOOR = Door(port=8399, part="rabc", session="secret", csrf="token", key="key")
OURS = [
    ("host", "127.0.0.1:8399"),
    ("origin", "http://127.0.0.1:8399"),
    ("sec-fetch-site", "same-origin"),
    ("cookie", f"{COOKIE}=secret"),
]


TOKEN = Connection(token="a-token-of-attio")
IDENTITY = Identity(
    active=True,
    scopes=frozenset({"record_permission:read-write", "object_configuration:read"}),
    workspace_id="w",
    workspace_name="Demo",
)
"""Of a token that may write records."""


def signed_out() -> Connection:
    """Nobody has signed in."""
    raise WrongUsage(NO_TOKEN)


def room_in(
    folder: Path,
    *,
    connection: Callable[[], Connection] = signed_out,
    clock: Callable[[], float] = lambda: 0.0,
) -> Room:
    """A room whose files are all in one folder."""
    return Room(
        door=DOOR,
        folder=folder,
        journal=folder / "journal.duckdb",
        warehouse=None,
        relay=None,
        plans=Plans(folder / "plans"),
        drafts=Drafts(folder=folder, private=folder / "uploads"),
        connection=connection,
        clock=clock,
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page, and where the room redirects to, as the steps inside the room."""

    status: int
    text: str
    leads_to: str = ""


def seen(room: Room, path: str, form: dict[str, str] | None = None, query: str = "") -> Seen:
    """What a browser gets that was let in: by a link, or with one of the room's forms."""
    body = urlencode({"csrf": DOOR.csrf} | (form or {})).encode()
    facts = scope("GET" if form is None else "POST", f"/{DOOR.part}/{path}")
    facts |= {"query_string": query.encode()}
    sent = _sent(application(room), facts, {"type": "http.request", "body": body})
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    to = headers.get("location", "").removeprefix(f"/{DOOR.part}/")
    return Seen(status=sent[0]["status"], text=_text(sent), leads_to=to)


def scope(method: str, path: str, headers: list[tuple[str, str]] = OURS) -> dict[str, object]:
    """The facts of a request."""
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "server": ("127.0.0.1", 8399),
        "scheme": "http",
    }


def answered(app: ASGIApp, facts: dict[str, object], *received: Message) -> tuple[int | None, str]:
    """The status and the body that a browser gets; None without an answer."""
    sent = _sent(app, facts, *received)
    return (sent[0]["status"], _text(sent)) if sent else (None, "")


def _sent(app: ASGIApp, facts: dict[str, object], *received: Message) -> list[Message]:
    sent: list[Message] = []
    left = list(received)

    async def receive() -> Message:
        return left.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(facts, receive, send))
    return sent


def _text(sent: list[Message]) -> str:
    return b"".join(one.get("body", b"") for one in sent[1:]).decode()
