"""References in rows: an id, or a value that is looked up."""

from destination_attio.rows.desired import desire
from destination_attio.rows.lookups import Lookup
from unit_tests.destination_attio.bindings import binding


def test_pointers_wait_for_their_lookup() -> None:
    """A reference by value becomes a lookup; one by id is ready."""
    known = "6e2c1f0a-1111-4222-8333-444455556666"
    fields = [
        {"column": "d", "attribute": "domains"},
        {"column": "boss", "attribute": "boss", "reference": "email_addresses"},
    ]
    by_id = desire(binding(), {"domains": "a.example.com", "boss": known.upper()}, 1)
    by_value = desire(binding(fields=fields), {"d": "a.example.com", "boss": "ada@example.org"}, 1)

    assert {"object": "people", "record_id": known} == by_id.values["boss"]
    assert [Lookup(slug="boss", objects=("people",), by="email_addresses", value="ada@example.org")] == (
        by_value.pointers["boss"]
    )
