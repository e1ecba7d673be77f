from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from attio_sync.ui.gate import MOST_FORM, Gate
from attio_sync.ui.guard import COOKIE, Door

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

DOOR = Door(port=8399, part="rabc", session="secret", csrf="token", key="key")
OURS = [
    ("host", "127.0.0.1:8399"),
    ("origin", "http://127.0.0.1:8399"),
    ("sec-fetch-site", "same-origin"),
    ("cookie", f"{COOKIE}=secret"),
]
FORM = {"type": "http.request", "body": b"csrf=token&a=1&a=2", "more_body": False}
GONE = {"type": "http.disconnect"}


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the gate: it answers with the form that the gate has read."""
    text = repr(scope["state"]["form"]) if "state" in scope else "looked"
    await Response(text)(scope, receive, send)


def answered(method: str, headers: list[tuple[str, str]], *received: Message) -> tuple[int | None, str]:
    """The status and the body that a browser gets; None without an answer."""
    sent: list[Message] = []
    left = list(received)

    async def receive() -> Message:
        return left.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": "/rabc/plans",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    asyncio.run(Gate(behind, DOOR)(scope, receive, send))
    if not sent:
        return None, ""
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:]).decode()


def test_a_form_of_the_room_is_read_before_it_is_passed_on() -> None:
    """The control: all its values, in their order."""
    assert (200, "looked") == answered("GET", OURS)
    assert (200, "[('csrf', 'token'), ('a', '1'), ('a', '2')]") == answered("POST", OURS, FORM)


@pytest.mark.parametrize(
    ("body", "status"), [(b"csrf=guess", 403), (b"", 403), (b"csrf=token&a=" + b"x" * MOST_FORM, 413)]
)
def test_a_form_that_the_room_has_not_made_is_refused(body: bytes, status: int) -> None:
    """With another token, with none, and longer than any of the room's."""
    assert status == answered("POST", OURS, FORM | {"body": body})[0]


@pytest.mark.parametrize("sent", [[GONE], [FORM | {"more_body": True}, GONE]])
def test_a_form_that_is_cut_off_is_no_error(sent: list[Message]) -> None:
    """Its browser is gone, so it gets no answer, and nothing is done with a half of it."""
    assert (None, "") == answered("POST", OURS, *sent)


@pytest.mark.parametrize("name", ["host", "origin", "sec-fetch-site"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_header_that_is_sent_twice_is_judged_whole(name: str, *, is_first: bool) -> None:
    """No second value, before the right one or after it, is overlooked."""
    other = [(name, "http://evil.example")]
    headers = other + OURS if is_first else OURS + other

    assert answered("POST", headers, FORM)[0] in {403, 421}
