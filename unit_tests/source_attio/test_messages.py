"""Airbyte's messages about one stream."""

import logging

import pytest
from airbyte_cdk.models import AirbyteStreamStatus, FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from attio_api.errors import (
    AttioError,
    BadFilter,
    Malformed,
    Misconfigured,
    MissingScope,
    RateLimited,
    Unreadable,
)
from source_attio.emit.messages import Outbox, again, failure_type, stream_of, traced

OUTBOX = Outbox(stream="companies", wall_ms=lambda: 7)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Misconfigured("A setting is wrong."), FailureType.config_error),
        (MissingScope("A scope is missing."), FailureType.config_error),
        (BadFilter("A filter is wrong."), FailureType.config_error),
        (RateLimited("Too many requests."), FailureType.transient_error),
        (Unreadable("The answer is cut."), FailureType.transient_error),
        (Malformed("The answer has another shape."), FailureType.system_error),
    ],
)
def test_an_error_says_who_must_act(trouble: AttioError, kind: FailureType) -> None:
    """The user, time, or whoever maintains the connector; in a sentence that names the stream."""
    found = traced(trouble, "companies")

    assert kind is found.failure_type is failure_type(trouble)
    assert str(found.message).startswith(f"companies: {trouble.message}")


def test_an_error_of_ours_tells_its_kind_and_not_its_text() -> None:
    """The text may quote a row: it stays out of the message that people see."""
    found = traced(ValueError("ada@example.com"), "companies")
    told = OUTBOX.failure(ValueError("ada@example.com"))

    assert FailureType.system_error is found.failure_type
    assert "ValueError" in str(found.message)
    assert "ada@" not in str(found.message)
    assert told.trace
    assert told.trace.error
    assert "ada@" not in str(told.trace.error.message)


def test_an_error_of_airbytes_own_stays_as_it_is() -> None:
    """It has its sentence and its kind already."""
    trouble = AirbyteTracedException(message="As it is.", failure_type=FailureType.config_error)

    assert trouble is traced(trouble, "companies")


def test_a_state_that_is_sent_again_is_another_message_of_the_same_state() -> None:
    """Airbyte's CDK counts rows in the message itself, so none is sent twice."""
    first = OUTBOX.state({"version": 2})
    second = again(first)

    assert first is not second
    assert first.state is not second.state
    assert "companies" == stream_of(first) == stream_of(second)
    assert first.state
    assert second.state
    assert first.state.stream == second.state.stream
    assert stream_of(OUTBOX.row({})) is None


def test_rows_of_a_listing_lose_what_destinations_refuse(caplog: pytest.LogCaptureFixture) -> None:
    """With a remark for each row that had some; the others are as they were."""
    given = [{"name": "a\0b", "parts": ["c\0"]}, {"name": "plain"}]
    with caplog.at_level(logging.WARNING):
        rows = [each.record.data for each in OUTBOX.rows(iter(given)) if each.record]

    assert "\0" not in str(rows)
    assert {"name": "plain"} == rows[1]
    assert 1 == len(caplog.records)


@pytest.mark.parametrize("limited", [False, True])
def test_a_status_says_why_a_stream_waits(limited: bool) -> None:
    """The reason is there when Attio asks to wait, and only then."""
    message = OUTBOX.status(AirbyteStreamStatus.RUNNING, rate_limited=limited)
    assert message.trace
    status = message.trace.stream_status
    assert status

    assert (AirbyteStreamStatus.RUNNING, limited) == (status.status, bool(status.reasons))
