"""Values of one attribute with their history, of records and of entries."""

from attio_emulator.calls.routing import Answer, Call, Route, data
from attio_emulator.changes.history import replace_values, values_of
from attio_emulator.changes.writing import Write
from attio_emulator.model.schema import Kind
from attio_emulator.model.tables import Row
from attio_emulator.routes import entries, records

A_PAGE = 100


def show(call: Call, kind: Kind, row: Row) -> Answer:
    """The values of an attribute: the current ones, or all."""
    attribute = kind.attribute(call.params["attribute"])
    historic = call.boolean("show_historic", default=False)
    limit = call.integer("limit", default=A_PAGE, minimum=1)
    offset = call.integer("offset", default=0)
    return data(values_of(kind, row, attribute, historic=historic)[offset : offset + limit])


def replace(call: Call, write: Write, row: Row) -> Answer:
    """Replace the history of an attribute."""
    attribute = write.kind.attribute(call.params["attribute"])
    values = replace_values(write, row, attribute, call.json())
    call.server.automatic_changes.schedule_formulas(call.workspace, write.kind, row.id, attribute)
    return data(values)


def record_values(call: Call) -> Answer:
    """The values of a record's attribute."""
    return show(call, records.object_of(call), records.record_of(call))


def put_record_values(call: Call) -> Answer:
    """Replace the history of a record's attribute."""
    return replace(call, records.write_of(call), records.record_of(call))


def entry_values(call: Call) -> Answer:
    """The values of an entry's attribute."""
    return show(call, entries.list_of(call), entries.entry_of(call))


def put_entry_values(call: Call) -> Answer:
    """Replace the history of an entry's attribute."""
    return replace(call, entries.write_of(call), entries.entry_of(call))


OF_RECORD = f"{records.ONE}/attributes/{{attribute}}/values"
OF_ENTRY = f"{entries.ONE}/attributes/{{attribute}}/values"
ROUTES = (
    Route("GET", OF_RECORD, record_values, scopes=records.READ),
    Route("PUT", OF_RECORD, put_record_values, scopes=records.WRITE, kind="write"),
    Route("GET", OF_ENTRY, entry_values, scopes=entries.READ),
    Route("PUT", OF_ENTRY, put_entry_values, scopes=entries.WRITE, kind="write"),
)
