"""The command `check`, in process: what it says of the change feed and of filters."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
import requests
from airbyte_cdk.models import Status

from source_attio import engine, engine_source
from source_attio.config import Config
from source_attio.engine_source import EngineSource
from source_attio.read.context import Context, connect
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import TOKEN, URL, Relay
from unit_tests.source_attio.relay_in_process import FEED

CONFIG: dict[str, Any] = {"credentials": {"access_token": TOKEN}, "api_url": URL, "change_feed": FEED}
WELL = {"epoch": "one", "head": 9, "next": 9, "more": False, "gap": None, "changes": []}
LOGGER = logging.getLogger("airbyte")
Checked = Callable[..., tuple[Status, str]]
"""Takes how the relay answers, and further settings."""


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Checked:
    """A check of a workspace whose change feed answers as it is told to."""
    made = bench(1)
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", made.adapter)

    def context(_: EngineSource, config: Any, max_tries: int) -> Context:
        parsed = Config.parse(config)
        return connect(parsed, session=session, pool=AtOnce(), sleep=made.clock.sleep, max_tries=max_tries)

    right = engine.feed_of
    monkeypatch.setattr(EngineSource, "_context", context)
    monkeypatch.setattr(engine, "feed_of", lambda context: right(context, session))

    def check(relay: Relay, **more: Any) -> tuple[Status, str]:
        made.adapter.relay = relay
        status = EngineSource().check(LOGGER, {**CONFIG, **more})
        return status.status, status.message or ""

    return check


def test_a_feed_that_answers_is_well(checked: Checked, caplog: pytest.LogCaptureFixture) -> None:
    """It is asked for its present position, with its token; a gap at present is a warning."""
    asked: list[tuple[str, list[tuple[str, str]], str]] = []

    def relay(path: str, pairs: list[tuple[str, str]], headers: dict[str, str]) -> tuple[int, Any]:
        asked.append((path, pairs, headers["Authorization"]))
        return 200, WELL | ({"gap": {"reason": "webhook_down"}} if len(asked) > 1 else {})

    assert (Status.SUCCEEDED, "") == checked(relay)
    assert [("/feeds/acme/changes", [("after", "head"), ("limit", "0")], f"Bearer {FEED['token']}")] == asked
    assert "gap" not in caplog.text
    status, message = checked(relay)
    assert Status.SUCCEEDED is status
    assert "The change feed has a gap at present (webhook_down)" in message
    assert message in caplog.text


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (401, {}, "it answers with HTTP 401; check the token of `change_feed`, and its url"),
        (404, {}, "it answers with HTTP 404; check the token"),
        (422, {}, "it answers with HTTP 422."),
        (200, {"ok": True}, "its answer has an unknown shape; check the url of `change_feed`"),
        (200, [], "its answer has an unknown shape"),
        (200, WELL | {"head": "9"}, "its answer has an unknown shape"),
    ],
)
def test_a_feed_that_is_none_fails_the_check(checked: Checked, status: int, body: Any, why: str) -> None:
    """A wrong token and a wrong address are said, with what to do."""
    found, message = checked(lambda *_: (status, body))

    assert Status.FAILED is found
    assert f"The change feed cannot be used: {why}" in message
    assert "Correct `change_feed`, or take it out" in message
    assert FEED["token"] not in message


@pytest.mark.parametrize(
    ("filtering", "told"),
    [
        ({"name": "Company 0"}, None),
        ({"nowhere": "x"}, "Attio does not understand the filter for 'companies' as one for the object"),
    ],
)
@pytest.mark.parametrize("objects", [[], ["people"], ["companies"]])
def test_a_filter_is_tried_whichever_objects_are_read(
    checked: Checked, filtering: Any, told: str | None, objects: list[str]
) -> None:
    """A filter for an object that `objects` leaves out is no mistake; one that Attio refuses is."""
    filters = [{"target": "companies", "filter": filtering}]
    found, message = checked(lambda *_: (200, WELL), objects=objects, filters=filters)

    assert (Status.FAILED if told else Status.SUCCEEDED) is found
    assert (told or "") in message


def test_a_filter_for_nothing_fails_the_check(checked: Checked) -> None:
    """Rows that it was meant for would be read unfiltered."""
    found, message = checked(lambda *_: (200, WELL), filters=[{"target": "firms", "filter": {"name": "x"}}])

    assert Status.FAILED is found
    assert "There is a filter for 'firms', which is not an object or list here." in message


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_feed_that_is_down_is_a_warning(
    checked: Checked, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """A sync goes on without the feed, so the form can be saved while the relay is down."""
    found, message = checked(lambda *_: (status, {}))

    assert Status.SUCCEEDED is found
    assert f"The change feed cannot be used at present: it answers with HTTP {status}." in message
    assert "Until it can be, every sync looks through everything." in message
    assert message in caplog.text


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ConnectionError, Status.SUCCEEDED),
        (requests.Timeout, Status.SUCCEEDED),
        (requests.exceptions.InvalidURL, Status.FAILED),
        (requests.exceptions.InvalidSchema, Status.FAILED),
    ],
)
def test_a_feed_that_cannot_be_reached_is_a_warning_but_an_address_that_is_none_fails(
    checked: Checked, error: type[requests.RequestException], expected: Status
) -> None:
    """Nothing answers at an address that may be right; with one that is malformed nothing can be sent."""

    def relay(*_: Any) -> tuple[int, Any]:
        raise error("reset")

    found, message = checked(relay)

    assert expected is found
    assert "it does not answer (" in message


def test_a_check_that_meets_a_fault_of_ours_is_answered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer names the kind of the fault and none of its values; the log says where it happened."""

    def context(*_: Any, **__: Any) -> Context:
        return {}["TOPSECRET"]

    monkeypatch.setattr(EngineSource, "_context", context)
    status = EngineSource().check(LOGGER, CONFIG)

    assert Status.FAILED is status.status
    assert "an unexpected error (KeyError)" in str(status.message)
    assert "TOPSECRET" not in str(status.message)
    assert "test_engine_source.py" in caplog.text


def test_a_silent_feed_does_not_take_the_whole_time_of_the_check() -> None:
    """When its share of the time is over, the check goes on without it and says so."""
    silent: Future[str | None] = Future()

    warning = engine_source._try_feed(silent, 0)  # noqa: SLF001 (time is its argument)

    assert warning
    assert "The change feed cannot be used at present: it did not answer within 0 seconds." in warning
