"""The table of changes on a terminal: record, attribute, the value before and the value after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from attio_sync.show import wording
from attio_sync.show.sides import sides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console, ConsoleOptions, RenderResult

    from destination_attio.model.plan import Change, FieldChange, Kind

STYLES: Final[dict[Kind, str]] = {
    "create": "green",
    "update": "yellow",
    "delete": "red",
    "rejected": "magenta",
    "superseded": "dim",
    "unchanged": "dim",
}
ROOM_FOR_KEY: Final = 40
_ATTRIBUTE: Final = "attribute"
_ROOM_FOR_ATTRIBUTE: Final = 26
_LEAST_OF_OTHERS: Final = 38
"""Columns of the terminal that a table needs beside its attributes; with fewer, it would lose a side."""


class ChangeTable:
    """One line for each field; on a terminal too narrow for a table, one paragraph for each."""

    def __init__(self, some: Iterable[Change]) -> None:
        self._rows = [row for one in some for row in _rows(one)]
        longest = max((len(_ATTRIBUTE), *(len(row[2]) for row in self._rows)))
        self._attribute = min(longest, _ROOM_FOR_ATTRIBUTE)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render as a table or as paragraphs, as the terminal has room."""
        if options.max_width >= self._attribute + _LEAST_OF_OTHERS:
            yield self._table()
        else:
            yield from self._paragraphs()

    def _table(self) -> Grid:
        grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
        for heading in ("", "record", _ATTRIBUTE, "before", "", "after"):
            # Values may be broken anywhere, but the name of an attribute is copied by people. Its width is
            # fixed: with a least width, rich makes the table wider than the terminal, which cuts it off.
            width = self._attribute if heading == _ATTRIBUTE else None
            grid.add_column(heading, overflow="fold", width=width)
        for row in self._rows:
            grid.add_row(*row)
        return grid

    def _paragraphs(self) -> Iterator[Text | Padding]:
        for sign, name, *told in self._rows:
            if name:
                yield sign + Text("  ") + name
            words = Text(" ", overflow="fold").join(one for one in told if one)
            yield Padding(words, (0, 0, 0, 3), expand=False)


def _rows(change: Change) -> Iterator[tuple[Text, ...]]:
    """The rows of one change: sign and record in the first, then attribute, before, arrow, after."""
    style = STYLES[change.kind]
    head = (
        Text(wording.SIGNS[change.kind], f"bold {style}"),
        Text(wording.shortened(wording.key(change), ROOM_FOR_KEY), style),
    )
    if change.is_option:
        reason = Text(change.reason or "", "dim")
        yield (*head, Text(wording.option(change)), Text(), Text(), reason)
        return
    for number, field in enumerate(filter(wording.says_something, change.fields)):
        yield (*(head if number == 0 else (Text(), Text())), *told_field(field))
    if not change.fields:
        yield (*head, Text(change.kind, style))
    elif change.reason and change.kind == "update":
        yield (*[Text()] * 5, Text(wording.visible(change.reason), "dim"))


def told_field(field: FieldChange) -> tuple[Text, Text, Text, Text]:
    """A field's attribute, its value before, an arrow, and its value after."""
    before, after = sides(field)
    return Text(field.attribute), Text(before, "red"), Text("→", "dim"), Text(after, "green")
