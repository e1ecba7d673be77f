"""What the destination offers to Airbyte of each object and list."""

from typing import Any

from destination_attio.airbyte.operations import operations
from destination_attio.model.targets import NOTES, TASKS, list_target, object_target
from unit_tests.destination_attio.samples import DOMAINS, attribute


def test_operations_offer_what_each_target_allows() -> None:
    """Objects offer all four, lists by their parent, notes and tasks adding alone."""
    company = object_target("companies", {"domains": DOMAINS, "name": attribute("name", is_required=True)})
    found = operations([company, list_target("sales", "companies", {}), NOTES, TASKS])
    modes = [(one["object_name"], one["sync_mode"]) for one in found]
    by_name: Any = {(one["object_name"], one["sync_mode"]): one for one in found}

    assert [("notes", "append"), ("tasks", "append")] == modes[-2:]
    assert [["record_id"], ["domains"]] == by_name["companies", "soft_delete"]["matching_keys"]
    assert ["name"] == by_name["companies", "append"]["json_schema"]["required"]
    assert "required" not in by_name["companies", "update"]["json_schema"]
    assert [["parent_record"]] == by_name["lists/sales", "append_dedup"]["matching_keys"]
