"""The note that Attio asked to wait."""

import pytest
import requests

from source_attio.read.waiting import RateLimitWaits


def answered(waits: RateLimitWaits, status: int, **headers: str) -> None:
    """Let a session that is listened to get an answer."""
    session = waits.listen_to(requests.Session())
    answer = requests.Response()
    answer.status_code = status
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    (heard,) = session.hooks["response"]
    heard(answer)


def test_a_wait_is_told_once_and_the_last_one_counts() -> None:
    """Until the next answer with 429 there is nothing to tell."""
    waits = RateLimitWaits()
    assert waits.take() is None
    answered(waits, 429, Retry_After="5")
    answered(waits, 429, Retry_After="7")

    assert "7" == waits.take()
    assert waits.take() is None
    answered(waits, 429)
    assert "" == waits.take()


@pytest.mark.parametrize("status", [200, 404, 503])
def test_other_answers_do_not_ask_to_wait(status: int) -> None:
    """Also with a `Retry-After`, which a gateway sends with 503."""
    waits = RateLimitWaits()
    answered(waits, status, Retry_After="5")

    assert waits.take() is None


def test_whoever_waits_for_a_note_is_woken() -> None:
    """The future is done with the first one, and each note that was taken leaves a new one."""
    waits = RateLimitWaits()
    first = waits.heard
    assert not first.done()
    answered(waits, 429)

    assert first.done()
    waits.take()
    assert not waits.heard.done()
