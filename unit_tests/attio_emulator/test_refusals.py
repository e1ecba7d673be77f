"""Refusals: the status and type of each code."""

from http import HTTPStatus

import pytest

from attio_emulator.contract.refusals import AUTH, CODES, INVALID, RATE, not_found, refuse

TYPES = {HTTPStatus.UNAUTHORIZED: AUTH, HTTPStatus.FORBIDDEN: AUTH, HTTPStatus.TOO_MANY_REQUESTS: RATE}


@pytest.mark.parametrize("code", CODES)
def test_the_type_of_a_refusal_goes_with_its_status(code: str) -> None:
    """Tokens and plans are `auth_error`, the pace is `rate_limit_error`, all else `invalid_request_error`."""
    body = refuse(code, "No.").body()

    assert {"status_code", "type", "code", "message"} == set(body)
    assert TYPES.get(HTTPStatus(int(str(body["status_code"]))), INVALID) == body["type"]


def test_a_refusal_names_what_is_missing_as_attio_does() -> None:
    """Definitions by slug or id, all else by id; a name without end is cut off."""
    assert 'Record with ID "r" not found.' == not_found("Record", "r").message
    assert 'Object with slug/ID "o" not found.' == not_found("Object", "o").message
    assert 300 > len(not_found("List", "x" * 1000).message)
