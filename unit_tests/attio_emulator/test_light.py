"""The seed `light`."""

from unit_tests.attio_emulator.calling import Api


def test_light_records_are_many_and_small(api: Api) -> None:
    """The seed `light` takes how many readings there are, and nothing else; each has about a kilobyte."""
    counts = api("POST", "/_emulator/seed", {"name": "light", "readings": 700})["counts"]
    page = api.raw("POST", "/v2/objects/readings/records/query", {"limit": 500}).body

    assert 700 == counts["readings"]
    assert 1000 < len(page) / 500 < 1200
    for wrong in ({"readings": -1}, {"readings": True}, {"companies": 5}):
        assert 400 == api.refusal("POST", "/_emulator/seed", {"name": "light", **wrong})[0]
