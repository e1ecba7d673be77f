"""A row's digest: that of its whole text, hashed in pieces that keep the interpreter's lock."""

import hashlib

import pytest

from source_attio.decode.rows import HASHED_AT_ONCE, Key, digest_of, make_row


@pytest.mark.parametrize("length", [0, 1, HASHED_AT_ONCE, HASHED_AT_ONCE + 1, 3 * HASHED_AT_ONCE, 10_000])
def test_the_digest_is_that_of_the_whole_text(length: int) -> None:
    """States of earlier versions hold digests that were made in one piece."""
    row = make_row(Key("2026-05-01T10:00:00.000000000Z", "an id"), "", {"name": "x" * length})
    assert row.digest == hashlib.blake2b(row.printed, digest_size=8).digest()


def test_no_piece_is_so_long_that_hashlib_gives_up_the_interpreters_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CPython's `hashlib` gives it up for pieces of 2,048 bytes or more, at every row of a page."""
    pieces: list[int] = []

    class Hash:
        def __init__(self, text: bytes, digest_size: int) -> None:
            pieces.append(len(text))
            self._size = digest_size

        def update(self, text: bytes) -> None:
            pieces.append(len(text))

        def digest(self) -> bytes:
            return bytes(self._size)

    monkeypatch.setattr(hashlib, "blake2b", Hash)
    digest_of(b"x" * 5000)
    assert pieces == [2047, 2047, 906]
