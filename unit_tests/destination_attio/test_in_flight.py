"""The calls of one part of a run's writes."""

from concurrent.futures import Future
from typing import Any

import pytest

from destination_attio.engine.in_flight import MOST, Call, InFlight
from destination_attio.model.plan import Change
from destination_attio.rows.operation import Operation, Verb


class Gateway:
    """Notes which call was made."""

    def __getattr__(self, name: str) -> Any:
        return lambda *given: {"call": name, "given": [*given]}


class Later:
    """A pool whose threads have not begun."""

    def submit(self, *_: Any) -> Future[Any]:
        return Future()


def operation(verb: Verb) -> Operation:
    change = Change(kind="create", stream="s", target="t", record_id="r")
    return Operation(change=change, verb=verb, payload={"a": 1}, match="code", parent={"object": "o"})


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("create", [{"a": 1}, {"object": "o"}]),
        ("upsert", ["code", {"a": 1}, {"object": "o"}]),
        ("update", ["r", {"a": 1}]),
        ("replace", ["r", {"a": 1}]),
    ],
)
def test_an_operation_is_the_call_of_its_verb(verb: Verb, given: list[Any]) -> None:
    """With the time of Attio's clock right before it; a deletion has no answer."""
    call = Call(number=1, operation=operation(verb), verb=verb, is_first=False, ready_at="")
    gone = Call(number=1, operation=operation("delete"), verb="delete", is_first=False, ready_at="")
    gateway: Any = Gateway()

    assert ({"call": verb, "given": given}, "now") == call.made(gateway, lambda: "now")
    assert (None, "now") == gone.made(gateway, lambda: "now")


def part(*verbs: Verb, is_sure: bool = True) -> InFlight:
    """A part whose operations are journaled."""
    gateway: Any = Gateway()
    made = InFlight(
        gateway=gateway,
        operations=[operation(one) for one in verbs],
        on_outcome=lambda _: None,
        failed=[],
        settled=[],
        is_sure=lambda: is_sure,
    )
    made.numbers = list(range(1, len(verbs) + 1))
    return made


def test_the_first_assert_is_a_creation_and_goes_alone() -> None:
    """Its answer tells who the run writes as; then the others follow."""
    run, pool = part("upsert", "upsert", is_sure=False), Later()
    run.send(pool, lambda: "noon")  # type: ignore[arg-type]  # a stand-in with the one call in use
    (future, first), alone = next(iter(run.futures.items())), run.has_room()
    run.take(future)

    assert ("create", "upsert", "noon") == (first.verb, first.operation.verb, first.ready_at)
    assert (False, True) == (alone, run.has_room())


def test_no_more_calls_are_made_than_may_be_in_flight() -> None:
    """What was journaled and not sent is known."""
    run, pool = part(*["update"] * (MOST + 2)), Later()
    while run.has_room():
        run.send(pool, str)  # type: ignore[arg-type]  # as above

    assert MOST == len(run.futures)
    assert [MOST + 1, MOST + 2] == list(run.never_sent())
