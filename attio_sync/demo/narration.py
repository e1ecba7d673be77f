"""Prints the demo's story: chapters, commands with their output, and claims that are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_WIDTH = 96
_INDENT = 4


class Narration:
    """Prints the story, and keeps the claims that turned out false."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, _WIDTH)
        self.broken: list[str] = []
        self.held = 0
        self._chapter = 0

    @property
    def inner_width(self) -> int:
        """The width in columns of a command's output."""
        return self.width - _INDENT

    def chapter(self, title: str, text: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        self.console.print()
        heading = Text(f"{self._chapter}  {title}", "bold")
        self.console.print(Rule(heading, align="left", style="dim"), width=self.width)
        self.console.print(Text(text), width=self.width)
        self.console.print()

    def say(self, text: str) -> None:
        """Print one remark."""
        self.console.print(Text(text))

    def command(self, line: str, output: str = "") -> None:
        """Print a command as one would type it, with its output."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row(Text("  $", "dim"), Text(line, "bold cyan"))
        self.console.print(grid, width=self.width)
        if output.strip():
            self.show(Text.from_ansi(output.rstrip("\n")))

    def show(self, something: RenderableType) -> None:
        """Print a table or another renderable."""
        self.console.print(Padding(something, (0, 0, 0, _INDENT), expand=False), width=self.width)
        self.console.print()

    def claim(self, sentence: str, expected: object, found: object) -> None:
        """Print a sentence with a figure, and check the figure."""
        holds = expected == found
        self.held += holds
        mark = Text("  ✓ ", "bold green") if holds else Text("  ✗ ", "bold red")
        self.console.print(
            mark + Text(sentence if holds else f"{sentence} Expected {expected}, found {found}.")
        )
        if not holds:
            self.broken.append(sentence)
