"""Source and destination on the simulated platform: a workspace synced into another, through crashes."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airbyte_cdk.models import AirbyteMessage, AirbyteMessageSerializer, Type

from attio_emulator.calls.request import Request
from attio_emulator.emulator import Emulator
from integration_tests.platform.catalog import Choice, configured
from integration_tests.platform.jobs import Refresh
from integration_tests.platform.orchestrator import Attempt, Connector, Crash, Orchestrator
from integration_tests.platform.workspaces import COMPARED, STREAMS, another_attio, config, contents
from source_attio.source import SourceAttio

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent
COMPANIES, PEOPLE = 200, 50
# Above Attio's own limits, for an emulator that has none.
UNLIMITED = 10_000


@cache
def _dump() -> Any:
    """A workspace of some size, made once, without a network between."""
    made = Emulator(clock_mode="manual")
    for number in range(COMPANIES):
        domains = [f"company-{number}.example.com"]
        values = {"name": f"Company {number}", "domains": domains, "description": f"No. {number}"}
        made.handle(_creating("companies", values))
    for number in range(PEOPLE):
        addresses = [f"person-{number}@example.com"]
        values = {"name": f"Person {number}", "email_addresses": addresses, "job_title": "Engineer"}
        made.handle(_creating("people", values))
    return json.loads(made.handle(Request.of("GET", "/_emulator/dump")).answer.body)


def _creating(target: str, values: dict[str, Any]) -> Request:
    return Request.of("POST", f"/v2/objects/{target}/records", body={"data": {"values": values}})


def _discovered(settings: dict[str, Any]) -> dict[str, Any]:
    """The source's catalog, without the start of a process."""
    catalog = SourceAttio(settings).discover(logging.getLogger(), settings)
    message = AirbyteMessageSerializer.dump(AirbyteMessage(type=Type.CATALOG, catalog=catalog))
    return dict(message["catalog"])


@contextmanager
def _connection(attio: Any, folder: Path) -> Iterator[tuple[Orchestrator, Any]]:
    """A connection from the fixture's workspace into an empty one."""
    read = config(attio)
    chosen = configured(_discovered(read), [Choice(name=name) for name in COMPARED])
    with another_attio() as target:
        write = config(target, streams=STREAMS, requests_per_second=UNLIMITED)
        connection = Orchestrator(
            source=Connector(argv=(str(BIN / "source-attio"),), config=read),
            destination=Connector(
                argv=(str(BIN / "destination-attio"),), config=write, supports_refreshes=True
            ),
            catalog=chosen,
            folder=folder,
        )
        yield connection, target


def _assert_alike(attio: Any, target: Any) -> None:
    for name, attributes in COMPARED.items():
        assert contents(attio, name, *attributes) == contents(target, name, *attributes)


def _wholly(attempt: Attempt) -> bool:
    return attempt.succeeded and attempt.tracker.left_unacknowledged() == 0


def test_workspace_becomes_the_other(attio: Any, tmp_path: Path) -> None:
    """The first sync carries everything, the second three edits; a refresh sends all, and writes nothing."""
    attio.load(_dump())
    with _connection(attio, tmp_path) as (connection, target):
        (first,) = connection.sync()
        _assert_alike(attio, target)
        for record in attio.records("companies", limit=3):
            change = {"data": {"values": {"description": "changed"}}}
            attio.api("PATCH", f"/v2/objects/companies/records/{record['id']['record_id']}", change)
        target.clear_calls()
        (second,) = connection.sync()
        _assert_alike(attio, target)
        edits = target.counts()["write"]
        (third,) = connection.sync(refresh=Refresh(streams=frozenset({"people"})))

        assert [True] * 3 == [_wholly(each) for each in (first, second, third)]
        assert (COMPANIES + PEOPLE, 0) == (first.tracker.committed, first.tracker.rejected)
        assert (3, 3) == (second.tracker.committed, edits)
        assert (PEOPLE, 0) == (third.tracker.committed, target.counts()["write"] - edits)


@pytest.mark.slow
@pytest.mark.parametrize(
    "crashes",
    [
        (Crash(side="destination", after_records=150), Crash(side="source", after_records=75)),
        (Crash(side="source", after_records=225), Crash(side="destination", after_states=1)),
    ],
    ids=["destination first", "source first"],
)
def test_crashes_lose_and_double_nothing(attio: Any, tmp_path: Path, crashes: tuple[Crash, ...]) -> None:
    """Either side killed: the attempts after it end in the same workspace, without duplicates."""
    attio.load(_dump())
    with _connection(attio, tmp_path) as (connection, target):
        attempts = connection.sync(crashes)
        _assert_alike(attio, target)

        assert _wholly(attempts[-1])
        assert len(crashes) + 1 == len(attempts)
        assert [COMPANIES, PEOPLE] == [len(contents(target, name, *COMPARED[name])) for name in COMPARED]
