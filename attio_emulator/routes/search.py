"""Search: docs.attio.com/rest-api/endpoint-reference/records/search-records; no delay."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from attio_emulator.calls.routing import Answer, Call, Route, data
from attio_emulator.changes.documents import row_id
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.shapes import (
    array,
    conform,
    either,
    integer,
    nullable,
    one_of,
    shape,
    text,
    uuid,
)
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import ObjectType
from attio_emulator.model.tables import Row
from attio_emulator.routes.records import READ
from attio_emulator.values.references import member_of

AS_WORKSPACE = shape({"type": one_of("workspace")})
AS_MEMBER = either(
    shape({"type": one_of("workspace-member"), "workspace_member_id": uuid()}),
    shape({"type": one_of("workspace-member"), "email_address": text(1)}),
)
BODY = shape(
    {"query": text(0, 256), "objects": array(text(1), 1), "request_as": either(AS_MEMBER, AS_WORKSPACE)},
    {"limit": nullable(integer(1, 25))},
)
HANDLES = tuple(
    (network, "value") for network in ("angellist", "facebook", "instagram", "linkedin", "twitter")
)
SEARCHED: dict[str, tuple[tuple[str, str], ...]] = {
    "people": (
        ("name", "full_name"),
        ("email_addresses", "email_address"),
        ("phone_numbers", "phone_number"),
        *HANDLES,
    ),
    "companies": (
        ("name", "value"),
        ("domains", "domain"),
        *HANDLES,
    ),
}
LABEL = (("name", "value"), ("primary_email_address", "email_address"), ("workspace_id", "value"))
SHOWN = {
    "people": (("email_addresses", "email_address"), ("phone_numbers", "phone_number")),
    "companies": (("domains", "domain"),),
}
IMAGES = {"people": "avatar_url", "companies": "logo_url"}


def texts(row: Row, slug: str, member: str) -> list[str]:
    """The texts of an attribute that are searched."""
    return [str(value[member]) for value in row.values_of(slug) if value.get(member)]


def search(call: Call) -> Answer:
    """Records whose names, addresses or handles hold every word of the query."""
    body = conform(call.json(), BODY)
    who = body["request_as"]
    if who["type"] == "workspace-member":
        member_of(call.workspace, who.get("workspace_member_id"), who.get("email_address"))
    kinds = [object_named(call, name) for name in dict.fromkeys(body["objects"])]
    wanted = body["query"].casefold().split()
    found = (hit for kind in kinds for hit in hits(call, kind, wanted))
    return data(list(islice(found, body.get("limit") or 25)))


def object_named(call: Call, name: str) -> ObjectType:
    """An object to be searched; 400 when there is none."""
    kind = call.workspace.find_object(name)
    if kind is None:
        raise refuse("value_not_found", f'Cannot find object "{name[:200]}".')
    return kind


def hits(call: Call, kind: ObjectType, wanted: list[str]) -> Iterator[JsonObject]:
    """The records of an object that match, by id."""
    for record_id in kind.table.ids():
        row = kind.table.rows[record_id]
        places = SEARCHED.get(kind.slug, LABEL)
        haystack = "\n".join(part for place in places for part in texts(row, *place)).casefold()
        if all(word in haystack for word in wanted):
            yield hit(call, kind, row)


def hit(call: Call, kind: ObjectType, row: Row) -> JsonObject:
    """One result."""
    label: Any = next((part for place in SEARCHED.get(kind.slug, LABEL) for part in texts(row, *place)), "")
    images = texts(row, IMAGES.get(kind.slug, ""), "value")
    shown: JsonObject = {
        "id": row_id(call.workspace, kind, row),
        "record_text": label,
        "record_image": images[0] if images else None,
        "object_slug": kind.slug,
    }
    for slug, member in SHOWN.get(kind.slug, ()):
        listed: list[Json] = list(texts(row, slug, member))
        shown[slug] = listed
    return shown


ROUTES = (Route("POST", "/v2/objects/records/search", search, scopes=READ),)
