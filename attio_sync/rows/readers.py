"""Picks the reader for a file of rows."""

from __future__ import annotations

import shutil
import sys
import tempfile
import weakref
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attio_sync.failures import WrongUsage
from attio_sync.rows.csv_files import rows_of_csv
from attio_sync.rows.duckdb import rows_of_parquet, rows_of_table
from attio_sync.rows.form import Form
from attio_sync.rows.json_files import rows_of_json
from attio_sync.rows.origin import origin_of
from attio_sync.rows.rows import SteadyFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from attio_sync.rows.rows import OnRead, Rows

STDIN: Final = Path("-")


def _sheet(file: SteadyFile, form: Form) -> Rows:
    from attio_sync.rows.sheets import rows_of_sheet  # noqa: PLC0415 -- only spreadsheets need it

    return rows_of_sheet(file, form)


READERS: dict[str, Callable[[SteadyFile, Form], Rows]] = {
    ".json": lambda file, _: rows_of_json(file),
    ".jsonl": lambda file, _: rows_of_json(file),
    ".ndjson": lambda file, _: rows_of_json(file),
    ".csv": rows_of_csv,
    ".tsv": rows_of_csv,
    ".txt": rows_of_csv,
    ".xlsx": _sheet,
    ".xlsm": _sheet,
    ".xls": _sheet,
    ".ods": _sheet,
    ".parquet": lambda file, _: rows_of_parquet(file),
    ".duckdb": lambda file, form: rows_of_table(file.place, form.table),
}
PACKED: Final = ".gz"
_UNPACKED: Final = frozenset({".parquet", ".duckdb"})
"""Endings of files that must be read in place, and are compressed by themselves."""
_MAGIC: Final = (
    (b"PK\x03\x04", ".xlsx"),
    (b"\xd0\xcf\x11\xe0", ".xls"),
    (b"PAR1", ".parquet"),
    (b"[", ".json"),
    (b"{", ".jsonl"),
)


def rows_of_file(path: Path, form: Form | None = None, on_read: OnRead | None = None) -> Rows:
    """The rows of a file, by its ending; `-` is standard input, whose form is seen from its beginning."""
    if path == STDIN:
        return rows_of_stream(sys.stdin.buffer, form or Form(), on_read)
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.")
    ending = ending_of(path)
    if ending is None:
        raise WrongUsage(f"{path} ends in none of {', '.join(READERS)}, so its format is unknown.")
    origin = origin_of(path)
    return replace(READERS[ending](SteadyFile(path, on_read=on_read), form or Form()), origin=origin)


def ending_of(path: Path) -> str | None:
    """The ending that says how a file is read, without the `.gz` after it; None for an unknown format."""
    inner = path.with_suffix("") if path.suffix.lower() == PACKED else path
    ending = inner.suffix.lower()
    return None if ending not in READERS or (inner != path and ending in _UNPACKED) else ending


class _Copy:
    """A stream's bytes in a private file, which goes when nobody holds this object any more."""

    def __init__(self, stream: IO[bytes]) -> None:
        # Closed once it is written: Windows opens no file a second time that Python keeps open to remove it.
        with tempfile.NamedTemporaryFile(prefix="attio-sync-", delete=False) as file:
            self.place = Path(file.name)
            weakref.finalize(self, self.place.unlink, missing_ok=True)
            shutil.copyfileobj(stream, file)


def rows_of_stream(stream: IO[bytes], form: Form, on_read: OnRead | None = None) -> Rows:
    """The rows of a stream that comes once, copied into a private file that can be read again."""
    copy = _Copy(stream)
    with copy.place.open("rb") as opened:
        name = Path("stdin.gz" if opened.read(2) == b"\x1f\x8b" else "stdin")
    file = SteadyFile(copy.place, name=name, keep=copy, on_read=on_read)
    with file.opened() as opened:
        start = opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    ending = next((ending for magic, ending in _MAGIC if start.startswith(magic)), ".csv")
    return READERS[ending](file, form)
