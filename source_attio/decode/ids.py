"""Ids of rows: Attio documents UUIDs, and any other printable text is kept just as it is written."""

import hashlib
from typing import Final, TypeGuard
from urllib.parse import quote

from attio_api.errors import Malformed

SIZE: Final = 16
_WRITTEN: Final = len("5d6e0e52-7a43-4c57-9f5b-3a0a3f1f7c02")


def is_row_id(value: object) -> TypeGuard[str]:
    """Whether a value is a text by which a row can be named again."""
    return isinstance(value, str) and value.isprintable() and bool(value.strip("."))


def row_id(value: object, member: str) -> str:
    """Return a row's id if it is a text by which the row can be named again; else raises Malformed."""
    if is_row_id(value):
        return value
    kind = "empty or not printable" if isinstance(value, str) else "no text"
    raise Malformed(f"Attio's answer holds a row whose {member} is {kind}.")


def uuid_bytes(text: str) -> bytes | None:
    """Return the bytes of a UUID as Attio writes it; None for any text that they would not give back.

    Each row of a sync comes here, so this is written out: a regular expression takes twice as long.
    """
    if len(text) != _WRITTEN or not text[8] == text[13] == text[18] == text[23] == "-":
        return None
    digits = text.replace("-", "")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        return None
    return found if len(found) == SIZE and found.hex() == digits else None


def hashed(text: str) -> bytes:
    """Return sixteen bytes that stand for an id which is not a UUID."""
    return hashlib.blake2b(text.encode(), digest_size=SIZE).digest()


def packed(text: str) -> bytes:
    """Return sixteen bytes for an id: those of the UUID, or a hash of another text."""
    return uuid_bytes(text) or hashed(text)


def spelled(uuid: bytes) -> str:
    """Write a UUID as Attio does."""
    digits = uuid.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def in_path(text: str) -> str:
    """Write an id as one part of a path."""
    return quote(text, safe="")
