"""List entries. A parent is never changed.

Source: docs.attio.com/rest-api/endpoint-reference/entries/list-entries.
"""

from typing import Any

from attio_emulator.calls.routing import Answer, Call, Route, json_answer
from attio_emulator.changes.documents import row_answer
from attio_emulator.changes.writing import Adds, Write, always, create, delete, never, update
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.shapes import attribute_values, conform, shape, text, uuid
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.schema import ListType, ObjectType
from attio_emulator.model.tables import Row
from attio_emulator.routes.records import answer_query

READ = ("list_entry:read", "list_configuration:read")
WRITE = ("list_entry:read-write", "list_configuration:read")
PARENT = {"parent_record_id": uuid(), "parent_object": text(1)}
CREATE = shape({"data": shape({**PARENT, "entry_values": attribute_values()})})
UPDATE = shape({"data": shape({"entry_values": attribute_values()}, PARENT)})


def list_of(call: Call) -> ListType:
    """The list that the path names."""
    return call.workspace.list(call.params["list"])


def entry_of(call: Call) -> Row:
    """The entry that the path names."""
    kind = list_of(call)
    return call.workspace.entry(kind, call.uuid("entry_id"))


def write_of(call: Call) -> Write:
    """The write that the call is."""
    return Write(
        workspace=call.workspace, kind=list_of(call), now=call.now, actor=call.actor, member="entry_values"
    )


def shown(call: Call, row: Row) -> Answer:
    """The answer that shows an entry."""
    return Answer(body=row_answer(call.workspace, list_of(call), row))


def query_entries(call: Call) -> Answer:
    """One page of entries."""
    return answer_query(call, list_of(call))


def parent_of(call: Call, given: dict[str, Any]) -> tuple[ObjectType, Row]:
    """The record that a body names as parent; refused when the list does not take it."""
    kind = call.workspace.find_object(str(given["parent_object"]))
    if kind is None or kind.id != list_of(call).parent_object_id:
        name = str(given["parent_object"])[:200]
        raise refuse("value_not_found", f'The list takes no records of object "{name}".')
    row = kind.table.rows.get(str(given["parent_record_id"]).lower())
    if row is None:
        raise refuse("value_not_found", f'Cannot find the parent record "{given["parent_record_id"]}".')
    return kind, row


def given_in(call: Call) -> tuple[tuple[str, str], JsonObject]:
    """Parent and values of a body that makes an entry."""
    given: dict[str, Any] = conform(call.json(), CREATE)["data"]
    kind, row = parent_of(call, given)
    values: JsonObject = given["entry_values"]
    return (kind.id, row.id), values


def create_entry(call: Call) -> Answer:
    """Add a record to a list, again if it is there already."""
    write = write_of(call)
    parent, values = given_in(call)
    return shown(call, create(write, values, parent=parent))


def upsert_entry(call: Call) -> Answer:
    """Update a record's only entry, or add the record."""
    write = write_of(call)
    parent, values = given_in(call)
    present = write.kind.table.by_parent.get(parent[1], [])
    if len(present) > 1:
        raise refuse("multiple_match_results", "The parent record has several entries in this list.")
    if not present:
        return shown(call, create(write, values, parent=parent, version=5))
    return shown(call, update(write, write.kind.table.rows[present[0]], values, never))


def read_entry(call: Call) -> Answer:
    """One entry."""
    return shown(call, entry_of(call))


def changed(call: Call, adds: Adds) -> Answer:
    """Change an entry's values."""
    row = entry_of(call)
    given: dict[str, Any] = conform(call.json(), UPDATE)["data"]
    if str(given.get("parent_record_id", (row.parent or ("", ""))[1])).lower() != (row.parent or ("", ""))[1]:
        raise refuse("immutable_value", "The parent record of an entry cannot be changed.")
    if "parent_object" in given:
        kind = call.workspace.find_object(str(given["parent_object"]))
        if kind is None or kind.id != (row.parent or ("", ""))[0]:
            raise refuse("immutable_value", "The parent object of an entry cannot be changed.")
    values: JsonObject = given["entry_values"]
    return shown(call, update(write_of(call), row, values, adds))


def patch_entry(call: Call) -> Answer:
    """Change an entry; multi-valued attributes gain values."""
    return changed(call, always)


def put_entry(call: Call) -> Answer:
    """Change an entry; multi-valued attributes become what is sent."""
    return changed(call, never)


def delete_entry(call: Call) -> Answer:
    """Take a record off a list."""
    row = entry_of(call)
    delete(write_of(call), row)
    call.workspace.attachments.forget_entry(row.id)
    return json_answer({})


ALL = "/v2/lists/{list}/entries"
ONE = f"{ALL}/{{entry_id}}"
ROUTES = (
    Route("POST", f"{ALL}/query", query_entries, scopes=READ),
    Route("POST", ALL, create_entry, scopes=WRITE, kind="write"),
    Route("PUT", ALL, upsert_entry, scopes=WRITE, kind="write"),
    Route("GET", ONE, read_entry, scopes=READ),
    Route("PATCH", ONE, patch_entry, scopes=WRITE, kind="write"),
    Route("PUT", ONE, put_entry, scopes=WRITE, kind="write"),
    Route("DELETE", ONE, delete_entry, scopes=WRITE, kind="write"),
)
