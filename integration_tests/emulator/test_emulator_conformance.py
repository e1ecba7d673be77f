"""Every answer of a broad session against the emulator, held against Attio's own OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from integration_tests.attio_session.calling import Exchange, Session
from integration_tests.attio_session.whole import whole_session
from integration_tests.emulator.attio_reference import needed
from integration_tests.emulator.attio_schema import AttioSchema
from integration_tests.emulator.attio_schema_errors import KNOWN_ERRORS, YOUNGER

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

DOCUMENT = needed("openapi.json")
EXAMPLES = needed("webhook-events.json")
# Nothing in the API resolves a thread, deletes a list or invites a member; activities are not emulated.
NEVER_FIRED = {"comment.resolved", "comment.unresolved", "list.deleted", "workspace-member.created"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one whole session brought: answers, and events."""

    exchanges: list[Exchange]
    events: list[Any]


@pytest.fixture(scope="module")
def told(attio_server: RemoteEmulator) -> Told:
    attio_server.reset()
    session = Session(url=attio_server.url, token=attio_server.token)
    whole_session(session)
    return Told(exchanges=session.exchanges, events=attio_server.events())


@pytest.fixture(scope="module")
def exchanges(told: Told) -> list[Exchange]:
    return told.exchanges


@pytest.fixture(scope="module")
def schema() -> AttioSchema:
    return AttioSchema.read(DOCUMENT)


@pytest.fixture(scope="module")
def examples(schema: AttioSchema) -> dict[str, Any]:
    """An example of every event, kept beside the document."""
    events: dict[str, Any] = orjson.loads(EXAMPLES.read_bytes())["events"]
    return events


def test_every_answer_fits_the_schema(schema: AttioSchema, exchanges: list[Exchange]) -> None:
    """Each answer, also each refusal, validates against what Attio publishes for it."""
    assert [] == [complaint for exchange in exchanges for complaint in schema.complaints(exchange)]


def test_every_operation_is_answered(schema: AttioSchema, exchanges: list[Exchange]) -> None:
    """The session has a successful call of each published operation, so that none goes unchecked."""
    answered = {schema.operation_of(exchange) for exchange in exchanges if exchange.status < 400}

    assert set() == {*schema.operations(), *YOUNGER} - answered


def test_every_known_error_is_still_there(schema: AttioSchema) -> None:
    """Each mended error of the document occurs in it; a newer document shows here what to drop."""
    assert {error.reason for error in KNOWN_ERRORS} == set(schema.mended)


def members(event: dict[str, Any]) -> set[str]:
    """The names in an event: its own, and those of its id."""
    return {*event, *(f"id.{name}" for name in event["id"]), *(f"actor.{name}" for name in event["actor"])}


def test_every_event_has_the_members_that_attio_documents(told: Told, examples: dict[str, Any]) -> None:
    """Each event of the session has exactly the members of Attio's example for its type."""
    expected = {name: members(example["payload"]["events"][0]) for name, example in examples.items()}

    assert [] == [event for event in told.events if members(event) != expected[event["event_type"]]]


def test_every_event_that_calls_can_cause_was_caused(told: Told, examples: dict[str, Any]) -> None:
    """The session fires all documented types but those that no call can cause."""
    documented = {name for name, example in examples.items() if example["documented"]}

    assert documented - NEVER_FIRED == {event["event_type"] for event in told.events}
