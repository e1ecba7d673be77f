"""What the XML of a sheet in an .xlsx file says beside its values: what is hidden, how far its cells reach.

The reader of values makes a dense grid of the sheet, so how large that becomes is found out before.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from array import array
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from attio_sync.failures import WrongUsage
from destination_attio.rows.cells.numbers import currencies_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from xml.parsers.expat import XMLParserType

    Attributes = dict[str, str]
    Place = tuple[int, int]
    OnStart = Callable[[Attributes], object]

MOST_CELLS: Final = 50_000_000
"""Cells of a sheet at most, empty ones between others included; each takes about sixty bytes of memory."""
MOST_COLUMNS: Final = 16_384
_BOOK: Final = "xl/workbook.xml"
_LINKS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
_ZEROS: Final = re.compile("0{2,}")
"""Matches a number format that shows a number with so many digits, as `00000` of a postal code does."""
_SIGNS: Final = re.compile(r'\[\$([^\]-]+)(?:-[\dA-Fa-f]+)?\]|"([^"]+)"|([^\w\s#,.;*?()@%"\[\]-])')
"""Matches what a format writes beside a number: `[$€-407]`, `"EUR"`, a sign alone."""


class UnreadableSheetError(Exception):
    """The file is not a spreadsheet of its kind, or is damaged."""


@dataclass
class Outline:
    """The hidden rows and columns of a sheet, its errors and formulas, and how far its cells reach."""

    hidden_rows: set[int] = field(default_factory=set)
    """Counted from 1, as spreadsheets do."""
    hidden_columns: set[int] = field(default_factory=set)
    """Counted from 1."""
    errors: list[str] = field(default_factory=list)
    """Names of cells that hold an error, such as #N/A."""
    uncalculated: dict[Place, str] = field(default_factory=dict)
    """Names of cells with a formula whose result the file lacks, by row and column, both counted from 1."""
    shown: dict[tuple[int, int | str], array[int]] = field(default_factory=dict)
    """Rows of cells with a number, by their column, and its digits or its currency's sign as it is shown."""
    lowest: tuple[int, str] = (0, "")
    """The last row with a value, and a cell in it."""
    rightmost: tuple[int, str] = (0, "")
    """The last column with a value, and a cell in it."""

    def show(self, row: int, column: int, shown: int | str) -> None:
        """Note with how many digits, or with the sign of which currency, the cell's number is shown."""
        self.shown.setdefault((column, shown), array("L")).append(row)

    def reach(self, row: int, column: int) -> None:
        """Note how far the cells reach with this one."""
        if row > self.lowest[0]:
            self.lowest = row, name_of(row, column)
        if column > self.rightmost[0]:
            self.rightmost = column, name_of(row, column)

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


def outline_of(opened: IO[bytes], sheet: str) -> Outline:
    """Read the outline of a sheet of an .xlsx file; that of another packed spreadsheet is empty."""
    opened.seek(0)
    with ZipFile(opened) as packed:
        part, is_stale = _part(packed, sheet)
        if part is None:
            return Outline()
        scan = _Scan(is_stale=is_stale, shown=_shown(packed))
        feed(scan.parser, packed, part)
    return scan.outline


def _part(packed: ZipFile, sheet: str) -> tuple[str | None, bool]:
    """The name of the sheet's part of the file, None where the file is no .xlsx; and whether it is stale.

    A workbook that asks to be calculated when it is opened was written by a program that calculates nothing.
    """
    names = set(packed.namelist())
    if not {_BOOK, _LINKS} <= names:
        return None, False
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}
    calculation: Attributes = {}

    def on_sheet(found: Attributes) -> None:
        ids[found.get("name", "")] = next((one for key, one in found.items() if key.endswith(":id")), "")

    def on_link(found: Attributes) -> None:
        targets[found.get("Id", "")] = found.get("Target", "")

    feed(parser_of({"sheet": on_sheet, "calcPr": calculation.update}), packed, _BOOK)
    feed(parser_of({"Relationship": on_link}), packed, _LINKS)
    part = posixpath.join("/xl", targets.get(ids.get(sheet, ""), "")).lstrip("/")
    return part if part in names else None, _is_true(calculation.get("fullCalcOnLoad"))


def _shown(packed: ZipFile) -> dict[str, int | str]:
    """The digits that numbers are shown with at least, or their currency, by the number of their style."""
    formats: dict[str, int | str] = {}
    styles: list[str] = []

    def on_format(found: Attributes) -> None:
        code = found.get("formatCode", "")
        if shown := len(code) if _ZEROS.fullmatch(code) else _sign_in(code):
            formats[found.get("numFmtId", "")] = shown

    def on_style(found: Attributes) -> None:
        styles.append(found.get("numFmtId", ""))

    # The styles of cells follow those that these are made of.
    starts: dict[str, OnStart] = {"numFmt": on_format, "cellXfs": lambda _: styles.clear(), "xf": on_style}
    if _STYLES in packed.namelist():
        feed(parser_of(starts), packed, _STYLES)
    return {str(at): formats[one] for at, one in enumerate(styles) if one in formats}


def _sign_in(code: str) -> str:
    """The sign or code of a currency in the format of a number; empty where it has none."""
    signs = (next(filter(None, one.groups())).strip() for one in _SIGNS.finditer(code))
    return next(filter(currencies_of, signs), "")


def parser_of(starts: dict[str, OnStart]) -> XMLParserType:
    """A parser that calls the function of each element that begins."""
    parser = ParserCreate()

    def on_start(name: str, found: Attributes) -> None:
        start = starts.get(name) or starts.get(name.rpartition(":")[2])
        if start is not None:
            start(found)

    def on_doctype(*_: object) -> None:
        raise UnreadableSheetError("A spreadsheet has no document type.")

    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = on_doctype
    return parser


def feed(parser: XMLParserType, packed: ZipFile, part: str) -> None:
    """Parse a part of the file, never held in memory. Raises UnreadableSheetError for a damaged one."""
    with packed.open(part) as file:
        try:
            parser.ParseFile(file)
        except (ExpatError, KeyError, ValueError, EOFError, zlib.error) as error:
            # It is not XML, a row, column or cell has no number, or what is packed cannot be unpacked.
            raise UnreadableSheetError from error


class _Scan:
    """Gathers the outline while elements begin; of cells with a formula it reads the results as well."""

    def __init__(self, *, is_stale: bool, shown: dict[str, int | str]) -> None:
        self.outline = Outline()
        self.parser = parser_of(
            {
                "col": self._on_columns,
                "row": self._on_row,
                "c": self._on_cell,
                "f": self._on_formula,
                "v": self._on_value,
                "is": self._on_value,
            }
        )
        self._no_result = {"", "0"} if is_stale else {""}
        self._shown = shown
        self._may_be_blank = False
        self._result: str | None = None
        self._row = self._column = 0
        self._columns: dict[str, int] = {}
        """Numbers of columns by their letters."""

    def _on_columns(self, found: Attributes) -> None:
        if _is_true(found.get("hidden")):
            last = min(int(found["max"]), MOST_COLUMNS)
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
        kind = found.get("t")
        self._may_be_blank = kind == "str" and "0" not in self._no_result
        if kind == "e":
            self.outline.errors.append(self._place())
        if self._shown and kind in {None, "n"} and (shown := self._shown.get(found.get("s", ""))):
            self.outline.show(self._row, self._column, shown)

    def _on_formula(self, _: Attributes) -> None:
        self.outline.reach(self._row, self._column)
        self._result = None
        self.parser.CharacterDataHandler = self._on_text
        self.parser.EndElementHandler = self._on_end

    def _on_text(self, text: str) -> None:
        if self._result is not None:
            self._result += text

    def _on_end(self, name: str) -> None:
        if name.rpartition(":")[2] != "c":
            return
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        if (self._result or "").strip() in self._no_result and not self._may_be_blank:
            self.outline.uncalculated[self._row, self._column] = self._place()

    def _on_value(self, _: Attributes) -> None:
        self._result = ""
        self.outline.reach(self._row, self._column)

    def _place(self) -> str:
        return name_of(self._row, self._column)


def name_of(row: int, column: int) -> str:
    """A cell's name, as B3; row and column are counted from 1."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row}"


def _is_true(flag: str | None) -> bool:
    return flag in {"1", "true"}


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
