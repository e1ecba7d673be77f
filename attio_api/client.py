"""The endpoints that the applications call, one method each: plain JSON, or an error of `errors`.

`caller` makes the calls; `values` reads the values in an answer.
"""

from functools import partial
from typing import Final

from attio_api.auth import Identity
from attio_api.caller import Caller
from attio_api.definitions import Attribute
from attio_api.errors import Unreadable
from attio_api.listings import twice
from attio_api.transport import Params
from attio_api.values import in_lists
from attio_api.wire import Json, JsonObject, decode

_ATTRIBUTES_A_PAGE: Final = 200
_VALUES_A_PAGE: Final = 50
"""Neither default nor maximum is documented; no endpoint that pages by offset takes fewer."""
_WEBHOOKS_A_PAGE: Final = 100


class AttioClient(Caller):
    """Attio with one token; may be used by many threads at once."""

    # --- workspace and configuration -------------------------------------------------------------

    def whoami(self) -> Identity:
        """Return the token's identity; for a revoked token `active` is false, and nothing is raised."""
        return self.fetch("GET", "/v2/self", lambda body: Identity.parse(decode(body)))

    def objects(self) -> list[JsonObject]:
        """Return the objects that are activated and visible to the token."""
        return self.many("GET", "/v2/objects")

    def lists(self) -> list[JsonObject]:
        """Return the lists that the token may see."""
        return self.many("GET", "/v2/lists")

    def workspace_members(self) -> list[JsonObject]:
        """Return all members, suspended ones too."""
        return self.many("GET", "/v2/workspace_members")

    def raw_attributes(self, target: str, slug: str, *, show_archived: bool = False) -> list[JsonObject]:
        """Return all attributes of an object or a list as Attio describes them; none is Unreadable."""
        path, archived = f"/v2/{target}/{slug}/attributes", show_archived or None
        ask = partial(self.pages, path, _ATTRIBUTES_A_PAGE, {"show_archived": archived})
        found = twice(ask)
        if not found:
            raise Unreadable(f"Attio's answer holds no attribute of {slug}; each object and list has some.")
        return found

    def attributes(self, target: str, slug: str, *, show_archived: bool = False) -> list[Attribute]:
        """Return all attributes of an object or a list."""
        return [
            Attribute.parse(raw) for raw in self.raw_attributes(target, slug, show_archived=show_archived)
        ]

    def options(
        self, target: str, slug: str, attribute: str, *, show_archived: bool = False
    ) -> list[JsonObject]:
        """Return the options of a select attribute."""
        path = f"/v2/{target}/{slug}/attributes/{attribute}/options"
        return self.many("GET", path, params={"show_archived": show_archived or None})

    def statuses(
        self, target: str, slug: str, attribute: str, *, show_archived: bool = False
    ) -> list[JsonObject]:
        """Return the statuses of a status attribute."""
        path = f"/v2/{target}/{slug}/attributes/{attribute}/statuses"
        return self.many("GET", path, params={"show_archived": show_archived or None})

    def create_option(self, target: str, slug: str, attribute: str, title: str) -> JsonObject:
        """Add an option; raises AlreadyExists when the title is taken, also by an archived one."""
        path = f"/v2/{target}/{slug}/attributes/{attribute}/options"
        return self.one("POST", path, {"data": {"title": title}})

    def create_status(self, target: str, slug: str, attribute: str, title: str) -> JsonObject:
        """Add a status; raises AlreadyExists when the title is taken, also by an archived one."""
        path = f"/v2/{target}/{slug}/attributes/{attribute}/statuses"
        return self.one("POST", path, {"data": {"title": title}})

    # --- records ---------------------------------------------------------------------------------

    def query_records(
        self,
        object_slug: str,
        *,
        filter: JsonObject | None = None,  # noqa: A002 (Attio's word)
        sorts: list[Json] | None = None,
        limit: int = 500,
        offset: int = 0,
    ) -> list[JsonObject]:
        """Return one page of records."""
        return self.many(
            "POST", f"/v2/objects/{object_slug}/records/query", _query(filter, sorts, limit, offset)
        )

    def create_record(self, object_slug: str, values: JsonObject) -> JsonObject:
        """Create a record; raises OutcomeUnknown when the answer was lost."""
        return self.one("POST", f"/v2/objects/{object_slug}/records", {"data": {"values": in_lists(values)}})

    def upsert_record(self, object_slug: str, matching_attribute: str, values: JsonObject) -> JsonObject:
        """Create a record, or update the one with the same matching value; other lists are replaced."""
        path, params = f"/v2/objects/{object_slug}/records", {"matching_attribute": matching_attribute}
        return self.one("PUT", path, {"data": {"values": in_lists(values)}}, params)

    def value_history(
        self, target: str, slug: str, record_id: str, attribute: str, *, single: bool = False
    ) -> list[JsonObject]:
        """Return all values an attribute ever had on a record or (target `lists`) an entry, oldest first.

        Of an attribute with a `single` value at a time, nothing follows the value that still holds.
        """
        things = "records" if target == "objects" else "entries"
        path = f"/v2/{target}/{slug}/{things}/{record_id}/attributes/{attribute}/values"
        return self.pages(path, _VALUES_A_PAGE, {"show_historic": True}, is_last=_holds if single else None)

    # --- lists -----------------------------------------------------------------------------------

    def query_entries(
        self,
        list_slug: str,
        *,
        filter: JsonObject | None = None,  # noqa: A002 (Attio's word)
        sorts: list[Json] | None = None,
        limit: int = 500,
        offset: int = 0,
    ) -> list[JsonObject]:
        """Return one page of entries."""
        return self.many("POST", f"/v2/lists/{list_slug}/entries/query", _query(filter, sorts, limit, offset))

    def create_entry(
        self, list_slug: str, parent_object: str, parent_record_id: str, values: JsonObject
    ) -> JsonObject:
        """Add a record to a list, also for a second time; raises OutcomeUnknown when the answer was lost."""
        return self.one(
            "POST", f"/v2/lists/{list_slug}/entries", _entry(parent_object, parent_record_id, values)
        )

    def upsert_entry(
        self, list_slug: str, parent_object: str, parent_record_id: str, values: JsonObject
    ) -> JsonObject:
        """Add a record to a list or update its only entry; raises Ambiguous when it has several."""
        return self.one(
            "PUT", f"/v2/lists/{list_slug}/entries", _entry(parent_object, parent_record_id, values)
        )

    # --- notes and tasks -------------------------------------------------------------------------

    def notes(
        self,
        limit: int = 50,
        offset: int = 0,
        *,
        parent_object: str | None = None,
        parent_record_id: str | None = None,
    ) -> list[JsonObject]:
        """Return one page of notes, oldest first, at most 50."""
        parent: Params = {"parent_object": parent_object, "parent_record_id": parent_record_id}
        return self.many("GET", "/v2/notes", params={"limit": limit, "offset": offset, **parent})

    def create_note(self, note: JsonObject) -> JsonObject:
        """Write a note from its members; raises OutcomeUnknown when the answer was lost."""
        return self.one("POST", "/v2/notes", {"data": note})

    def delete_note(self, note_id: str) -> None:
        """Delete a note for good."""
        self.call("DELETE", f"/v2/notes/{note_id}")

    def tasks(self, limit: int = 500, offset: int = 0, *, params: Params | None = None) -> list[JsonObject]:
        """Return one page of tasks, oldest first, at most 1000; `params` narrows them."""
        return self.many("GET", "/v2/tasks", params={"limit": limit, "offset": offset, **(params or {})})

    def create_task(self, task: JsonObject) -> JsonObject:
        """Make a task from its members; raises OutcomeUnknown when the answer was lost."""
        return self.one("POST", "/v2/tasks", {"data": task})

    def delete_task(self, task_id: str) -> None:
        """Delete a task for good."""
        self.call("DELETE", f"/v2/tasks/{task_id}")

    # --- webhooks --------------------------------------------------------------------------------

    def webhooks(self) -> list[JsonObject]:
        """Return all webhooks of the workspace."""
        return self.pages("/v2/webhooks", _WEBHOOKS_A_PAGE)

    def create_webhook(self, target_url: str, subscriptions: list[Json]) -> JsonObject:
        """Subscribe to events; Attio sends the webhook's secret in this answer only."""
        webhook: JsonObject = {"target_url": target_url, "subscriptions": subscriptions}
        return self.one("POST", "/v2/webhooks", {"data": webhook})

    def get_webhook(self, webhook_id: str) -> JsonObject:
        """Return one webhook, without its secret."""
        return self.one("GET", f"/v2/webhooks/{webhook_id}")

    def update_webhook(self, webhook_id: str, changes: JsonObject) -> JsonObject:
        """Change a webhook's target address or subscriptions."""
        return self.one("PATCH", f"/v2/webhooks/{webhook_id}", {"data": changes})

    def delete_webhook(self, webhook_id: str) -> None:
        """Unsubscribe."""
        self.call("DELETE", f"/v2/webhooks/{webhook_id}")


def _holds(value: JsonObject) -> bool:
    return value.get("active_until", "") is None


def _query(filters: JsonObject | None, sorts: list[Json] | None, limit: int, offset: int) -> JsonObject:
    body: JsonObject = {"limit": limit, "offset": offset}
    return body | ({"filter": filters} if filters else {}) | ({"sorts": sorts} if sorts else {})


def _entry(parent_object: str, parent_record_id: str, values: JsonObject) -> JsonObject:
    parent: JsonObject = {"parent_object": parent_object, "parent_record_id": parent_record_id}
    return {"data": {**parent, "entry_values": in_lists(values)}}
