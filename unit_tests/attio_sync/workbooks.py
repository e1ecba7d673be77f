"""Workbooks with the cells that a test gives."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, records in sheets.items():
            sheet = book.add_worksheet(name)
            for row, record in enumerate(records):
                for column, value in enumerate(record):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
                    elif value is not None:
                        sheet.write(row, column, value)
    return path
