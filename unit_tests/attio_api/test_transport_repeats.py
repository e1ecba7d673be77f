"""Which calls are sent again after trouble, when, and how often."""

from typing import Any

import pytest
import requests
import requests_mock

from attio_api import errors
from attio_api.client import AttioClient
from unit_tests.attio_api.fake_clock import FakeClock
from unit_tests.attio_api.network import (
    BUSY,
    CUT,
    DONE,
    DOWN,
    GARBAGE,
    GONE,
    LATER,
    NOON,
    PAGE,
    QUERY,
    RECORD,
    RESET,
    URL,
    refusal,
)


@pytest.mark.parametrize(
    "trouble", [BUSY, DOWN, CUT, GARBAGE, RESET, refusal(409, "concurrent_write_conflict")]
)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_may_be_repeated_is(
    client: AttioClient, attio: requests_mock.Mocker, method: str, trouble: dict[str, Any]
) -> None:
    """Requests that do no more twice than once are sent again until they are answered."""
    attio.register_uri(method, URL + RECORD, [trouble, trouble, DONE])

    assert {"id": {}} == client.data(method, RECORD)
    assert 3 == attio.call_count


@pytest.mark.parametrize("trouble", [BUSY, DOWN, CUT, GARBAGE, RESET])
def test_queries_are_repeated(
    client: AttioClient, attio: requests_mock.Mocker, trouble: dict[str, Any]
) -> None:
    """A query is a POST, but only looks; a page that is cut is never an empty page."""
    attio.post(URL + QUERY, [trouble, {"json": {"data": [{"id": {}}]}}])

    assert [{"id": {}}] == client.query_records("people")


@pytest.mark.parametrize(
    "trouble",
    [DOWN, CUT, GARBAGE, RESET, {"status_code": 403, **PAGE}, {"status_code": 500}, {"status_code": 503}],
)
def test_a_create_is_not_repeated_blindly(
    client: AttioClient, attio: requests_mock.Mocker, trouble: dict[str, Any]
) -> None:
    """A create whose answer was lost may have been done: who asked has to look before asking again."""
    attio.post(f"{URL}/v2/objects/people/records", [trouble, DONE])

    with pytest.raises(errors.OutcomeUnknown, match="may or may not"):
        client.create_record("people", {})
    assert 1 == attio.call_count


@pytest.mark.parametrize(
    "trouble",
    [
        BUSY,
        {"exc": requests.exceptions.ConnectTimeout()},
        refusal(409, "concurrent_write_conflict"),
        refusal(400, "merge_in_progress"),
    ],
)
def test_a_create_that_was_not_done_is_repeated(
    client: AttioClient, attio: requests_mock.Mocker, trouble: dict[str, Any]
) -> None:
    """A create that was certainly not processed is sent again."""
    attio.post(f"{URL}/v2/objects/people/records", [trouble, DONE])

    assert {"id": {}} == client.create_record("people", {})


def test_a_data_of_the_wrong_shape_is_asked_for_again(
    client: AttioClient, attio: requests_mock.Mocker
) -> None:
    """JSON that is not what the endpoint gives is as good as a cut answer."""
    attio.get(
        f"{URL}/v2/objects",
        [{"json": {}}, {"json": {"data": {}}}, {"json": {"data": [1]}}, {"json": {"data": []}}],
    )

    assert [] == client.objects()


@pytest.mark.parametrize(("method", "kind"), [("GET", errors.Malformed), ("POST", errors.OutcomeUnknown)])
def test_an_impossible_answer_is_not_asked_for_again(
    client: AttioClient, attio: requests_mock.Mocker, method: str, kind: type[errors.AttioError]
) -> None:
    """It would be the same again; of a create, nobody knows what it did."""
    attio.request(method, f"{URL}/v2/notes", text='{"data":NaN}')

    with pytest.raises(kind):
        client.data(method, "/v2/notes")
    assert attio.call_count == 1


def test_attios_moment_is_waited_for(
    client: AttioClient, attio: requests_mock.Mocker, clock: FakeClock
) -> None:
    """After a refusal the next try comes when Attio said, by its own clock, and not sooner."""
    attio.get(URL + RECORD, [BUSY, DONE])
    client.one("GET", RECORD)

    assert pytest.approx(7.0) == sum(clock.slept)


def test_a_refusal_without_a_moment_backs_off(
    client: AttioClient, attio: requests_mock.Mocker, clock: FakeClock
) -> None:
    """Where nobody says when to come back, or names a moment that has passed, we wait all the same."""
    past = {**BUSY, "headers": {"Retry-After": NOON, "Date": LATER}}
    attio.get(URL + RECORD, [{"status_code": 429}, past, DONE])
    client.one("GET", RECORD)

    assert 2 == len(clock.slept)
    assert all(seconds > 0 for seconds in clock.slept)


def test_refusals_cost_patience_not_tries(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A busy workspace is no failure: many refusals are borne, but not for ever."""
    attio.get(URL + RECORD, [*[BUSY] * 10, DONE])
    attio.get(f"{URL}/v2/objects", **BUSY)

    assert {"id": {}} == client.one("GET", RECORD)
    with pytest.raises(errors.RateLimited):
        client.objects()


def test_trouble_ends_after_the_last_try(
    client: AttioClient, attio: requests_mock.Mocker, clock: FakeClock
) -> None:
    """After as many tries as allowed the last trouble is raised; each wait is longer than the one before."""
    attio.get(URL + RECORD, **DOWN)

    with pytest.raises(errors.ServerTrouble):
        client.one("GET", RECORD)
    assert 4 == attio.call_count
    assert clock.slept == sorted(clock.slept)


@pytest.mark.parametrize("code", ["value_not_found", "validation_type", "uniqueness_conflict"])
def test_a_rejection_is_not_repeated(client: AttioClient, attio: requests_mock.Mocker, code: str) -> None:
    """What Attio refused once it would refuse again."""
    attio.patch(URL + RECORD, **refusal(400, code))

    with pytest.raises(errors.Rejected):
        client.one("PATCH", RECORD, {})
    assert 1 == attio.call_count


def test_a_repeated_delete_that_finds_nothing_is_done(
    client: AttioClient, attio: requests_mock.Mocker
) -> None:
    """If the first answer was lost, a record that is gone was deleted by us; otherwise it is an error."""
    attio.delete(URL + RECORD, [RESET, GONE])
    client.call("DELETE", RECORD)
    attio.delete(URL + RECORD, [BUSY, GONE])

    with pytest.raises(errors.Gone):
        client.call("DELETE", RECORD)
