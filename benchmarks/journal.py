"""Measures what a journal of many changes costs: the history, one run of it, and the revert of one record.

The journal is that of a real run, to which as many changes are added in one statement as a large run would
have written. Every figure is a process of `attio-sync` from its start to its end.

`python -m benchmarks.journal 20000` takes fewer changes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.running import BIN, TOKEN, Bar, emulator, ended, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGES: Final = 1_000_000
SECONDS: Final = 2
MEGABYTES: Final = 200
_MORE: Final = """
INSERT INTO changes BY NAME
SELECT run_id, change_no + number AS change_no, stream, target, kind, key, row_number + number AS row_number,
  concat('record-', number) AS record_id, status, before, after, noted_at, asked_at
FROM changes, range(1, ? + 1) numbers(number) WHERE run_id = ?
"""


class Room:
    """A folder with a journal, and the workspace that it is about."""

    def __init__(self, url: str, folder: Path) -> None:
        self.journal = str(folder / "journal.duckdb")
        self._folder = folder
        self._environment = {**os.environ, "ATTIO_API_URL": url, "ATTIO_API_TOKEN": TOKEN}

    def cost(self, *command: str) -> tuple[float, float]:
        """Seconds and peak MB of one command on the journal."""
        arguments = [str(BIN / "attio-sync"), *command, "--journal", self.journal]
        began = time.perf_counter()
        with (self._folder / "answer.json").open("wb") as answer:
            usage = ended(subprocess.Popen(arguments, stdout=answer, env=self._environment))
        return time.perf_counter() - began, usage.megabytes

    def push(self, name: str) -> str:
        """Push one company; returns the run."""
        rows = self._folder / "rows.csv"
        rows.write_text(f"name,domains\n{name},one.example.com\n")
        self.cost(
            "push", "--from", str(rows), "--object", "companies", "--match", "domains", "--yes", "--json"
        )
        return str(self.answer()["run_id"])

    def answer(self) -> dict[str, object]:
        """What the last command printed."""
        return dict(json.loads((self._folder / "answer.json").read_text()))


def filled(journal: str, run: str, count: int) -> str:
    """Add changes to a run; returns the record of its own one.

    In a process of its own: the memory of this one would count as that of the commands that it starts.
    """
    work = f"from benchmarks.journal import fill; print(fill({journal!r}, {run!r}, {count}))"
    return subprocess.run(
        [sys.executable, "-c", work], capture_output=True, text=True, check=True
    ).stdout.strip()


def fill(journal: str, run: str, count: int) -> str:
    """Add changes to a run; returns the record of its own one."""
    from destination_attio.storage.database import (  # noqa: PLC0415 (only the process that fills shall hold DuckDB)
        open_database,
    )

    with open_database(journal) as db:
        (record,) = db.execute("SELECT record_id FROM changes WHERE run_id = ?", [run]).fetchall()[0]
        db.execute(_MORE, [count - 1, run])
    return str(record)


def measured(url: str, folder: Path, count: int) -> Iterator[Bar]:
    """The bars of the three commands."""
    room = Room(url, folder)
    room.push("One")
    run = room.push("Two")
    record = filled(room.journal, run, count)
    commands = {
        "history": ("history", "--json"),
        "history RUN": ("history", run),
        "revert RUN --only RECORD --plan": ("revert", run, "--only", record, "--plan"),
        "revert RUN --only RECORD": ("revert", run, "--only", record, "--yes", "--json"),
    }
    for what, command in commands.items():
        seconds, megabytes = room.cost(*command)
        yield Bar(name=f"{what}, {count:,} changes: seconds", figure=seconds, most=SECONDS)
        yield Bar(name=f"{what}, {count:,} changes: MB", figure=megabytes, most=MEGABYTES)
    counts = room.answer()["counts"]
    assert isinstance(counts, dict), counts
    yield Bar(name="values put back by that revert", figure=counts["update"], least=1, most=1)


def bars(count: int = CHANGES) -> Iterator[Bar]:
    """The bars, with an emulator and a journal of their own."""
    with tempfile.TemporaryDirectory() as name, emulator("--limits", "off") as url:
        yield from measured(url, Path(name), count)


if __name__ == "__main__":
    judge(bars(*map(int, sys.argv[1:2])))
