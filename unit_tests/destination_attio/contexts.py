"""Runs whose token is known, on a journal of their own and without a network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attio_api.client import AttioClient
from destination_attio.engine.run_context import RunContext
from destination_attio.storage.journal import Journal
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.destination_attio.samples import parsed

if TYPE_CHECKING:
    from pathlib import Path

    import requests_mock

URL = "https://attio.test"
SELF = {"active": True, "workspace_id": "w", "workspace_name": "W", "client_id": "c"}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def context(attio: requests_mock.Mocker, folder: Path, **settings: Any) -> RunContext:
    """A run that journals into the folder; nothing but the token's identity can be asked for."""
    attio.get(f"{URL}/v2/self", json=SELF)
    return RunContext(
        parsed(api_url=URL, **settings),
        AttioClient("t", api_url=URL, max_tries=1),
        journal=Journal.open(folder / "journal.duckdb"),
        now=lambda: NOON,
        pool=AtOnce(),
        leases=folder,
    )
