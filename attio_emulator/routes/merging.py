"""Merging: 5 a second, not repeatable.

Source: docs.attio.com/rest-api/endpoint-reference/records/merge-two-records.
"""

from attio_emulator.calls.routing import Answer, Call, Route, data
from attio_emulator.changes.merging import merge
from attio_emulator.contract.shapes import conform, shape, uuid
from attio_emulator.routes.records import WRITE, object_of, write_of

BODY = shape({"data": shape({"primary_record_id": uuid(), "secondary_record_id": uuid()})})


def merge_records(call: Call) -> Answer:
    """Merge two records into a third."""
    kind = object_of(call)
    given = conform(call.json(), BODY)["data"]
    primary = call.workspace.record(kind, given["primary_record_id"])
    secondary = call.workspace.record(kind, given["secondary_record_id"])
    return data({"new_record_id": merge(write_of(call), kind, primary, secondary).id})


ROUTES = (
    Route(
        "POST", "/v2/objects/{object}/records/merge", merge_records, scopes=WRITE, kind="write", per_second=5
    ),
)
