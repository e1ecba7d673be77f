"""Output of this program: results on stdout, progress and remarks on stderr.

Progress is one moving line on a terminal, and a plain line from time to time in a log.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Seconds between lines, so that an hour's log stays readable.
SECONDS_BETWEEN_LINES = 10.0
_WIDE = 160


def results() -> Console:
    """The console for results; lines into a pipe are wide, unless COLUMNS says otherwise."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDE
    return Console(file=sys.stdout, highlight=False, width=width, soft_wrap=False)


def remarks() -> Console:
    """The console for everything else."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


class Ticker:
    """Shows the progress of long work."""

    def __init__(self, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._next_line = clock() + SECONDS_BETWEEN_LINES
        self._live = _moving_line(console) if console.is_terminal else None

    def running(self, doing: str) -> AbstractContextManager[object]:
        """Keep the moving line on the screen during a `with`; it begins with `doing`."""
        if self._live is not None:
            self._live.update(self._live.task_ids[0], description=doing)
        return self._live or nullcontext()

    @contextmanager
    def hearing(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        """Show how far work is that calls the yielded function, as long as the `with` lasts."""
        is_over = False

        def heard(done: int, total: int) -> None:
            if not is_over:
                self.tell(doing, done=done, total=total)

        with self.running(doing):
            yield heard
        is_over = True

    def tell(self, text: str, *, done: int | None = None, total: int | None = None) -> None:
        """Show the progress."""
        if self._live is not None:
            self._live.update(self._live.task_ids[0], description=text, completed=done or 0, total=total)
        elif self._clock() >= self._next_line:
            self._next_line = self._clock() + SECONDS_BETWEEN_LINES
            share = f" ({100 * (done or 0) // total} %)" if total else ""
            self._console.print(f"{text}{share}", markup=False)

    def note(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(text, markup=False)


def _moving_line(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    line = Progress(*columns, console=console, transient=True)
    line.add_task("", total=None)
    return line


def is_watched() -> bool:
    """Whether a person at a terminal can read and answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def number(count: int) -> str:
    """A count with separators, for people."""
    return f"{count:,}"


def counted(count: int, noun: str) -> str:
    """A count with its noun: '1 row', '2 rows'."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
