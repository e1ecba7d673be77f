"""The fixture that tests get."""

from attio_emulator.remote import RemoteEmulator


def test_every_test_begins_with_an_empty_workspace(attio: RemoteEmulator) -> None:
    """Limits are off, the clock stands at the same moment, nothing was called."""
    assert ([], [], "2026-01-01T09:00:00.000000000Z") == (attio.calls(), attio.events(), attio.clock())
    for _ in range(60):
        attio.create_record("people", {})
    assert {"read": 0, "write": 60, "all": 60, "200": 60} == attio.counts()
