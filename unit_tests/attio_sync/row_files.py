"""Files with the content that a test gives, and their rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attio_sync.rows.csv_files import rows_of_csv
from attio_sync.rows.form import Form
from attio_sync.rows.rows import Rows, SteadyFile


def write(name: str | Path, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def csv_rows(folder: Path, content: str | bytes, name: str = "a.csv", **form: Any) -> Rows:
    return rows_of_csv(SteadyFile(write(folder / name, content)), Form(**form))
