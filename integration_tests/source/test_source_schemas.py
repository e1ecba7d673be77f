"""Every row of every stream is what the catalog says it is: its JSON schema, in a workspace full of traps."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from airbyte_cdk.models import (
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
)
from jsonschema import Draft7Validator, FormatChecker

from source_attio.source import SourceAttio

if TYPE_CHECKING:
    from airbyte_cdk.models import AirbyteCatalog

    from attio_emulator.remote import RemoteEmulator

FIXED = (
    *("companies", "people", "deals", "users", "workspaces", "tasks", "notes", "comments", "meetings"),
    *("call_recordings", "attribute_values_history", "deleted_records", "objects", "attributes"),
    *("select_options", "statuses", "lists", "workspace_members", "workspace"),
)
LOGGER = logging.getLogger("airbyte")


def some_of_everything(attio: RemoteEmulator) -> None:
    """The hostile seed, and what it has none of."""
    attio.seed("hostile")
    member = attio.api("GET", "/v2/workspace_members")["data"][0]["id"]["workspace_member_id"]
    owner = {"referenced_actor_type": "workspace-member", "referenced_actor_id": member}
    attio.create_record("deals", {"name": "A deal", "stage": "Lead", "owner": [owner]})
    attio.create_record("users", {"user_id": "u1", "primary_email_address": ["ada@example.com"]})
    attio.create_record("workspaces", {"workspace_id": "w1", "name": "Analytical Engines"})
    company = attio.create_record("companies", {"name": "Commented"})["id"]["record_id"]
    place = {"record": {"object": "companies", "record_id": company}}
    author = {"type": "workspace-member", "id": member}
    comment = {"format": "plaintext", "content": "x", "author": author, **place}
    attio.api("POST", "/v2/comments", {"data": comment})
    point = {"datetime": "2026-03-01T09:00:00.000000000Z", "timezone": "UTC"}
    somebody = {"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}
    times = {"start": point, "end": point, "is_all_day": False}
    meeting = {"title": "x", "description": "", "participants": [somebody], **times}
    made = attio.api("POST", "/v2/meetings", {"data": meeting})["data"]["id"]["meeting_id"]
    recording = {"data": {"video_url": "https://example.com/recording.mp4"}}
    attio.api("POST", f"/v2/meetings/{made}/call_recordings", recording)


def everything(source: SourceAttio, config: dict[str, Any], catalog: AirbyteCatalog) -> dict[str, list[Any]]:
    """All rows of all streams."""
    chosen = [
        ConfiguredAirbyteStream(
            stream=each,
            sync_mode=SyncMode.full_refresh,
            destination_sync_mode=DestinationSyncMode.overwrite,
        )
        for each in catalog.streams
    ]
    rows: dict[str, list[Any]] = {each.name: [] for each in catalog.streams}
    for message in source.read(LOGGER, config, ConfiguredAirbyteCatalog(streams=chosen)):
        if message.record:
            rows[message.record.stream].append(message.record.data)
    return rows


@pytest.mark.parametrize(("value_format", "archived"), [("typed", False), ("raw", True)])
def test_every_row_is_what_the_catalog_says(
    attio: RemoteEmulator, value_format: str, *, archived: bool
) -> None:
    """All streams, the opt-in ones too: each row validates, and has no column that was not discovered."""
    some_of_everything(attio)
    config: dict[str, Any] = {
        "credentials": {"auth_type": "access_token", "access_token": "emulator-token"},
        "api_url": attio.url,
        "value_format": value_format,
        "include_archived_attributes": archived,
        "include_comments": True,
        "history_attributes": ["deals.stage"],
    }
    source = SourceAttio(config)
    catalog = source.discover(LOGGER, config)
    rows = everything(source, config, catalog)
    checks = {
        each.name: Draft7Validator(each.json_schema, format_checker=FormatChecker())
        for each in catalog.streams
    }
    wrong = [
        (name, list(error.absolute_path), error.validator)
        for name, check in checks.items()
        for row in rows[name]
        for error in check.iter_errors(row)
    ]
    unnamed = {
        (stream.name, column)
        for stream in catalog.streams
        for row in rows[stream.name]
        for column in row.keys() - stream.json_schema["properties"].keys()
    }

    assert [] == wrong
    assert set() == unnamed
    assert {"deleted_records"} == {name for name in FIXED if not rows[name]}
