"""The rejected rows of a plan as a CSV file, to be corrected in a spreadsheet and imported again; pure."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.wire import Json
    from destination_attio.model.plan import Change

REASONS: Final = ("Why it was rejected", "What to do")
"""The last two columns."""
_CALCULATED: Final = tuple("=+-@\t\r")
"""With one of these a spreadsheet begins to calculate."""


def csv_of(changes: Sequence[Change]) -> str:
    """The rows with the columns that the mapping reads, and for each the reason and the remedy.

    It begins with a byte order mark, without which Excel does not read UTF-8.
    """
    columns = list(dict.fromkeys(name for one in changes for name in one.row or one.key))
    lines = io.StringIO(newline="")
    written = csv.writer(lines)
    written.writerow([*map(_cell, columns), *REASONS])
    for one in changes:
        row = one.row or one.key
        written.writerow([_cell(cell) for cell in (*map(row.get, columns), one.reason, one.remedy)])
    return f"\ufeff{lines.getvalue()}"


def _cell(content: Json) -> str:
    """The cell as text, also where a spreadsheet would calculate it; an import reads it as it was."""
    if content is None:
        return ""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    if isinstance(content, str) and text.startswith(_CALCULATED):
        quoted = text.replace('"', '""')
        return f'="{quoted}"'
    return text
