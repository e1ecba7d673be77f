"""Refusals: one exception, and the table that gives every error code its status and type.

Raise `refuse("not_found", "…")` anywhere below a handler; `app` turns it into the answer.
Codes and statuses as in Attio's OpenAPI document (docs.attio.com/rest-api/endpoint-reference/openapi)
and as recorded in use.
"""

from collections.abc import Mapping, Sequence

from attio_emulator.contract.wire import Json, JsonObject

INVALID = "invalid_request_error"
AUTH = "auth_error"
RATE = "rate_limit_error"

SLUGGED = frozenset({"Object", "List", "Attribute"})
CODES: Mapping[str, tuple[int, str]] = {
    "validation_type": (400, INVALID),
    "value_not_found": (400, INVALID),
    "missing_value": (400, INVALID),
    "uniqueness_conflict": (400, INVALID),
    "matching_attribute_definition_not_unique": (400, INVALID),
    "multiple_match_results": (400, INVALID),
    "immutable_value": (400, INVALID),
    "filter_error": (400, INVALID),
    "unknown_filter_attribute_slug": (400, INVALID),
    "unknown_filter_select_option_slug": (400, INVALID),
    "invalid_filter_field": (400, INVALID),
    "invalid_filter_operator": (400, INVALID),
    "missing_sort_field": (400, INVALID),
    "system_edit_unauthorized": (400, INVALID),
    "formula_edit_unauthorized": (400, INVALID),
    "self_merge": (400, INVALID),
    "merge_in_progress": (400, INVALID),
    "duplicate_values": (400, INVALID),
    "multiple_values_for_single_value_attribute": (400, INVALID),
    "limit_reached": (400, INVALID),
    "quota_exceeded": (400, INVALID),
    "standard_object_disabled": (400, INVALID),
    "unauthorized": (401, AUTH),
    "billing_error": (403, AUTH),
    "not_found": (404, INVALID),
    "request_timeout": (408, INVALID),
    "slug_conflict": (409, INVALID),
    "concurrent_write_conflict": (409, INVALID),
    "rate_limit_exceeded": (429, RATE),
    "internal_error": (500, INVALID),
}


class AttioRefusal(Exception):  # noqa: N818 - a refusal is an answer of Attio's, not an error of ours
    """The refusal of a call, with the status, headers and members of its answer."""

    def __init__(  # noqa: PLR0913 - the members of Attio's error body
        self,
        status: int,
        type_: str,
        code: str,
        message: str,
        *,
        validation_errors: Sequence[JsonObject] | None = None,
        path: Sequence[str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type_
        self.code = code
        self.message = message
        self.validation_errors = validation_errors
        self.path = path
        self.headers = dict(headers or {})

    def body(self) -> JsonObject:
        """The JSON body in Attio's form, without optional members that are not set."""
        body: JsonObject = {
            "status_code": self.status,
            "type": self.type,
            "code": self.code,
            "message": self.message,
        }
        if self.validation_errors is not None:
            errors: list[Json] = list(self.validation_errors)
            body["validation_errors"] = errors
        if self.path is not None:
            keys: list[Json] = list(self.path)
            body["path"] = keys
        return body


def refuse(
    code: str,
    message: str,
    *,
    status: int | None = None,
    validation_errors: Sequence[JsonObject] | None = None,
    path: Sequence[str] | None = None,
) -> AttioRefusal:
    """Build the refusal of a known code; `status` overrides the code's usual status."""
    usual, type_ = CODES[code]
    return AttioRefusal(status or usual, type_, code, message, validation_errors=validation_errors, path=path)


def not_found(kind: str, name: str) -> AttioRefusal:
    """404 for a thing that is not there."""
    named = "slug/ID" if kind in SLUGGED else "ID"
    return refuse("not_found", f'{kind} with {named} "{name[:200]}" not found.')


def bad_value(
    message: str, path: Sequence[str | int], *, expected: str | None = None, received: str | None = None
) -> AttioRefusal:
    """400 for one bad value, with the single issue that explains it.

    Its code is `invalid_type` where another type was expected, else `invalid`, as of a recorded phone number.
    """
    code = "invalid" if expected is None else "invalid_type"
    issue: JsonObject = {"code": code, "path": list(path), "message": message}
    if expected is not None:
        issue["expected"] = expected
    if received is not None:
        issue["received"] = received
    return refuse("validation_type", message, validation_errors=[issue])
