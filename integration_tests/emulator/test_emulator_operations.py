"""Every answer of a broad session against the emulator, held against all operations of October 2026."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from attio_emulator.endpoints import ROUTES
from attio_emulator.routes.unsupported import UNSUPPORTED
from integration_tests.attio_session.calling import Exchange, Session
from integration_tests.attio_session.whole import whole_session
from integration_tests.emulator.attio_operations import AttioOperations
from integration_tests.emulator.attio_reference import needed

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

DOCUMENT = needed("operations.json")
LEVELS = ["workspace", "user"]


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


def test_every_operation_needs_the_scopes_that_attio_names(operations: AttioOperations) -> None:
    """Each emulated endpoint asks for its operation's scopes and level of token.

    `test_access` and `test_comments` look at scopes that depend on the target, a record or an entry.
    """
    served = {
        (route.method, re.sub(r"{[^}]*}", "{}", route.path)): (
            sorted(route.scopes),
            ["workspace"] if route.workspace_level else LEVELS,
        )
        for route in ROUTES
        if (route.method, route.path) not in UNSUPPORTED
    }
    documented = {
        (method, re.sub(r"{[^}]*}", "{}", path)): (sorted(each["scopes"]), each["token_levels"] or LEVELS)
        for (method, path), each in operations.described.items()
        if (method, path) not in UNSUPPORTED
    }

    assert documented == {name: served[name] for name in documented}


def test_every_operation_is_answered_or_left_out(
    operations: AttioOperations, exchanges: list[Exchange]
) -> None:
    """The session has a successful call of each operation but those that are said to be left out."""
    answered = {operations.operation_of(exchange) for exchange in exchanges if exchange.status < 400}
    unsupported = {each for each in UNSUPPORTED if each[1].startswith("/v2/")}

    assert unsupported == {*operations.all()} - answered
