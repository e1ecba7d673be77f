"""What the XML of a sheet in an .xlsx file says beside its values: what is hidden, how far its cells reach.

The reader of values makes a dense grid of the sheet, so how large that becomes is found out before.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile, is_zipfile

from attio_sync.failures import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Attributes = dict[str, str]
    OnStart = Callable[[Attributes], object]

MOST_CELLS: Final = 50_000_000
"""Cells of a sheet at most, empty ones between others included; each takes about sixty bytes of memory."""
_MOST_COLUMNS: Final = 16_384
_BOOK: Final = "xl/workbook.xml"
_LINKS: Final = "xl/_rels/workbook.xml.rels"


@dataclass
class Outline:
    """The hidden rows and columns of a sheet, its errors, and how far its cells reach."""

    hidden_rows: set[int] = field(default_factory=set)
    """Counted from 1, as spreadsheets do."""
    hidden_columns: set[int] = field(default_factory=set)
    """Counted from 1."""
    errors: list[str] = field(default_factory=list)
    """Places of cells that hold an error, such as #N/A."""
    lowest: tuple[int, str] = (0, "")
    """The last row with a value, and a cell in it."""
    rightmost: tuple[int, str] = (0, "")
    """The last column with a value, and a cell in it."""

    def check(self, path: Path, sheet: str) -> None:
        """Raise WrongUsage where the sheet, with all cells between its outermost ones, is too large."""
        rows, columns = self.lowest[0], self.rightmost[0]
        if rows * columns <= MOST_CELLS:
            return
        cells = " and ".join(dict.fromkeys((self.lowest[1], self.rightmost[1])))
        raise WrongUsage(
            f"The sheet '{sheet}' of {path} reaches to {cells}: {rows:,} rows of {columns:,} columns, "
            f"and {MOST_CELLS:,} cells are the most that is read. Delete what stands far from the table, "
            "or copy the table alone into a new workbook."
        )


def outline_of(opened: IO[bytes], path: Path, sheet: str) -> Outline:
    """Read the outline of a sheet of an .xlsx file; that of another spreadsheet is empty."""
    opened.seek(0)
    if not is_zipfile(opened):
        return Outline()
    with ZipFile(opened) as packed:
        part = _part(packed, sheet)
        if part is None:
            return Outline()
        scan = _Scan()
        try:
            _parse(packed, part, scan.starts)
        except (KeyError, ValueError) as error:
            raise ExpatError("A row, column or cell of the sheet has no number.") from error
    scan.outline.check(path, sheet)
    return scan.outline


def _part(packed: ZipFile, sheet: str) -> str | None:
    """The name of the sheet's part of the file; None where the file is no .xlsx."""
    names = set(packed.namelist())
    if not {_BOOK, _LINKS} <= names:
        return None
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def on_sheet(found: Attributes) -> None:
        ids[found.get("name", "")] = next((one for key, one in found.items() if key.endswith(":id")), "")

    def on_link(found: Attributes) -> None:
        targets[found.get("Id", "")] = found.get("Target", "")

    _parse(packed, _BOOK, {"sheet": on_sheet})
    _parse(packed, _LINKS, {"Relationship": on_link})
    part = posixpath.join("/xl", targets.get(ids.get(sheet, ""), "")).lstrip("/")
    return part if part in names else None


def _parse(packed: ZipFile, part: str, starts: dict[str, OnStart]) -> None:
    """Call the function of each element that begins; the part is never held in memory."""
    parser = ParserCreate()

    def on_start(name: str, found: Attributes) -> None:
        start = starts.get(name) or starts.get(name.rpartition(":")[2])
        if start is not None:
            start(found)

    def on_doctype(*_: object) -> None:
        raise ExpatError("A spreadsheet has no document type.")

    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = on_doctype
    with packed.open(part) as file:
        parser.ParseFile(file)


class _Scan:
    """Gathers the outline while elements begin."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.starts: dict[str, OnStart] = {
            "col": self._on_columns,
            "row": self._on_row,
            "c": self._on_cell,
            "v": self._on_value,
            "is": self._on_value,
        }
        self._row = self._column = 0
        self._columns: dict[str, int] = {}
        """Numbers of columns by their letters."""

    def _on_columns(self, found: Attributes) -> None:
        if _is_true(found.get("hidden")):
            last = min(int(found["max"]), _MOST_COLUMNS)
            self.outline.hidden_columns.update(range(int(found["min"]), last + 1))

    def _on_row(self, found: Attributes) -> None:
        self._row = int(found.get("r", self._row + 1))
        self._column = 0
        if _is_true(found.get("hidden")):
            self.outline.hidden_rows.add(self._row)

    def _on_cell(self, found: Attributes) -> None:
        place = found.get("r")
        if place is None:
            self._column += 1
        else:
            letters = place.rstrip("0123456789")
            self._row = int(place[len(letters) :])
            self._column = self._columns.get(letters) or self._columns.setdefault(letters, _number(letters))
        if found.get("t") == "e":
            self.outline.errors.append(self._place())

    def _on_value(self, _: Attributes) -> None:
        if self._row > self.outline.lowest[0]:
            self.outline.lowest = self._row, self._place()
        if self._column > self.outline.rightmost[0]:
            self.outline.rightmost = self._column, self._place()

    def _place(self) -> str:
        letters, column = "", self._column
        while column:
            column, digit = divmod(column - 1, 26)
            letters = chr(ord("A") + digit) + letters
        return f"{letters}{self._row}"


def _is_true(flag: str | None) -> bool:
    return flag in {"1", "true"}


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
