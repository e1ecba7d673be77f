"""The seed `hostile`."""

from unit_tests.attio_emulator.calling import Api


def test_the_hostile_seed_is_served_without_a_flinch(api: Api) -> None:
    """A thousand records of one moment come in whole pages, and every object can be read."""
    api("POST", "/_emulator/seed", {"name": "hostile"})
    sorts = [{"attribute": "created_at", "direction": "desc"}]
    pages = [
        api("POST", "/v2/objects/crowd/records/query", {"sorts": sorts, "offset": n})["data"]
        for n in (0, 500, 1000)
    ]
    ids = [each["id"]["record_id"] for page in pages for each in page]

    assert (1000, sorted(ids)) == (len(set(ids)), ids)
    for kind in api("GET", "/v2/objects")["data"]:
        assert api("POST", f"/v2/objects/{kind['id']['object_id']}/records/query", {})["data"] is not None
