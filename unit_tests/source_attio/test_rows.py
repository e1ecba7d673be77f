"""A row's times, and its digest: that of its text, hashed in pieces that keep the interpreter's lock."""

import hashlib

import pytest

from source_attio.decode.rows import HASHED_AT_ONCE, Key, canonical, digest_of, make_row


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


@pytest.mark.parametrize(
    "moment", ["2026-02-30T00:00:00.000000000Z", "2026-05-01T25:00:00.000000000Z", "x" * 29 + "Z"]
)
def test_a_time_that_does_not_exist_is_refused(moment: str) -> None:
    """By such a time of creation, all rows after it would count as read."""
    with pytest.raises(ValueError, match=r"."):
        canonical(moment)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-01T10:00:00.000000001Z",
        "2026-05-01 10:00:00.000000001Z",
        "2026-05-01T12:00:00.000000001+02:00",
    ],
)
def test_a_time_is_written_as_attio_writes_it(written: str) -> None:
    """So that times compare as text, whatever their form."""
    assert canonical(written) == "2026-05-01T10:00:00.000000001Z"
