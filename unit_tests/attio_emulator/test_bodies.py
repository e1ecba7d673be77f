"""Moments in bodies, and the two endpoints whose 400 is written otherwise."""

from typing import Any

import pytest

from attio_emulator.calls.bodies import creation_moment, moment, with_status_code_in_camel_case
from attio_emulator.contract.refusals import AttioRefusal, refuse
from attio_emulator.contract.wire import loads

NOW = "2026-01-01T09:00:00.000000000Z"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (None, NOW),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z"),
        ("2026-01-01T10:00:00+01:00", NOW),
    ],
)
def test_a_body_may_say_when_something_was_made(given: str | None, made: str) -> None:
    """From 1970 until now; without it, it is now."""
    assert made == creation_moment(given, NOW)


@pytest.mark.parametrize("given", ["1969-12-31T23:59:59Z", "2026-01-01T09:00:00.001Z", "soon"])
def test_a_moment_that_cannot_be_is_refused(given: str) -> None:
    """With the place of the member."""
    with pytest.raises(AttioRefusal) as refused:
        creation_moment(given, NOW)

    assert ("validation_type", [["data", "created_at"]]) == (
        refused.value.code,
        [each["path"] for each in refused.value.validation_errors or ()],
    )
    with pytest.raises(AttioRefusal, match="deadline_at"):
        moment("soon", "deadline_at")


def test_only_a_400_is_written_otherwise() -> None:
    """`statusCode` takes the place of `status_code`; other refusals go on."""

    def handler(call: Any) -> Any:
        raise refuse(call, "No.")

    wrapped: Any = with_status_code_in_camel_case(handler)
    shown: Any = loads(wrapped("value_not_found").body)

    assert 400 == shown["statusCode"]
    assert "status_code" not in shown
    with pytest.raises(AttioRefusal):
        wrapped("not_found")
