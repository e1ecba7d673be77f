"""What is sent when a note or a task is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from destination_attio.workspace.notes_and_tasks import Notes

if TYPE_CHECKING:
    import requests_mock

URL = "https://attio.test"
PARENT: dict[str, Any] = {"object": "people", "record_id": "r"}


@pytest.mark.parametrize(
    ("given", "sent"), [({}, {}), ({"created_at": None}, {}), ({"created_at": "2026-05-01"},) * 2]
)
def test_a_note_without_a_time_sends_none(
    requests_mock: requests_mock.Mocker, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    """A time that the row leaves empty is not sent as null, which Attio refuses."""
    requests_mock.post(f"{URL}/v2/notes", json={"data": {"id": {"note_id": "n"}}})
    Notes(AttioClient("t", api_url=URL, max_tries=1)).create({"title": "T", "content": "C", **given}, PARENT)
    (request,) = requests_mock.request_history

    assert sent == {name: value for name, value in request.json()["data"].items() if name == "created_at"}
