"""Records. The rules of writing are in `writing`.

Source: docs.attio.com/rest-api/endpoint-reference/records/list-records.
"""

from attio_emulator.calls.routing import Answer, Call, Route, data, json_answer
from attio_emulator.changes.automations import link_company
from attio_emulator.changes.documents import row_answer, row_bytes
from attio_emulator.changes.writing import Write, always, create, delete, never, update, upsert
from attio_emulator.contract.refusals import bad_value
from attio_emulator.contract.shapes import attribute_values, conform, shape
from attio_emulator.contract.wire import JsonObject, page
from attio_emulator.model.schema import Kind, ObjectType
from attio_emulator.model.tables import Row
from attio_emulator.queries.querying import query, score

READ = ("record_permission:read", "object_configuration:read")
WRITE = ("record_permission:read-write", "object_configuration:read")
BODY = shape({"data": shape({"values": attribute_values()})})
CLOSED = shape({"data": shape({"values": attribute_values()}, closed=True)})


def object_of(call: Call) -> ObjectType:
    """The object that the path names."""
    return call.workspace.object(call.params["object"])


def record_of(call: Call) -> Row:
    """The record that the path names."""
    kind = object_of(call)
    return call.workspace.record(kind, call.uuid("record_id"))


def write_of(call: Call) -> Write:
    """The write that the call is."""
    return Write(workspace=call.workspace, kind=object_of(call), now=call.now, actor=call.actor)


def values_of(call: Call, *, closed: bool = False) -> JsonObject:
    """The values that the body gives."""
    body = conform(call.json(), CLOSED if closed else BODY)
    values: JsonObject = body["data"]["values"]
    return values


def shown(call: Call, row: Row) -> Answer:
    """The answer that shows a record."""
    return Answer(body=row_answer(call.workspace, object_of(call), row))


def answer_query(call: Call, kind: Kind) -> Answer:
    """The answer to a query for records or entries, with its score."""
    body = call.json() if call.raw else {}
    rows = query(call.workspace, kind, body)
    cost = score(kind, body)
    call.server.limits.spend(call.workspace.id, cost, call.server.clock.now_ns())
    printed = page([row_bytes(call.workspace, kind, row) for row in rows])
    return Answer(body=printed, headers={"x-attio-record-query-score": str(cost)})


def query_records(call: Call) -> Answer:
    """One page of records."""
    return answer_query(call, object_of(call))


def create_record(call: Call) -> Answer:
    """Make a record."""
    write = write_of(call)
    return shown(call, create(write, values_of(call)))


def upsert_record(call: Call) -> Answer:
    """Update the record with a unique value, or make one; the answer shows the company that Attio links."""
    write = write_of(call)
    matching = call.query.get("matching_attribute")
    if not matching:
        raise bad_value("matching_attribute is required.", ["matching_attribute"], expected="string")
    row = upsert(write, values_of(call, closed=True), matching)
    if call.server.automatic_changes.company_linking and write.kind.slug == "people":
        link_company(call.workspace, record_id=row.id)
    return shown(call, row)


def read_record(call: Call) -> Answer:
    """One record."""
    return shown(call, record_of(call))


def patch_record(call: Call) -> Answer:
    """Change a record; multi-valued attributes gain values."""
    row = record_of(call)
    return shown(call, update(write_of(call), row, values_of(call, closed=True), always))


def put_record(call: Call) -> Answer:
    """Change a record; multi-valued attributes become what is sent."""
    row = record_of(call)
    return shown(call, update(write_of(call), row, values_of(call, closed=True), never))


def delete_record(call: Call) -> Answer:
    """Delete a record with its entries and attachments."""
    row = record_of(call)
    workspace = call.workspace
    for list_type in workspace.lists.values():
        entries = Write(workspace=workspace, kind=list_type, now=call.now, actor=call.actor)
        for entry_id in list(list_type.table.by_parent.get(row.id, ())):
            delete(entries, list_type.table.rows[entry_id], silent=True)
            workspace.attachments.forget_entry(entry_id)
    delete(write_of(call), row)
    workspace.attachments.forget_record(row.id)
    return json_answer({})


def record_entries(call: Call) -> Answer:
    """The entries of a record in all lists."""
    row = record_of(call)
    limit = call.integer("limit", default=100, minimum=1, maximum=1000)
    offset = call.integer("offset", default=0)
    entries = [
        {
            "list_id": list_type.id,
            "list_api_slug": list_type.slug,
            "entry_id": entry_id,
            "created_at": list_type.table.rows[entry_id].created_at,
        }
        for list_type in call.workspace.lists.values()
        for entry_id in list_type.table.by_parent.get(row.id, ())
    ]
    return data(entries[offset : offset + limit])


ONE = "/v2/objects/{object}/records/{record_id}"
ROUTES = (
    Route("POST", "/v2/objects/{object}/records/query", query_records, scopes=READ),
    Route("POST", "/v2/objects/{object}/records", create_record, scopes=WRITE, kind="write"),
    Route("PUT", "/v2/objects/{object}/records", upsert_record, scopes=WRITE, kind="write"),
    Route("GET", ONE, read_record, scopes=READ),
    Route("PATCH", ONE, patch_record, scopes=WRITE, kind="write"),
    Route("PUT", ONE, put_record, scopes=WRITE, kind="write"),
    Route("DELETE", ONE, delete_record, scopes=WRITE, kind="write"),
    Route("GET", f"{ONE}/entries", record_entries, scopes=(*READ, "list_entry:read")),
)
