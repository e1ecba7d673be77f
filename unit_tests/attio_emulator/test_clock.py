"""The emulator's time: it stands, moves with writes, and is set."""

from unit_tests.attio_emulator.calling import Api

PEOPLE = "/v2/objects/people/records"


def test_the_clock_stands_and_moves_with_writes(api: Api) -> None:
    """Every write call has its own millisecond, and all it stores carries that moment."""
    one, two = (api("GET", f"{PEOPLE}/{api.record('people', {})}")["data"]["created_at"] for _ in range(2))

    assert ("2026-01-01T09:00:00.001000000Z", "2026-01-01T09:00:00.002000000Z") == (one, two)


def test_the_clock_can_be_set_and_moved(api: Api) -> None:
    """By a moment with nanoseconds, by seconds, and back to the wall."""
    api("POST", "/_emulator/clock", {"now": "2030-01-01T00:00:00.000000001Z"})
    moved = api("POST", "/_emulator/clock", {"advance_seconds": 1.5})
    real = api("POST", "/_emulator/clock", {"mode": "real"})

    assert {"now": "2030-01-01T00:00:01.500000001Z", "mode": "manual"} == moved
    assert ("real", True) == (real["mode"], real["now"] < "2030")
    for wrong in (
        {"now": "noon"},
        {"now": "9999-12-31"},
        {"advance_seconds": 1e300},
        {"advance_seconds": "1"},
    ):
        assert (400, "validation_type") == api.refusal("POST", "/_emulator/clock", wrong)
