"""Fixtures of many files of tests: the commands, the destination's desk, the review room and its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration_tests.destination.desk import Desk
from integration_tests.room.rooms import served
from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.room.rooms import Served
    from integration_tests.sync.commands import Commands


NASTY = "</h3><script>alert(1)</script>\u202e"
ROWS = "Name,Domain,Unknown\nAcme,acme.com,x\nGlobex Ltd,globex.com,y\n" + f'"{NASTY}",nasty.com,z\n'


@pytest.fixture
def desk(attio: RemoteEmulator, tmp_path: Path) -> Desk:
    """A workspace, a journal and a folder to push from."""
    return Desk(attio, tmp_path)


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in, in an empty folder."""
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        yield commands


@pytest.fixture
def commands(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """A folder with a file of three companies, one of which Attio knows by another name."""
    attio.create_record("companies", {"name": "Globex", "domains": ["globex.com"]})
    with signed_in(attio.url, attio.token, tmp_path) as made:
        (tmp_path / "companies.csv").write_text(ROWS)
        yield made


@pytest.fixture
def room(commands: Commands) -> Iterator[Served]:
    """The room of that folder, with its tables."""
    commands.done("pull", "--to", "crm.duckdb", "--stream", "companies")
    with served(warehouse=commands.folder / "crm.duckdb") as found:
        yield found
