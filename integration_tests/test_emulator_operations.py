"""Every answer of a broad session against the emulator, held against all operations of October 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_emulator.routes.unsupported import UNSUPPORTED
from integration_tests.attio_operations import AttioOperations
from integration_tests.attio_reference import needed
from integration_tests.attio_session.calling import Exchange, Session
from integration_tests.attio_session.whole import whole_session

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

DOCUMENT = needed("operations.json")


@pytest.fixture(scope="module")
def exchanges(attio_server: RemoteEmulator) -> list[Exchange]:
    attio_server.reset()
    session = Session(url=attio_server.url, token=attio_server.token)
    whole_session(session)
    return session.exchanges


@pytest.fixture(scope="module")
def operations() -> AttioOperations:
    return AttioOperations.read(DOCUMENT)


def test_every_answer_fits_its_operation(operations: AttioOperations, exchanges: list[Exchange]) -> None:
    """Each answer validates against the operation's model, and each refusal has a code that is known."""
    assert [] == [complaint for exchange in exchanges for complaint in operations.complaints(exchange)]


def test_every_operation_is_answered_or_left_out(
    operations: AttioOperations, exchanges: list[Exchange]
) -> None:
    """The session has a successful call of each operation but those that are said to be left out."""
    answered = {operations.operation_of(exchange) for exchange in exchanges if exchange.status < 400}
    unsupported = {each for each in UNSUPPORTED if each[1].startswith("/v2/")}

    assert unsupported == {*operations.all()} - answered
