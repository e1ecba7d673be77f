from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from attio_sync.ui.gate import MOST_FORM, Gate
from unit_tests.attio_sync.asgi import DOOR, OURS, answered, scope

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

FORM = {"type": "http.request", "body": b"csrf=token&a=1&a=2", "more_body": False}
GONE = {"type": "http.disconnect"}


async def behind(facts: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the gate: it answers with the form that the gate has read."""
    text = repr(facts["state"]["form"]) if "state" in facts else "looked"
    await Response(text)(facts, receive, send)


def sent(method: str, headers: list[tuple[str, str]], *received: Message) -> tuple[int | None, str]:
    """What the gate answers."""
    return answered(Gate(behind, DOOR), scope(method, "/rabc/plans", headers), *received)


def test_a_form_of_the_room_is_read_before_it_is_passed_on() -> None:
    """The control: all its values, in their order."""
    assert (200, "looked") == sent("GET", OURS)
    assert (200, "[('csrf', 'token'), ('a', '1'), ('a', '2')]") == sent("POST", OURS, FORM)


@pytest.mark.parametrize(
    ("body", "status"), [(b"csrf=guess", 403), (b"", 403), (b"csrf=token&a=" + b"x" * MOST_FORM, 413)]
)
def test_a_form_that_the_room_has_not_made_is_refused(body: bytes, status: int) -> None:
    """With another token, with none, and longer than any of the room's."""
    assert status == sent("POST", OURS, FORM | {"body": body})[0]


@pytest.mark.parametrize("received", [[GONE], [FORM | {"more_body": True}, GONE]])
def test_a_form_that_is_cut_off_is_no_error(received: list[Message]) -> None:
    """Its browser is gone, so it gets no answer, and nothing is done with a half of it."""
    assert (None, "") == sent("POST", OURS, *received)


@pytest.mark.parametrize("name", ["host", "origin", "sec-fetch-site"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_header_that_is_sent_twice_is_judged_whole(name: str, *, is_first: bool) -> None:
    """No second value, before the right one or after it, is overlooked."""
    other = [(name, "http://evil.example")]
    headers = other + OURS if is_first else OURS + other

    assert sent("POST", headers, FORM)[0] in {403, 421}
