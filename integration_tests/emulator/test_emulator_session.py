"""One broad session over HTTP: every endpoint of the emulator is called, and nothing goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_emulator.calls.routing import Router
from attio_emulator.endpoints import ROUTES
from attio_emulator.routes import oauth, unsupported
from integration_tests.attio_session.calling import Exchange, Session
from integration_tests.attio_session.whole import whole_session

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

# A browser and an app call these; they have tests of their own.
ELSEWHERE = {(route.method, route.path) for route in oauth.ROUTES}


def session(attio: RemoteEmulator) -> list[Exchange]:
    """What is said in one whole session."""
    calls = Session(url=attio.url, token=attio.token)
    whole_session(calls)
    return calls.exchanges


def test_nothing_goes_wrong_in_a_whole_session(attio: RemoteEmulator) -> None:
    """No call is answered by a server error."""
    assert [] == [exchange for exchange in session(attio) if exchange.status >= 500]


def test_every_endpoint_succeeds_in_a_whole_session(attio: RemoteEmulator) -> None:
    """Each route that is not left out answers at least one call of the session with success."""
    router = Router(ROUTES)
    succeeded = set()
    for exchange in session(attio):
        found = router.find(exchange.method, tuple(exchange.path.strip("/").split("/")))
        if found is not None and exchange.status < 400:
            succeeded.add((found[0].method, found[0].path))

    expected = {(route.method, route.path) for route in ROUTES} - {*unsupported.UNSUPPORTED, *ELSEWHERE}
    assert expected == succeeded, "a new endpoint is called in integration_tests/attio_session"


def test_the_same_session_brings_the_same_answers(attio: RemoteEmulator) -> None:
    """On a clock that stands still, the same calls give the same ids, times and bodies."""
    first = session(attio)
    attio.reset()

    assert first == session(attio)
