"""Answers made up from Attio's own OpenAPI, bare and full: whatever may be null or absent, no row is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from jsonschema import Draft7Validator

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.auth import Identity
from attio_api.definitions import Attribute
from attio_api.values import read_attribute
from integration_tests.attio_session.synthetic import made
from integration_tests.emulator.attio_reference import needed
from integration_tests.emulator.attio_schema import AttioSchema
from source_attio import register
from source_attio.decode.columns import ENTRY, RECORD, columns_of, object_schema, schema_of
from source_attio.decode.page import PageReader
from source_attio.read.cursors import read_cursor_page
from source_attio.streams.comments import COMMENTS
from source_attio.streams.meetings import MEETINGS, RECORDINGS
from source_attio.streams.notes_and_tasks import NOTES, tasks
from source_attio.workspace import _target

if TYPE_CHECKING:
    from integration_tests.emulator.attio_schema_errors import Operation
    from source_attio.decode.columns import Kind
    from source_attio.streams.fixed_shape import Fixed

DOCUMENT = needed("openapi.json")

RECORDS = ("POST", "/v2/objects/{object}/records/query")
ENTRIES = ("POST", "/v2/lists/{list}/entries/query")
OF_MEETING = "/v2/meetings/{meeting_id}/call_recordings"
both = pytest.mark.parametrize("bare", [True, False], ids=["bare", "full"])


@pytest.fixture(scope="module")
def schema() -> AttioSchema:
    return AttioSchema.read(DOCUMENT)


def answer(schema: AttioSchema, operation: Operation, *, bare: bool) -> Any:
    return made(schema.answer_of(operation), bare=bare)


def values(schema: AttioSchema) -> dict[str, Any]:
    """The schema of a value, by the type of its attribute."""
    items = schema.answer_of(RECORDS)["properties"]["data"]["items"]
    kinds = items["properties"]["values"]["additionalProperties"]["items"]["oneOf"]
    return {each["properties"]["attribute_type"]["enum"][0]: each for each in kinds}


@both
@pytest.mark.parametrize("many", [False, True], ids=["one", "several"])
@pytest.mark.parametrize(
    ("kind", "operation"), [(RECORD, RECORDS), (ENTRY, ENTRIES)], ids=["record", "entry"]
)
def test_every_value_of_a_row_is_read(
    schema: AttioSchema, kind: Kind, operation: Operation, *, many: bool, bare: bool
) -> None:
    """A row with a value of each type has a column for each, as the stream's schema says."""
    row = answer(schema, operation, bare=bare)["data"][0]
    found = {name: made(each, bare=bare) for name, each in values(schema).items()}
    row[kind.values_member] = {name: [value, value] if many else [value] for name, value in found.items()}
    attributes = [
        Attribute(attribute_id=name, slug=name, title=name, type=name, is_multiselect=many) for name in found
    ]
    columns = columns_of(attributes, kind)
    page = PageReader(kind, columns).page(orjson.dumps({"data": [row]}), 500)
    read = orjson.loads(page.rows[0].printed)

    assert set(ATTRIBUTE_TYPES) == set(found)
    assert {column.name for column in columns} <= read.keys()
    assert [] == [
        error.message for error in Draft7Validator(schema_of(kind, columns, keep_raw=False)).iter_errors(read)
    ]
    assert [read[each.name] for each in columns] == [
        read_attribute(each, row[kind.values_member][each.slug])
        for each in attributes_in(columns, attributes)
    ]


def attributes_in(columns: Any, attributes: list[Attribute]) -> list[Attribute]:
    """The attributes in the order of their columns."""
    by_slug = {each.slug: each for each in attributes}
    return [by_slug[column.slug] for column in columns]


@both
@pytest.mark.parametrize(
    ("stream", "operation"),
    [
        (NOTES, ("GET", "/v2/notes")),
        (tasks(()), ("GET", "/v2/tasks")),
        (MEETINGS, ("GET", "/v2/meetings")),
        (RECORDINGS, ("GET", OF_MEETING)),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_every_row_of_a_listing_is_read(
    schema: AttioSchema, stream: Fixed, operation: Operation, *, bare: bool
) -> None:
    """Rows keep their key and fit the stream's schema."""
    body = answer(schema, operation, bare=bare)
    page = stream.page(orjson.dumps(body), 500)

    assert len(body["data"]) == len(page.rows) == 1
    columns = Draft7Validator(object_schema(register.streams()[stream.name].columns))
    assert [] == [e.message for e in columns.iter_errors(orjson.loads(page.rows[0].printed))]


@both
def test_a_recording_and_a_comment_are_read_by_themselves(schema: AttioSchema, *, bare: bool) -> None:
    """What is read one by one fits its stream's schema too."""
    recording = answer(schema, ("GET", f"{OF_MEETING}/{{call_recording_id}}"), bare=bare)
    thread = answer(schema, ("GET", "/v2/threads/{thread_id}"), bare=bare)
    comments, following = read_cursor_page(orjson.dumps(thread), "comments")

    assert RECORDINGS.one(orjson.dumps(recording)).key.id
    assert [COMMENTS.row(each).key.id for each in comments]
    assert following is None


@both
def test_definitions_are_read(schema: AttioSchema, *, bare: bool) -> None:
    """Objects without a slug are known by their id; attributes, lists and tokens by what they must have."""
    objects = answer(schema, ("GET", "/v2/objects"), bare=bare)["data"]
    lists = answer(schema, ("GET", "/v2/lists"), bare=bare)["data"]
    attributes = answer(schema, ("GET", "/v2/{target}/{identifier}/attributes"), bare=bare)["data"]
    token = made(schema.answer_of(("GET", "/v2/self"))["anyOf"][1], bare=bare)

    assert all(_target("objects", "object_id", each).slug for each in objects)
    assert all(_target("lists", "list_id", each).slug for each in lists)
    assert all(Attribute.parse(each).slug for each in attributes)
    assert Identity.parse(token).active
