"""The one table from Attio's answers to the names in `errors`.

Attio's published schemas list fewer codes than the API sends, so a code is an open string: one that the table
does not know is judged by its status. Branches on `code`, never on `message`
(docs.attio.com/rest-api/overview).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from attio_api import errors
from attio_api.errors import AttioError, RateLimited
from attio_api.moments import http_date
from attio_api.wire import Json

VERDICTS: Final[Mapping[tuple[int, str | None], type[AttioError]]] = {
    (400, "validation_type"): errors.InvalidValue,
    (400, "value_not_found"): errors.ValueNotFound,
    (400, "missing_value"): errors.MissingValue,
    (400, "uniqueness_conflict"): errors.UniquenessConflict,
    (400, "matching_attribute_definition_not_unique"): errors.NotUnique,
    (400, "multiple_match_results"): errors.Ambiguous,
    (400, "immutable_value"): errors.ImmutableValue,
    (400, "filter_error"): errors.BadFilter,
    (400, "unknown_filter_attribute_slug"): errors.BadFilter,
    (400, "unknown_filter_select_option_slug"): errors.UnknownOption,
    (400, "invalid_filter_field"): errors.BadFilter,
    (400, "invalid_filter_operator"): errors.BadFilter,
    (400, "missing_sort_field"): errors.BadFilter,
    (400, "system_edit_unauthorized"): errors.Forbidden,
    (400, "formula_edit_unauthorized"): errors.Forbidden,
    (400, "standard_object_disabled"): errors.UnknownObject,
    (400, "self_merge"): errors.InvalidValue,
    (400, "merge_in_progress"): errors.MergeInProgress,
    (404, "merge_in_progress"): errors.MergeInProgress,
    (400, "particle_gate_violation"): errors.Rejected,
    (400, "duplicate_values"): errors.InvalidValue,
    (400, "multiple_values_for_single_value_attribute"): errors.InvalidValue,
    (400, "limit_reached"): errors.LimitReached,
    (400, "quota_exceeded"): errors.PlanLimit,
    (400, None): errors.Rejected,
    (401, "unauthorized"): errors.BadToken,
    (401, None): errors.BadToken,
    (402, None): errors.PlanLimit,
    (403, "unauthorized"): errors.MissingScope,
    (403, "billing_error"): errors.PlanLimit,
    (403, "quota_exceeded"): errors.PlanLimit,
    (403, None): errors.MissingScope,
    (404, "not_found"): errors.NotFound,
    (404, "value_not_found"): errors.ValueNotFound,
    (404, None): errors.NotFound,
    (408, None): errors.ServerTrouble,
    (409, "slug_conflict"): errors.AlreadyExists,
    (409, "concurrent_write_conflict"): errors.ConcurrentWrite,
    (409, "uniqueness_conflict"): errors.AlreadyExists,
    (409, None): errors.AlreadyExists,
    (413, "validation_type"): errors.InvalidValue,
    (413, None): errors.InvalidValue,
    (429, "rate_limit_exceeded"): errors.RateLimited,
    (429, None): errors.RateLimited,
}

_TOO_MANY: Final = re.compile("too many constraint values", re.IGNORECASE)
"""The only case in which Attio's message decides, since it has no code for it."""
_NAMED: Final = re.compile(r'attribute with (?:slug|slug/ID|ID) "([^"]+)"')
"""Attio names an attribute by its slug, but one that lacks its value by its id."""
_SECONDS: Final = re.compile(r" *[0-9]+ *")
"""A `Retry-After` as a proxy on the way writes it; Attio itself writes an HTTP date."""
_ONE_THING: Final = re.compile(
    r"^/v2/(?:(?:objects|lists)/[^/]+/(?:records|entries)/(?!(?:query|merge)$)[^/]+(?:/.*)?"
    r"|(?:notes|tasks|comments|threads|meetings|files|webhooks|workspace_members)/(?!upload$)[^/]+(?:/.*)?)$"
)
_CONFIGURED: Final = re.compile(r"^/v2/(?:objects|lists)/[^/]+(?:/.*)?$")
_QUERY: Final = re.compile(r"^/v2/.*/query$")
_WHO: Final = re.compile(r"^/v2/self$")
_BY_PLACE: Final = (
    # For `/v2/self`, `missing_value` means that Attio found no token in the request.
    (errors.MissingValue, _WHO, errors.BadToken),
    (errors.NotFound, _ONE_THING, errors.Gone),
    (errors.NotFound, _CONFIGURED, errors.UnknownObject),
    (errors.InvalidValue, _QUERY, errors.BadFilter),
    (errors.Rejected, _QUERY, errors.BadFilter),
    # A query creates nothing, so "exists already" means that somebody writes to the same records.
    (errors.AlreadyExists, _QUERY, errors.ConcurrentWrite),
)

_TOLD_BY_PLACE: Final = {
    errors.NotFound,
    errors.UnknownObject,
    errors.MissingScope,
    errors.BadFilter,
    errors.TooManyValues,
    errors.UnknownOption,
}


_UNDOCUMENTED: Final = "Attio refused this with a status that it does not document"


def verdict(
    status: int,
    body: Json = None,
    headers: Mapping[str, str] | None = None,
    *,
    path: str = "",
) -> AttioError:
    """Return the error for an answer that is no success; `path` tells apart missing records and objects."""
    facts: Mapping[str, Any] = body if isinstance(body, dict) else {}
    code = facts["code"] if isinstance(facts.get("code"), str) else None
    kind = _in_place(_kind(status, code), path) if _is_known(status, code) else errors.Rejected
    if issubclass(kind, errors.BadFilter) and _TOO_MANY.search(str(facts.get("message"))):
        kind = errors.TooManyValues
    attribute = _attribute(facts) if issubclass(kind, errors.Rejected) else None
    error = kind(
        _sentence(kind, status, code, attribute or _whereabouts(kind, path)),
        status=status,
        code=code,
        attribute=attribute,
        details=_details(facts),
    )
    if isinstance(error, RateLimited):
        error.answered_at = http_date(_header(headers, "date"))
        after = _header(headers, "retry-after") or ""
        if _SECONDS.fullmatch(after):
            # A proxy may write no date: only the difference of the two times counts.
            error.answered_at = error.answered_at or 0.0
            error.retry_at = error.answered_at + float(after)
        else:
            error.retry_at = http_date(after)
    return error


def _kind(status: int, code: str | None) -> type[AttioError]:
    known = VERDICTS.get((status, code)) or VERDICTS.get((status, None))
    return known or (errors.ServerTrouble if status >= 500 else errors.Rejected)  # noqa: PLR2004 (HTTP's own border)


def _is_known(status: int, code: str | None) -> bool:
    return status >= 500 or (status, code) in VERDICTS or (status, None) in VERDICTS  # noqa: PLR2004 (as above)


def _in_place(kind: type[AttioError], path: str) -> type[AttioError]:
    """Return a more precise error where one code of Attio has several meanings, told apart by the path."""
    for general, pattern, precise in _BY_PLACE:
        if kind is general and pattern.match(path):
            return precise
    return kind


def _whereabouts(kind: type[AttioError], path: str) -> str | None:
    return path if path and kind in _TOLD_BY_PLACE else None


def _sentence(kind: type[AttioError], status: int, code: str | None, about: str | None) -> str:
    known = (kind.__doc__ or kind.__name__).strip().splitlines()[0]
    text = known if _is_known(status, code) else _UNDOCUMENTED
    return f"{text.rstrip('.')}{f': {about}' if about else ''} (HTTP {status}{f', {code}' if code else ''})."


def _details(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in ("message", "type", "validation_errors", "path") if key in facts}


def _attribute(facts: Mapping[str, Any]) -> str | None:
    """Return the slug or id of the attribute: named in the message, else the first name in an issue's path.

    The message goes first, since the path of an issue within a value begins inside the value.
    """
    named = _NAMED.search(str(facts.get("message")))
    if named is not None:
        return named[1]
    found = facts.get("validation_errors")
    for problem in found if isinstance(found, list) else []:
        path = problem.get("path") if isinstance(problem, dict) else None
        steps = [step for step in path if isinstance(step, str)] if isinstance(path, list) else []
        names = [step for step in steps if step not in {"data", "values", "entry_values"}]
        if names:
            return names[0]
    return None


def _header(headers: Mapping[str, str] | None, name: str) -> str | None:
    for key, value in (headers or {}).items():
        if key.lower() == name:
            return value
    return None
