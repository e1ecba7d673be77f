"""What held right before a write, by the history of an attribute's values."""

from __future__ import annotations

from typing import Any

import pytest

from attio_api.attributes import Attribute
from destination_attio.engine.overwritten import before_write
from destination_attio.model.change import FieldChange

TEXT = Attribute(attribute_id="a", slug="label", title="Label", type="text")


def at(second: int) -> str:
    return f"2026-05-01T10:00:{second:02}.000000000Z"


def history(*held: tuple[str, int, int | None]) -> list[Any]:
    """Values with the seconds from which and until which they hold."""
    return [
        {"value": value, "active_from": at(since), "active_until": None if until is None else at(until)}
        for value, since, until in held
    ]


READ = FieldChange(attribute="label", before="old", after="new")
ONCE = history(("old", 1, 5), ("new", 5, None))
HIS = history(("old", 1, 3), ("his", 3, 5), ("new", 5, None))
CLEARED = history(("old", 1, 3), ("new", 5, None))
AGAIN = history(("old", 1, 2), ("new", 2, 3), ("old", 3, 4), ("his", 4, 5), ("new", 5, None))
SINCE = history(("old", 1, 3), ("his", 3, 5), ("new", 5, 7), ("other", 7, 9), ("new", 9, None))


@pytest.mark.parametrize(
    ("held", "asked_at", "before"),
    [
        (ONCE, 4, "old"),
        (HIS, 2, "his"),
        (HIS, 4, "his"),
        (HIS, 5, "his"),
        (CLEARED, 4, None),
        (AGAIN, 4, "his"),
        (SINCE, 4, "his"),
        (ONCE, 6, "new"),
        ([], 4, "old"),
        (ONCE, None, "old"),
        (HIS, None, "his"),
        (AGAIN, None, "old"),
    ],
)
def test_the_value_before_is_that_of_the_runs_own_write(
    held: Any, asked_at: int | None, before: str | None
) -> None:
    """That is the first change to what was written since the time of the request, where it is known."""
    found = before_write(READ, TEXT, held, "" if asked_at is None else at(asked_at))

    assert (before, True) == (found.before, found.is_known)


def test_where_several_changes_may_be_meant_nothing_is_guessed() -> None:
    """Without the time, none of them begins with what the run had read."""
    assert not before_write(
        READ, TEXT, history(("a", 1, 2), ("new", 2, 3), ("b", 3, 5), ("new", 5, None)), ""
    ).is_known


@pytest.mark.parametrize(
    ("held", "before"),
    [
        (history(("old", 1, 5)), "old"),
        (history(("old", 1, 3), ("his", 3, 5)), "his"),
    ],
)
def test_a_write_that_cleared_the_value_is_found_by_its_end(held: Any, before: str) -> None:
    """No value begins with it."""
    cleared = FieldChange(attribute="label", before="old", after=None)

    assert before == before_write(cleared, TEXT, held, at(4)).before


@pytest.mark.parametrize(("asked_at", "before"), [(2, "old"), (4, None)])
def test_what_was_empty_already_is_not_filled_again(asked_at: int, before: str | None) -> None:
    """Somebody cleared it after the run had read it and before the run's request to clear it."""
    cleared = FieldChange(attribute="label", before="old", after=None)

    assert before == before_write(cleared, TEXT, history(("old", 1, 3)), at(asked_at)).before


def by(who: str, held: list[Any]) -> list[Any]:
    """The values, written by this token."""
    return [{**one, "created_by_actor": {"type": "api-token", "id": who}} for one in held]


US = "api-token us"
OLD = by("him", history(("old", 1, 5)))


@pytest.mark.parametrize(
    ("held", "before"),
    [
        (OLD + by("us", history(("new", 5, None))), "old"),
        (OLD + by("him", history(("new", 5, None))), "new"),
        (OLD + by("him", history(("new", 5, 6))) + by("us", history(("new", 6, None))), "new"),
        (OLD + by("us", history(("new", 5, 6))) + by("him", history(("new", 6, None))), "old"),
    ],
)
@pytest.mark.parametrize("asked_at", [at(4), ""])
def test_what_somebody_else_made_so_was_there_before_the_run(
    held: list[Any], before: str, asked_at: str
) -> None:
    """Whether or not Attio begins a new value when one is written that is equal to the present one."""
    assert before == before_write(READ, TEXT, held, asked_at, [US]).before
