"""What DuckDB and the disk say about the journal, in one sentence."""

from pathlib import Path

import duckdb
import pytest

from destination_attio.storage.journal_errors import translated
from destination_attio.storage.journal_rows import JournalError, JournalInUseError

PLACE = Path("/srv/clocks/block/j.duckdb")


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (
            duckdb.TransactionException(
                f'Failed to commit: Could not write file "{PLACE}.wal": No space left on device'
            ),
            JournalError,
            "No space left on device",
        ),
        (
            duckdb.IOException(f'Cannot open file "{PLACE}": Read-only file system'),
            JournalError,
            "Read-only file system",
        ),
        (PermissionError(13, "Permission denied", str(PLACE)), JournalError, "Permission denied"),
        (duckdb.FatalException("the database was invalidated"), JournalError, "FatalException"),
        (
            duckdb.IOException(
                f'Could not set lock on file "{PLACE}": Conflicting lock is held in x (PID 7)'
            ),
            JournalInUseError,
            "in use by another program",
        ),
    ],
)
def test_the_reason_is_told(error: Exception, kind: type[JournalError], reason: str) -> None:
    """A folder with "lock" in its name is no lock."""
    with pytest.raises(JournalError) as caught, translated(PLACE):
        raise error

    assert kind is type(caught.value)
    assert reason in caught.value.message
    assert str(PLACE) in caught.value.message
    assert caught.value.remedy
