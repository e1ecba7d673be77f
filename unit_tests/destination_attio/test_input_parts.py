"""The parts in which rows are worked on: of so many rows, and of so many characters."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.engine import input_parts
from destination_attio.engine.input_parts import parts
from destination_attio.model.targets import UNREADABLE
from destination_attio.storage import deferred_rows
from destination_attio.storage.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def pipeline(match: tuple[str, ...] = ("key",)) -> Iterator[Any]:
    """What the parts need of a pipeline: the key, the run's scratch file, and a note of later rows."""
    with Scratch() as scratch:
        foreseen: list[int] = []
        yield SimpleNamespace(
            binding=SimpleNamespace(match=match),
            tools=SimpleNamespace(waiting=SimpleNamespace(aside=scratch.aside)),
            place_of_input="input:1",
            foresee=lambda rows: foreseen.extend(number for number, _ in rows),
            foreseen=foreseen,
        )


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row is too long from 101 characters on."""
    monkeypatch.setattr(input_parts, "MOST_OF_ROW", 100)
    monkeypatch.setattr(input_parts, "_SHORT", 20)
    monkeypatch.setattr(deferred_rows, "MOST_BYTES", 100)


def rows(*lengths: int) -> list[dict[str, Any]]:
    return [{"key": f"{at:02}", "text": "x" * (length - 2)} for at, length in enumerate(lengths, start=1)]


@pytest.mark.parametrize("match", [(), ("key",)])
def test_a_part_ends_where_it_would_be_too_long(match: tuple[str, ...]) -> None:
    """Whatever its rows, none is lost and they keep their order; of the last part nothing follows."""
    with pipeline(match) as line:
        found = list(parts(rows(*[40] * 5, *[5] * 4), line, 4))

    assert [[1, 2], [3, 4], [5, 6, 7, 8], [9]] == [[number for number, _ in part] for part, _ in found]
    assert [True, True, True, False] == [follows for _, follows in found]
    assert ([*range(1, 10)] if match else []) == line.foreseen


@pytest.mark.parametrize("text", ["x" * 99, ["x" * 50, {"deep": ["x" * 49]}]])
def test_a_row_that_is_too_long_is_rejected_by_itself(text: object) -> None:
    """Its short cells stay, so that its key is known; a row of exactly the most is taken."""
    with pipeline() as line:
        ((part, _),) = parts([{"key": "01", "text": text}, {"key": "02", "text": "x" * 3}], line, 4)
        ((taken, _),) = parts(rows(100), line, 4)

    reason = "The row has 101 characters, and 100 are the most that is taken."
    assert [(1, {"key": "01", UNREADABLE: reason}), (2, {"key": "02", "text": "xxx"})] == part
    assert UNREADABLE not in taken[0][1]


def test_rows_in_the_scratch_file_come_back_in_bounded_parts() -> None:
    """As many documents as were asked for, unless these are long."""
    with Scratch() as scratch:
        scratch.aside.spool("p", [(at, "x" * 60) for at in range(5)])

        assert [2, 2, 1, 0] == [len(scratch.aside.unspool("p", 9)) for _ in range(4)]
