"""Where the claims are made: at an emulator, or with ATTIO_API_TOKEN (and ATTIO_API_URL) at Attio itself."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from attio_api.auth import require_active
from attio_api.pace import Governor
from attio_emulator.emulator import Emulator
from attio_emulator.model.tokens import DEFAULT_TOKEN
from attio_emulator.serving.server import ThreadedServer
from integration_tests.contract.ground import Ground, break_ground, our_list
from integration_tests.whole_client import WholeClient

TOKEN = os.environ.get("ATTIO_API_TOKEN")


@pytest.fixture(scope="session")
def api_url() -> Iterator[str]:
    """Attio's address, or that of an emulator which runs on the real clock as Attio does."""
    if TOKEN:
        yield os.environ.get("ATTIO_API_URL", "https://api.attio.com")
        return
    server = ThreadedServer(Emulator(clock_mode="real"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def client(api_url: str) -> WholeClient:
    """Attio with a token that may do everything, at Attio's pace where it is Attio."""
    if TOKEN:
        real = WholeClient(TOKEN, api_url=api_url)
        require_active(real.whoami())
        return real
    unhurried = Governor(reads_per_second=5000, writes_per_second=5000, endpoint_limits={})
    return WholeClient(DEFAULT_TOKEN, api_url=api_url, governor=unhurried)


@pytest.fixture(scope="session")
def ground(client: WholeClient) -> Iterator[Ground]:
    """An object of our own, gone at the end with all its records."""
    with ExitStack() as tidying:
        yield break_ground(client, tidying)


@pytest.fixture(scope="session")
def companies(client: WholeClient) -> Iterator[Ground]:
    """The companies, of which those made here are gone at the end; needs no object of our own."""
    with ExitStack() as tidying:
        yield Ground(client=client, slug="companies", tidying=tidying)


@pytest.fixture(scope="session")
def sales(client: WholeClient) -> str:
    """The slug of a list of companies."""
    return our_list(client)
