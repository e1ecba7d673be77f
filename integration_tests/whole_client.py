"""The client with the endpoints that only tests call: to bring about what the applications must cope with."""

from typing import Final

from attio_api.client import AttioClient
from attio_api.values import in_lists
from attio_api.wire import JsonObject, as_object, as_text, decode

_ENTRIES_A_PAGE: Final = 1000


class WholeClient(AttioClient):
    """All of Attio's endpoints for records, entries and tasks."""

    def get_record(self, object_slug: str, record_id: str) -> JsonObject:
        """Return one record."""
        return self.one("GET", f"/v2/objects/{object_slug}/records/{record_id}")

    def update_record(self, object_slug: str, record_id: str, values: JsonObject) -> JsonObject:
        """Set values; of attributes that hold several, the values are added."""
        path = f"/v2/objects/{object_slug}/records/{record_id}"
        return self.one("PATCH", path, {"data": {"values": in_lists(values)}})

    def replace_record(self, object_slug: str, record_id: str, values: JsonObject) -> JsonObject:
        """Set values; attributes that hold several hold exactly these afterwards."""
        path = f"/v2/objects/{object_slug}/records/{record_id}"
        return self.one("PUT", path, {"data": {"values": in_lists(values)}})

    def delete_record(self, object_slug: str, record_id: str) -> None:
        """Delete a record for good."""
        self.call("DELETE", f"/v2/objects/{object_slug}/records/{record_id}")

    def merge_records(self, object_slug: str, primary_record_id: str, secondary_record_id: str) -> str:
        """Merge two records into a new one and return its id; both old ids are gone then."""
        pair: JsonObject = {
            "primary_record_id": primary_record_id,
            "secondary_record_id": secondary_record_id,
        }
        path = f"/v2/objects/{object_slug}/records/merge"
        return self.fetch("POST", path, _new_record_id, json={"data": pair})

    def record_entries(self, object_slug: str, record_id: str) -> list[JsonObject]:
        """Return in which lists a record stands, without the entries' values."""
        return self.pages(f"/v2/objects/{object_slug}/records/{record_id}/entries", _ENTRIES_A_PAGE)

    def update_entry(self, list_slug: str, entry_id: str, values: JsonObject) -> JsonObject:
        """Set values; of attributes that hold several, the values are added."""
        return self.one(
            "PATCH", f"/v2/lists/{list_slug}/entries/{entry_id}", {"data": {"entry_values": in_lists(values)}}
        )

    def replace_entry(self, list_slug: str, entry_id: str, values: JsonObject) -> JsonObject:
        """Set values; attributes that hold several hold exactly these afterwards."""
        return self.one(
            "PUT", f"/v2/lists/{list_slug}/entries/{entry_id}", {"data": {"entry_values": in_lists(values)}}
        )

    def delete_entry(self, list_slug: str, entry_id: str) -> None:
        """Take an entry off a list; the record stays."""
        self.call("DELETE", f"/v2/lists/{list_slug}/entries/{entry_id}")

    def update_task(self, task_id: str, task: JsonObject) -> JsonObject:
        """Change a task's deadline, completion, links or assignees; its content cannot change."""
        return self.one("PATCH", f"/v2/tasks/{task_id}", {"data": task})


def _new_record_id(body: bytes) -> str:
    merged = as_object(as_object(decode(body), "the body").get("data"), "`data`")
    return as_text(merged.get("new_record_id"), "the merged record's id")
