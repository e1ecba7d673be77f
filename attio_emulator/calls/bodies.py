"""Checks a request body and returns its `data`, and reads timestamps in it."""

from http import HTTPStatus
from typing import Any

from attio_emulator.calls.routing import Answer, Call, Handler, json_answer
from attio_emulator.contract.refusals import AttioRefusal, bad_value
from attio_emulator.contract.shapes import Check, conform, shape
from attio_emulator.model.clock import nanoseconds, stamp


def sent(call: Call, check: Check) -> dict[str, Any]:
    """The `data` member of the body; refused with 400 where it does not fit the shape."""
    body: dict[str, Any] = conform(call.json(), shape({"data": check}))
    data: dict[str, Any] = body["data"]
    return data


def moment(text: str, name: str) -> str:
    """An ISO 8601 timestamp in Attio's form; any other text is refused with 400."""
    try:
        return stamp(nanoseconds(text))
    except (ValueError, OverflowError):
        raise bad_value(f"{name} is not an ISO 8601 timestamp.", ["data", name]) from None


def creation_moment(given: str | None, now: str) -> str:
    """The `created_at` that a body asks for; refused with 400 before 1970 and in the future."""
    if given is None:
        return now
    created_at = moment(given, "created_at")
    if not "1970" <= created_at <= now:
        raise bad_value("created_at must lie between 1970 and now.", ["data", "created_at"])
    return created_at


def with_status_code_in_camel_case(handler: Handler) -> Handler:
    """Wrap an endpoint whose 400 has `statusCode` where all others have `status_code`.

    docs.attio.com/rest-api/endpoint-reference/openapi documents it for comments and meetings.
    """

    def handle(call: Call) -> Answer:
        try:
            return handler(call)
        except AttioRefusal as refusal:
            if refusal.status != HTTPStatus.BAD_REQUEST:
                raise
            body = refusal.body()
            return json_answer({"statusCode": body.pop("status_code"), **body}, refusal.status)

    return handle
