"""What goes with an object that is deleted."""

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_tasks import NEW


def test_nothing_hangs_on_an_object_that_is_gone(api: Api) -> None:
    """Deleting an object takes the notes on its records and the links of tasks to them along."""
    api("POST", "/v2/objects", {"data": {"api_slug": "p", "singular_noun": "P", "plural_noun": "Ps"}})
    record_id = api.record("p", {})
    note = {"parent_object": "p", "parent_record_id": record_id, "title": "T", "format": "plaintext"}
    api("POST", "/v2/notes", {"data": {**note, "content": "x"}})
    api("POST", "/v2/tasks", {"data": {**NEW, "linked_records": [record_id]}})
    api("DELETE", "/v2/objects/p")

    assert [] == api("GET", "/v2/notes")["data"]
    assert [[]] == [each["linked_records"] for each in api("GET", "/v2/tasks")["data"]]
