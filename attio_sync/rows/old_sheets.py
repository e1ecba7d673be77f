"""What an .xls file says beside the values of a sheet, as `sheet_xml` reads it from an .xlsx file."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING, Final

import olefile

from attio_sync.rows.sheet_xml import Outline, UnreadableSheetError, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    OldRecord = tuple[int, int, int]
    """A record of the file: its kind, and where its content begins and ends."""

_STREAMS: Final = ("Workbook", "Book")
"""The stream with the sheets, as Excel calls it since 1997, and before."""
_PROPERTIES: Final = "\x05SummaryInformation"
"""A stream that every office program writes; a library that calculates nothing does not."""
_FORMULA, _END, _PAGE, _COLUMNS, _SHEET = 0x06, 0x0A, 0x42, 0x7D, 0x85
_ERROR, _ROW, _BEGIN = 0x205, 0x208, 0x809
_PAGES: Final = {10000: "mac_roman", 32768: "mac_roman", 32769: "cp1252"}
"""Encodings that Python calls by another name than the number that the file has for them."""
_UNICODE: Final = 0x600
"""The format's version since which the names of sheets are Unicode."""
_ROW_IS_HIDDEN: Final = 0x20
_COLUMN_IS_HIDDEN: Final = 1
_TO_CALCULATE: Final = 2
"""The flag of a formula that shall be calculated when the file is opened; only libraries set it."""
_NO_NUMBER: Final = 0xFFFF
_IS_ERROR, _IS_BLANK = 2, 3


def outline_of_old_sheet(opened: IO[bytes], sheet: str) -> Outline:
    """Read the outline of a sheet of an .xls file. Raises UnreadableSheetError for a damaged one."""
    opened.seek(0)
    try:
        with olefile.OleFileIO(opened) as file:
            stream = next(one for one in _STREAMS if file.exists(one))
            content = file.openstream(stream).read()
            scan = _OldScan(content, is_calculated=file.exists(_PROPERTIES))
        scan.read(sheet)
    except (OSError, LookupError, StopIteration, struct.error, UnicodeDecodeError) as error:
        raise UnreadableSheetError from error
    return scan.outline


class _OldScan:
    """Gathers the outline of one sheet from the records of the file."""

    def __init__(self, content: bytes, *, is_calculated: bool) -> None:
        self.outline = Outline()
        self._content, self._is_calculated = content, is_calculated

    def read(self, sheet: str) -> None:
        """Read the records of the sheet, and no others."""
        start = next(at for name, at in self._sheets() if name == sheet)
        read = {
            _ROW: self._on_row,
            _COLUMNS: self._on_columns,
            _FORMULA: self._on_formula,
            _ERROR: self._on_error,
        }
        for kind, begin, _ in self._part(start):
            if kind in read:
                read[kind](begin)

    def _sheets(self) -> Iterator[tuple[str, int]]:
        """The name of each sheet, and where its records begin."""
        (version,) = struct.unpack_from("<H", self._content, 4)
        encoding = "cp1252"
        for kind, begin, end in self._part(0):
            if kind == _PAGE:
                (page,) = struct.unpack_from("<H", self._content, begin)
                encoding = _PAGES.get(page, f"cp{page}")
            if kind != _SHEET:
                continue
            at, _, length = struct.unpack_from("<IHB", self._content, begin)
            name = self._content[begin + 7 : end]
            if version < _UNICODE:
                yield name[:length].decode(encoding), at
            elif name[0]:
                yield name[1 : 1 + 2 * length].decode("utf-16-le"), at
            else:
                yield name[1 : 1 + length].decode("latin-1"), at

    def _part(self, at: int) -> Iterator[OldRecord]:
        """The records of one part of the file, without those of charts inside it."""
        depth = 0
        while True:
            kind, length = struct.unpack_from("<HH", self._content, at)
            at += 4
            depth += (kind == _BEGIN) - (kind == _END)
            if depth == 0:
                return
            if depth == 1:
                yield kind, at, at + length
            at += length

    def _on_row(self, begin: int) -> None:
        row, options = struct.unpack_from("<H10xH", self._content, begin)
        if options & _ROW_IS_HIDDEN:
            self.outline.hidden_rows.add(row + 1)

    def _on_columns(self, begin: int) -> None:
        first, last, options = struct.unpack_from("<HH4xH", self._content, begin)
        if options & _COLUMN_IS_HIDDEN:
            self.outline.hidden_columns.update(range(first + 1, last + 2))

    def _on_error(self, begin: int) -> None:
        row, column, is_error = struct.unpack_from("<HH3xB", self._content, begin)
        if is_error:
            self.outline.errors.append(name_of(row + 1, column + 1))

    def _on_formula(self, begin: int) -> None:
        row, column, kind, number, flags = struct.unpack_from("<HH2xB5xHH", self._content, begin)
        place = row + 1, column + 1
        if number == _NO_NUMBER and kind == _IS_ERROR:
            self.outline.errors.append(name_of(*place))
        is_blank = number == _NO_NUMBER and kind == _IS_BLANK
        is_zero = self._content[begin + 6 : begin + 14] == bytes(8)
        is_bare = bool(flags & _TO_CALCULATE)
        if (is_blank and (is_bare or not self._is_calculated)) or (is_zero and is_bare):
            self.outline.uncalculated[place] = name_of(*place)
