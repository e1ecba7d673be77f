"""Every request that our parts send to Attio, held against Attio's own OpenAPI.

The emulator was written by the same hands as what it tests, so it might take what Attio does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration_tests.attio_session.ours import everything
from integration_tests.attio_session.sent import remembering
from integration_tests.emulator.attio_reference import needed
from integration_tests.emulator.attio_schema import AttioSchema

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.attio_session.sent import Sent

DOCUMENT = needed("openapi.json")

RELIED_ON = {
    ("GET", "/v2/lists"),
    ("POST", "/v2/lists/{list}/entries"),
    ("PUT", "/v2/lists/{list}/entries"),
    ("POST", "/v2/lists/{list}/entries/query"),
    ("DELETE", "/v2/lists/{list}/entries/{entry_id}"),
    ("PATCH", "/v2/lists/{list}/entries/{entry_id}"),
    ("PUT", "/v2/lists/{list}/entries/{entry_id}"),
    ("GET", "/v2/meetings"),
    ("GET", "/v2/meetings/{meeting_id}/call_recordings"),
    ("GET", "/v2/meetings/{meeting_id}/call_recordings/{call_recording_id}"),
    ("GET", "/v2/notes"),
    ("POST", "/v2/notes"),
    ("DELETE", "/v2/notes/{note_id}"),
    ("GET", "/v2/notes/{note_id}"),
    ("GET", "/v2/objects"),
    ("POST", "/v2/objects/{object}/records"),
    ("PUT", "/v2/objects/{object}/records"),
    ("POST", "/v2/objects/{object}/records/merge"),
    ("GET", "/v2/objects/{object}/views"),
    ("GET", "/v2/lists/{list}/views"),
    ("POST", "/v2/objects/{object}/records/query"),
    ("DELETE", "/v2/objects/{object}/records/{record_id}"),
    ("PATCH", "/v2/objects/{object}/records/{record_id}"),
    ("PUT", "/v2/objects/{object}/records/{record_id}"),
    ("GET", "/v2/objects/{object}/records/{record_id}/attributes/{attribute}/values"),
    ("GET", "/v2/objects/{object}/records/{record_id}/entries"),
    ("GET", "/v2/self"),
    ("GET", "/v2/tasks"),
    ("POST", "/v2/tasks"),
    ("DELETE", "/v2/tasks/{task_id}"),
    ("GET", "/v2/tasks/{task_id}"),
    ("GET", "/v2/threads"),
    ("GET", "/v2/threads/{thread_id}"),
    ("GET", "/v2/webhooks"),
    ("POST", "/v2/webhooks"),
    ("DELETE", "/v2/webhooks/{webhook_id}"),
    ("GET", "/v2/webhooks/{webhook_id}"),
    ("PATCH", "/v2/webhooks/{webhook_id}"),
    ("GET", "/v2/workspace_members"),
    ("GET", "/v2/{target}/{identifier}/attributes"),
    ("GET", "/v2/{target}/{identifier}/attributes/{attribute}/options"),
    ("POST", "/v2/{target}/{identifier}/attributes/{attribute}/options"),
    ("GET", "/v2/{target}/{identifier}/attributes/{attribute}/statuses"),
    ("POST", "/v2/{target}/{identifier}/attributes/{attribute}/statuses"),
}


@pytest.fixture(scope="module")
def sent(attio_server: RemoteEmulator, tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    with remembering() as requests:
        everything(attio_server, tmp_path_factory.mktemp("requests"))
    return requests


@pytest.fixture(scope="module")
def schema() -> AttioSchema:
    return AttioSchema.read(DOCUMENT)


def test_every_request_fits_the_schema(schema: AttioSchema, sent: list[Sent]) -> None:
    """Path, parameters and body of each request are as Attio publishes them."""
    assert [] == sorted({complaint for each in sent for complaint in schema.objections(each)})


def test_no_request_is_refused(sent: list[Sent]) -> None:
    """Filters and sorts have no schema, but a grammar that the emulator holds them against."""
    assert [] == [each for each in sent if not 200 <= each.status < 300]


def test_this_is_all_we_ask_of_attio(schema: AttioSchema, sent: list[Sent]) -> None:
    """The operations that our parts rely on, each of which was checked above; a new one is added here."""
    assert RELIED_ON == {schema.operation_of(each) for each in sent}
