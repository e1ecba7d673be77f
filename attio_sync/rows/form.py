"""The options that say how a file of rows is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How a file is written, as far as options say it; `table` names one inside a DuckDB file."""

    table: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    """The number of the line with the names of the columns."""
