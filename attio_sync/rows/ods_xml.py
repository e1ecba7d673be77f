"""What the XML of a sheet in an .ods file says beside its values, as `sheet_xml` does for an .xlsx file."""

from __future__ import annotations

import re
from itertools import product
from typing import IO, TYPE_CHECKING, Final
from zipfile import ZipFile

from attio_sync.rows.sheet_xml import MOST_COLUMNS, Outline, feed, name_of, parser_of

if TYPE_CHECKING:
    from attio_sync.rows.sheet_xml import Attributes

_CONTENT: Final = "content.xml"
_META: Final = "meta.xml"
_OFFICE: Final = re.compile(rb"<meta:generator>[^<]*Office")
"""Matches the name of an office program, as LibreOffice, which calculates; a library calculates nothing."""
_HIDDEN: Final = frozenset({"collapse", "filter"})
_MOST_REPEATED: Final = 1000
"""Rows alike of which each is named or marked; programs repeat a row where cells are blank."""


def is_document(opened: IO[bytes]) -> bool:
    """Whether the packed file is an .ods file, whatever its name says."""
    with ZipFile(opened) as packed:
        return _CONTENT in packed.namelist()


def outline_of_document(opened: IO[bytes], sheet: str) -> Outline:
    """Read the outline of a sheet of an .ods file."""
    with ZipFile(opened) as packed:
        facts = packed.read(_META) if _META in packed.namelist() else b""
        scan = _DocumentScan(sheet, is_calculated=bool(_OFFICE.search(facts)))
        feed(scan.parser, packed, _CONTENT)
    return scan.outline


class _DocumentScan:
    """Gathers the outline of one sheet while elements begin; an element may stand for several alike."""

    def __init__(self, sheet: str, *, is_calculated: bool) -> None:
        self.outline = Outline()
        self.parser = parser_of(
            {
                "table": self._on_table,
                "table-column": self._on_columns,
                "table-row": self._on_row,
                "table-cell": self._on_cell,
                "covered-table-cell": self._on_cell,
            }
        )
        self._sheet, self._is_here = sheet, False
        self._is_calculated = is_calculated
        self._row = self._column = self._columns = 0
        self._rows = range(0)
        self._is_hidden = False

    def _on_table(self, found: Attributes) -> None:
        self._is_here = _said(found, "name") == self._sheet
        self._row = self._columns = 0

    def _on_columns(self, found: Attributes) -> None:
        first, self._columns = self._columns + 1, self._columns + _times(found, "number-columns-repeated")
        if self._is_here and _said(found, "visibility") in _HIDDEN:
            self.outline.hidden_columns.update(range(first, min(self._columns, MOST_COLUMNS) + 1))

    def _on_row(self, found: Attributes) -> None:
        first, self._row = self._row + 1, self._row + _times(found, "number-rows-repeated")
        self._rows, self._column = range(first, self._row + 1), 0
        self._is_hidden = _said(found, "visibility") in _HIDDEN

    def _on_cell(self, found: Attributes) -> None:
        first, self._column = self._column + 1, self._column + _times(found, "number-columns-repeated")
        formula, kind = _said(found, "formula"), found.get("office:value-type")
        if not self._is_here or not (formula or kind):
            return
        self.outline.reach(self._row, self._column)
        rows, columns = self._rows[:_MOST_REPEATED], range(first, self._column + 1)
        if self._is_hidden:
            self.outline.hidden_rows.update(rows)
        if currency := found.get("office:currency"):
            for place in product(rows, columns):
                self.outline.show(*place, currency)
        if found.get("calcext:value-type") == "error":
            self.outline.errors += (name_of(*place) for place in product(rows, columns))
        elif formula and not kind and not self._is_calculated:  # LibreOffice names no kind of an empty text
            self.outline.uncalculated |= {place: name_of(*place) for place in product(rows, columns)}


def _said(found: Attributes, name: str) -> str:
    return found.get(f"table:{name}", "")


def _times(found: Attributes, name: str) -> int:
    """How many elements alike this one stands for."""
    return int(_said(found, name) or 1)
