"""A client on a network that answers as a test says, and on a clock that only sleeping moves."""

import random
from collections.abc import Iterator

import pytest
import requests_mock

from attio_api.client import AttioClient
from unit_tests.attio_api.fake_clock import FakeClock
from unit_tests.attio_api.network import TOKEN, URL


@pytest.fixture
def attio() -> Iterator[requests_mock.Mocker]:
    """Stands in for the network; addresses that a test did not announce are refused."""
    with requests_mock.Mocker() as network:
        yield network


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(attio: requests_mock.Mocker, clock: FakeClock) -> AttioClient:
    return AttioClient(TOKEN, api_url=URL, clock=clock, sleep=clock.sleep, rng=random.Random(7), max_tries=4)
