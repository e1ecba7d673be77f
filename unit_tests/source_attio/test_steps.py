"""Waiting for an answer in steps."""

from concurrent.futures import Future

import pytest

from attio_api.errors import Unreachable
from source_attio.read.steps import Awaited, arrival


def test_others_get_their_turn_also_when_the_answer_is_there() -> None:
    """It is yielded once; then its result is the value of the expression."""
    answer: Future[str] = Future()
    answer.set_result("a page")
    steps = arrival(answer)

    assert answer is next(steps)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert "a page" == end.value.value


def test_an_answer_that_is_not_there_is_yielded_until_it_is() -> None:
    """Whoever goes on too early does not get past it."""
    answer: Future[str] = Future()
    steps = arrival(answer)
    seen: list[Awaited] = [next(steps), next(steps), next(steps)]
    answer.set_result("a page")

    assert [answer] * 3 == seen
    with pytest.raises(StopIteration):
        next(steps)


def test_an_error_is_raised_where_the_answer_was_wanted() -> None:
    """So that everything before it has been given."""
    answer: Future[str] = Future()
    answer.set_exception(Unreachable())
    steps = arrival(answer)

    assert answer is next(steps)
    with pytest.raises(Unreachable):
        next(steps)
