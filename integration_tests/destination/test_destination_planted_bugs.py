"""Bugs that a destination could have, planted one by one: a promise is broken by each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from destination_attio.airbyte.lane import Lane
from destination_attio.engine import undo
from destination_attio.engine.lost_answers import LostAnswers
from destination_attio.engine.push import StreamPush
from integration_tests.destination.promises import (
    MESSAGES,
    lost_answers_make_nothing_twice,
    the_contract_is_kept,
    undone_is_as_before,
    until_found,
)
from integration_tests.destination.world import Case, cases

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration_tests.destination.lines import Line


def state_before_its_rows(patch: pytest.MonkeyPatch) -> None:
    """States go out while rows before them wait."""
    patch.setattr(Lane, "is_decided", lambda *_: True)


def lost_answer_written_twice(patch: pytest.MonkeyPatch) -> None:
    """What got no answer is sent again without a look."""
    patch.setattr(LostAnswers, "look", lambda _self, _target, lost, *_: [None] * len(lost))
    patch.setattr(StreamPush, "_renewed", lambda _self, outcome: outcome.operation)


def revert_over_others(patch: pytest.MonkeyPatch) -> None:
    """A revert puts back what was there, whoever has changed it since."""

    def sorted_out(change: Any, current: Any, *_: Any) -> tuple[list[Any], list[Any]]:
        values = current.values
        fields = [
            undo.FieldChange(attribute=one.attribute, before=values.get(one.attribute), after=one.before)
            for one in change.fields
        ]
        return fields, []

    patch.setattr(undo, "_sorted_out", sorted_out)


_NAMED = {"fields": [{"column": each, "attribute": each} for each in ("code", "title")], "match": "code"}


PLANTED: list[tuple[Callable[[pytest.MonkeyPatch], None], dict[str, Any], Line, Callable[..., None]]] = [
    (
        state_before_its_rows,
        {"found": MESSAGES, "batch": st.integers(1, 5)},
        {"found": [("queue", "T1", None), ("state", "queue", None), ("things", "T1", None)], "batch": 1},
        the_contract_is_kept,
    ),
    (
        lost_answer_written_twice,
        {
            "numbers": st.lists(st.integers(1, 4), max_size=7),
            "target": st.just("notes"),
            "lost": st.sets(st.integers(1, 8)),
            "batch": st.integers(1, 4),
        },
        {"numbers": [2, 4], "target": "notes", "lost": set(range(1, 9)), "batch": 1},
        lost_answers_make_nothing_twice,
    ),
    (
        revert_over_others,
        {"case": cases(pointing_and_deleting=False), "touched": st.sets(st.integers(0, 4), min_size=1)},
        {
            "case": Case(
                before=[{"code": "T1", "title": "plain"}],
                rows=[{"code": "T1", "title": 0}],
                batch=1,
                settings=_NAMED,
            ),
            "touched": {0},
        },
        undone_is_as_before,
    ),
]
"""Each with inputs to search in, one that shows it, and the promise that it breaks."""


@pytest.mark.parametrize(
    ("plant", "inputs", "shown_by", "promise"), PLANTED, ids=[one[0].__name__ for one in PLANTED]
)
def test_a_planted_bug_is_caught(
    plant: Callable[[pytest.MonkeyPatch], None],
    inputs: dict[str, Any],
    shown_by: Line,
    promise: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the bug in place, some input breaks the promise: the one that is known to, or another."""
    promise(**shown_by)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        until_found(example(**shown_by)(given(**inputs)(promise)))()
