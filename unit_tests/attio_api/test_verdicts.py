from typing import Any

import pytest

from attio_api import errors
from attio_api.errors import AttioError
from attio_api.pace import Governor
from attio_api.verdicts import VERDICTS, verdict

ANSWERS: dict[tuple[int, str], type[AttioError]] = {
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
    (400, "self_merge"): errors.Rejected,
    (400, "merge_in_progress"): errors.MergeInProgress,
    (404, "merge_in_progress"): errors.MergeInProgress,
    (400, "particle_gate_violation"): errors.Rejected,
    (400, "duplicate_values"): errors.InvalidValue,
    (400, "multiple_values_for_single_value_attribute"): errors.InvalidValue,
    (400, "formula_edit_unauthorized"): errors.Forbidden,
    (400, "standard_object_disabled"): errors.UnknownObject,
    (400, "limit_reached"): errors.LimitReached,
    (400, "quota_exceeded"): errors.PlanLimit,
    (401, "unauthorized"): errors.BadToken,
    (403, "unauthorized"): errors.MissingScope,
    (403, "billing_error"): errors.PlanLimit,
    (403, "quota_exceeded"): errors.PlanLimit,
    (404, "not_found"): errors.NotFound,
    (404, "value_not_found"): errors.ValueNotFound,
    (409, "slug_conflict"): errors.AlreadyExists,
    (409, "concurrent_write_conflict"): errors.ConcurrentWrite,
    (409, "uniqueness_conflict"): errors.AlreadyExists,
    (413, "validation_type"): errors.InvalidValue,
    (429, "rate_limit_exceeded"): errors.RateLimited,
}
BY_STATUS: dict[int, type[AttioError]] = {
    400: errors.Rejected,
    401: errors.BadToken,
    403: errors.MissingScope,
    404: errors.NotFound,
    405: errors.Rejected,
    413: errors.InvalidValue,
    429: errors.RateLimited,
    500: errors.ServerTrouble,
    502: errors.ServerTrouble,
    503: errors.ServerTrouble,
    504: errors.ServerTrouble,
    529: errors.ServerTrouble,
}
RECORD = "/v2/objects/people/records/5d6e0e52-7a43-5c57-9f5b-3a0a3f1f7c02"


def body(status: int, code: str, **more: Any) -> Any:
    return {
        "status_code": status,
        "type": "invalid_request_error",
        "code": code,
        "message": "Said so.",
        **more,
    }


@pytest.mark.parametrize(("answer", "expected"), ANSWERS.items())
def test_every_documented_answer_has_a_name(answer: tuple[int, str], expected: type[AttioError]) -> None:
    """Each pair of status and code that Attio is known to send is judged, however it spells the status."""
    status, code = answer
    other_spelling = {"statusCode": status, "code": code, "message": "Said so."}

    assert expected in type(verdict(status, body(status, code))).__mro__
    assert type(verdict(status, body(status, code))) is type(verdict(status, other_spelling))


@pytest.mark.parametrize(("status", "expected"), BY_STATUS.items())
@pytest.mark.parametrize("content", [None, [], {"code": None}, {"code": "brand_new_code"}])
def test_an_unknown_code_is_judged_by_its_status(
    status: int, content: Any, expected: type[AttioError]
) -> None:
    """A code that nobody has seen yet, or an answer without one, still belongs to a family."""
    assert expected is type(verdict(status, content))


def test_no_row_goes_untested() -> None:
    """The answers above are all the pairs that the table has."""
    assert set(ANSWERS) == {(status, code) for status, code in VERDICTS if code}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (RECORD, errors.Gone),
        (f"{RECORD}/entries", errors.Gone),
        ("/v2/notes/5d6e0e52-7a43-4c57-9f5b-3a0a3f1f7c02", errors.Gone),
        ("/v2/notes/note-7", errors.Gone),
        ("/v2/objects/people/records/7", errors.Gone),
        ("/v2/lists/sales/entries/a%2Fb", errors.Gone),
        ("/v2/objects/dinosaurs/records/query", errors.UnknownObject),
        ("/v2/objects/dinosaurs/records/merge", errors.UnknownObject),
        ("/v2/lists/sales", errors.UnknownObject),
        ("/v2/nothing", errors.NotFound),
    ],
)
def test_what_is_not_found_depends_on_where(path: str, expected: type[AttioError]) -> None:
    """A record that is gone is one row's trouble; an object that was never there is the configuration's."""
    assert expected is type(verdict(404, body(404, "not_found"), path=path))


@pytest.mark.parametrize("code", ["validation_type", "brand_new_code"])
def test_a_refused_query_is_a_bad_filter(code: str) -> None:
    """A query carries no row, so what Attio refuses in it is the filter, not the value of an attribute."""
    problems = [{"path": ["limit"], "message": "Too big."}]
    answer = body(400, code, validation_errors=problems)
    error = verdict(400, answer, path="/v2/lists/sales/entries/query")

    assert (errors.BadFilter, None) == (type(error), error.attribute)


def test_a_filter_with_too_many_values_has_a_name_of_its_own() -> None:
    """Attio has no code for it, so its words tell; the caller asks with fewer values then."""
    body = {"code": "filter_error", "message": "Error in filter: Too many constraint values used"}

    assert type(verdict(400, body, path="/v2/objects/people/records/query")) is errors.TooManyValues
    assert (
        type(verdict(400, body | {"message": "odd"}, path="/v2/objects/x/records/query")) is errors.BadFilter
    )


def test_an_unknown_object_is_named() -> None:
    """The sentence says where Attio was asked."""
    error = verdict(404, body(404, "not_found"), path="/v2/objects/dinosaurs/attributes")

    assert "/v2/objects/dinosaurs/attributes" in str(error)
    assert "activated" in str(error.remedy)


def test_details_are_kept_apart() -> None:
    """Attio's own words may quote a row, so they are in the details and not in the sentence."""
    problem = {
        "code": "invalid_type",
        "path": ["data", "values", "stage", 0, "status"],
        "message": "Required",
    }
    error = verdict(
        400, body(400, "validation_type", validation_errors=[problem], message="No 'secret' here.")
    )

    assert ("stage", [problem]) == (error.attribute, error.details["validation_errors"])
    assert "secret" not in f"{error}{error!r}"
    assert "No 'secret' here." == error.details["message"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("validation_type", 'An invalid value was passed to attribute with slug "name".'),
        ("value_not_found", 'Cannot find attribute with slug/ID "name".'),
        ("uniqueness_conflict", 'A value provided for attribute with slug "name" conflicts with another.'),
        ("missing_value", 'Required value for attribute with ID "name" was not provided.'),
    ],
)
def test_the_attribute_of_a_refusal_is_read_from_its_message(code: str, message: str) -> None:
    """An issue of a value points inside the value; only the message says whose value it is."""
    problem = {"code": "invalid_type", "path": ["first_name"], "message": "Required"}
    error = verdict(400, body(400, code, validation_errors=[problem], message=message))

    assert "name" == error.attribute


@pytest.mark.parametrize("broken", [None, "text", [None], [{"path": None}], [{"path": [0, "data"]}], [{}]])
def test_odd_validation_errors_do_no_harm(broken: Any) -> None:
    """Without a path that leads into an attribute no attribute is named."""
    assert verdict(400, body(400, "validation_type", validation_errors=broken)).attribute is None


def test_a_filter_error_keeps_its_path() -> None:
    """The keys that lead to the offending part of a filter are kept."""
    error = verdict(400, body(400, "unknown_filter_attribute_slug", path=["$and", 0, "nmae"]))

    assert ["$and", 0, "nmae"] == error.details["path"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "Thu, 01 Jan 1970 00:01:00 GMT"}, 60.0),
        ({"retry-after": "3", "date": "Thu, 01 Jan 1970 00:01:00 GMT"}, 63.0),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "7200", "date": "Thu, 01 Jan 1970 00:00:00 GMT"}, 7200.0),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "9" * 5000}, float("inf")),
        ({}, None),
        (None, None),
    ],
)
def test_when_to_come_back(headers: dict[str, str] | None, expected: float | None) -> None:
    """Attio names the moment as a date; seconds, as proxies send them, count from the answer's own date."""
    error = verdict(429, body(429, "rate_limit_exceeded"), headers)

    assert isinstance(error, errors.RateLimited)
    assert expected == error.retry_at


def test_seconds_without_a_date_make_a_pause() -> None:
    """A proxy's answer may have no date: the seconds are waited all the same."""
    error = verdict(429, body(429, "rate_limit_exceeded"), {"Retry-After": "700"})

    assert isinstance(error, errors.RateLimited)
    assert 700 == Governor().pause_until(error.retry_at, now=error.answered_at)


@pytest.mark.parametrize("status", [410, 418, 422, 451])
def test_an_unknown_status_is_told_as_such(status: int) -> None:
    """It is no filter that Attio does not understand, but an answer that nobody has described."""
    error = verdict(status, {}, path="/v2/objects/companies/records/query")

    assert not isinstance(error, errors.BadFilter)
    assert f"HTTP {status}" in error.message
    assert "does not document" in error.message
