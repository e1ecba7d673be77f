"""Rows for tests of what a stream remembers."""

import uuid

from source_attio.changes.memory import AnyMemory
from source_attio.changes.prints import LAST
from source_attio.decode.rows import Key, Row, make_row
from unit_tests.source_attio.harness import chance

MOMENT = "2026-01-01T00:00:00.000000000Z"


def row(number: int, content: str = "a") -> Row:
    row_id = str(uuid.UUID(int=(number + 1) << 64 | number * 7919))
    key = Key(MOMENT, row_id)
    return make_row(key, key.created_at, {"record_id": row_id, "name": content})


def deliver(grade: AnyMemory, numbers: range) -> None:
    for each in numbers:
        grade.unchanged(row(each))
        grade.confirm([row(each)])


def drawn_entries(rows: int) -> bytes:
    """Ids drawn at random, as Attio's are, and their prints."""
    rng = chance(rows)
    ids = [uuid.UUID(bytes=rng.randbytes(16), version=4).bytes for _ in range(rows)]
    return b"".join(each + rng.randbytes(3) + LAST[rng.randrange(256)] for each in ids)
