from __future__ import annotations

import io

import pytest
from rich.console import Console

from attio_sync.demo.narration import Narration


@pytest.fixture
def told() -> Narration:
    return Narration(Console(width=80, file=io.StringIO()))


def text(told: Narration) -> str:
    assert isinstance(told.console.file, io.StringIO)
    return told.console.file.getvalue()


def test_a_claim_that_does_not_hold_is_remembered(told: Narration) -> None:
    """The demo checks itself: a figure that does not add up is shown, and fails it."""
    told.claim("Two is two.", 2, 2)
    told.claim("Two is three.", 2, 3)

    assert (1, ["Two is three."]) == (told.held, told.broken)
    assert "✗ Two is three. Expected 2, found 3." in text(told)


def test_chapters_are_counted(told: Narration) -> None:
    """Each has the next number."""
    told.chapter("Pull", "x")
    told.chapter("Push", "x")

    assert [line[:7] for line in text(told).splitlines() if "─" in line] == ["1  Pull", "2  Push"]


@pytest.mark.parametrize(("terminal", "width"), [(80, 80), (60, 60), (200, 96)])
def test_the_story_fits_the_terminal(terminal: int, width: int) -> None:
    """A wide terminal makes no line too long to read; a command's output stands four columns in."""
    told = Narration(Console(width=terminal, file=io.StringIO()))
    told.command("attio-sync pull", "word " * 60)

    assert (width, width - 4) == (told.width, told.inner_width)
    assert width >= max(map(len, text(told).splitlines()))
    assert {"    "} == {line[:4] for line in text(told).splitlines()[1:] if line.strip()}
