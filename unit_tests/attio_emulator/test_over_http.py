"""Calls of facts over HTTP."""

from attio_emulator.facts import over_http
from attio_emulator.remote import RemoteEmulator


def test_a_refused_pace_is_kept(attio: RemoteEmulator) -> None:
    """A call that is answered 429 is repeated after the moment that Attio names."""
    attio.fault("status", method="GET", path="/v2/self", status=429, count=1)
    waits: list[float] = []
    send = over_http.sender(attio.url, sleep=waits.append, clock=lambda: 0.0)

    assert 200 == send("GET", "/v2/self", attio.token, None).status
    assert 3 == len(waits)
    assert waits[1] > 1_000_000_000
