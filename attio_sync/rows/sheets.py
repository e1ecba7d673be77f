"""Reads rows from spreadsheets, with typed cells: from the first sheet, or from the one that is named."""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, Final
from zipfile import BadZipFile, ZipFile, is_zipfile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from attio_sync.failures import WrongUsage
from attio_sync.rows.disguises import locked, need_sheet
from attio_sync.rows.grids import Body
from attio_sync.rows.headers import HEAD, header_of
from attio_sync.rows.ods_xml import is_document, outline_of_document
from attio_sync.rows.records import told_lines
from attio_sync.rows.rows import Rows
from attio_sync.rows.sheet_xml import UnreadableSheetError, outline_of
from destination_attio.model.targets import UNREADABLE
from destination_attio.rows.cells.dates import TypedMoment
from destination_attio.rows.cells.numbers import TypedMoney

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attio_api.wire import JsonObject
    from attio_sync.rows.form import Form
    from attio_sync.rows.headers import Header
    from attio_sync.rows.records import Record
    from attio_sync.rows.rows import SteadyFile
    from attio_sync.rows.sheet_xml import Outline

    Place = tuple[int, int]

MOST_UNPACKED: Final = 1_000_000_000
"""Bytes of a spreadsheet at most once it is unpacked; its cells take about three times as much memory."""

MOST_NAMED: Final = 5
"""Cells with an error or without a result at most that are named one by one."""
_EXACT: Final = 2**53
"""The number up to which spreadsheets, which keep 64-bit floats, know each whole number."""
_INEXACT: Final = {UNREADABLE: "it is a number of more digits than a spreadsheet keeps; write it as text"}
_NO_RESULT: Final = {UNREADABLE: "its cell holds a formula without a result"}


def rows_of_sheet(file: SteadyFile, form: Form) -> Rows:
    """The rows of one sheet; dates are days, numbers are numbers, and texts stay as they were written."""
    need_sheet(file)
    name = f"{file.path}"
    records, told, outline = _records(file, form.sheet)
    header = header_of(name, records[:HEAD], form.header, is_padded=True)
    body = Body(name=name, header=header)
    count = sum(1 for _ in body.rows(_under(header, records)))

    def read() -> Iterator[JsonObject]:
        file.check()
        yield from Body(name=name, header=header, is_first=False).rows(_under(header, records))

    return Rows(
        name=name,
        columns=body.columns,
        count=count,
        read=read,
        is_written=True,
        remarks=(*told, *header.remarks, *body.remarks(), *_unseen(outline, body, _under(header, records))),
    )


def _under(header: Header, records: list[Record]) -> Iterator[Record]:
    return (one for one in records if one[0] > header.line)


def _unseen(outline: Outline, body: Body, records: Iterator[Record]) -> Iterator[str]:
    """Sentences on hidden rows and columns, which are read, and on cells with an error or no result."""
    lines = [line for line, cells in records if line in outline.hidden_rows and any(map(_is_said, cells))]
    if lines:
        yield f"{told_lines(lines)} of {body.name} hidden, by a filter or by hand: read like the others."
    names = (name for at, name in enumerate(body.header.names, start=1) if at in outline.hidden_columns)
    columns = [f"'{name}'" for name in names if name in body.columns]
    if columns:
        yield f"Columns of {body.name} hidden: {', '.join(columns)}; read like the others."
    if outline.errors:
        yield f"Cells of {body.name} with an error, as #N/A, read as blank: {_named(outline.errors)}."
    if lost := [*outline.uncalculated.values()]:
        yield (
            f"Cells of {body.name} with a formula without a result: {_named(lost)}. "
            "Open the file in a spreadsheet program and save it: then each has one."
        )


def _named(cells: Sequence[str]) -> str:
    """The first cells, and the number of the others."""
    more = f" and {len(cells) - MOST_NAMED:,} more" if len(cells) > MOST_NAMED else ""
    return ", ".join(cells[:MOST_NAMED]) + more


def _is_said(cell: object) -> bool:
    return cell is not None and cell != ""


def _records(file: SteadyFile, sheet: str | None) -> tuple[list[Record], tuple[str, ...], Outline]:
    """The records of the sheet, a sentence that names the sheets that are not read, and the outline."""
    try:
        with file.opened() as opened:
            _check_size(file, opened)
            book = CalamineWorkbook.from_filelike(opened)
            chosen, others = _chosen(file, book, sheet)
            outline = _outline(opened, chosen)
            outline.check(file.path, chosen)
            found = book.get_sheet_by_name(chosen)
            rows = _as_shown(found.to_python(skip_empty_area=False), outline)
            rows = _with_lost(rows, outline)
            rows = _filled_down(rows, found.merged_cell_ranges or ())
    except PasswordError as error:
        raise locked(file) from error
    except (CalamineError, BadZipFile, UnreadableSheetError) as error:
        raise WrongUsage(
            f"{file.path} is not a spreadsheet that can be read. Open it in a spreadsheet program and save "
            "it anew as .xlsx, or as CSV."
        ) from error
    records: list[Record] = [
        (number, [_plain(one) for one in row]) for number, row in enumerate(rows, start=1)
    ]
    told = f"The sheet '{chosen}' of {file.path} is read; --sheet names another: {', '.join(others)}."
    if sheet is None and others and not any(any(row) for _, row in records):
        raise WrongUsage(f"The sheet '{chosen}' of {file.path} is empty. Name another: {', '.join(others)}.")
    return records, (told,) if others and sheet is None else (), outline


def _outline(opened: IO[bytes], sheet: str) -> Outline:
    """The outline of a sheet, read as the file's kind needs it, whatever its name says."""
    if is_zipfile(opened):
        return outline_of_document(opened, sheet) if is_document(opened) else outline_of(opened, sheet)
    from attio_sync.rows.old_sheets import outline_of_old_sheet  # noqa: PLC0415 -- few files need it

    return outline_of_old_sheet(opened, sheet)


def _check_size(file: SteadyFile, opened: IO[bytes]) -> None:
    """Raise WrongUsage for a spreadsheet that would fill the memory, which a small file of zeros can."""
    size = 0
    if is_zipfile(opened):  # an .xls is not packed
        with ZipFile(opened) as packed:
            size = sum(one.file_size for one in packed.infolist() if one.filename.endswith(".xml"))
    opened.seek(0)
    if size > MOST_UNPACKED:
        most = f"{MOST_UNPACKED / 1e6:,.0f} MB"
        raise WrongUsage(
            f"{file.path} unpacks to {size / 1e6:,.0f} MB, and {most} are the most that is read. "
            "Save the sheet as CSV, which may have any size."
        )


def _chosen(file: SteadyFile, book: CalamineWorkbook, sheet: str | None) -> tuple[str, list[str]]:
    """The named sheet, else the first that is visible; and the other visible ones."""
    there = book.sheet_names
    if sheet is not None and sheet not in there:
        raise WrongUsage(f"{file.path} has no sheet '{sheet}'. There are: {', '.join(there)}.")
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    shown = shown or there
    if not shown:
        raise WrongUsage(f"{file.path} has no sheet.")
    chosen = sheet or shown[0]
    return chosen, [one for one in shown if one != chosen]


def _as_shown(rows: list[list[Any]], outline: Outline) -> list[list[Any]]:
    """Give numbers the leading zeros with which they are shown, as the text that they are meant as.

    A number that is shown with a currency is money.
    """
    for (column, shown), places in outline.shown.items():
        for row in places:
            cells = rows[row - 1] if row <= len(rows) else ()
            number = cells[column - 1] if column <= len(cells) else None
            if isinstance(number, float) and abs(number) <= _EXACT:  # a longer one is marked by `_plain`
                rows[row - 1][column - 1] = _shown(number, shown)
    return rows


def _shown(number: float, shown: int | str) -> object:
    if isinstance(shown, str):
        return TypedMoney.of(number, shown)
    return f"{int(number):0{shown}}" if number.is_integer() and 0 <= number < 10 ** (shown - 1) else number


def _with_lost(rows: list[list[Any]], outline: Outline) -> list[list[Any]]:
    """Mark the cells with a formula without a result, also beyond the last cell that has a value."""
    lost = outline.uncalculated
    if not lost:
        return rows
    width = max(chain(map(len, rows), (column for _, column in lost)))
    below = [[""] * width for _ in range(len(rows), max(row for row, _ in lost))]
    grid = [[*row, *[""] * (width - len(row))] for row in rows] + below
    for row, column in lost:
        grid[row - 1][column - 1] = _NO_RESULT
    return grid


def _filled_down(rows: list[list[Any]], merged: Iterable[tuple[Place, Place]]) -> list[list[Any]]:
    """Fill merged cells: each of several rows gets the value, of several columns only the first does."""
    for (top, left), (bottom, _) in merged:
        if top >= len(rows) or left >= len(rows[top]):  # an empty cell beside the table, or below it
            continue
        for row in rows[top + 1 : bottom + 1]:
            row[left] = rows[top][left]
    return rows


def _plain(cell: object) -> object:
    """A cell as JSON; whole numbers, which spreadsheets keep as floats, become integers."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell) if abs(cell) <= _EXACT else _INEXACT
    if isinstance(cell, dt.datetime):
        return TypedMoment(cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat())
    if isinstance(cell, dt.date):
        return TypedMoment(cell.isoformat())
    if isinstance(cell, dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell
