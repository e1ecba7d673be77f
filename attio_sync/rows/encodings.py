"""Finds the encoding of a text file, since few files name it."""

from __future__ import annotations

import codecs
from typing import IO, TYPE_CHECKING, Final

from attio_sync.failures import WrongUsage

if TYPE_CHECKING:
    from attio_sync.rows.rows import SteadyFile

_BLOCK: Final = 1 << 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD: Final = ("cp1252", "latin-1")
NAMES: Final = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
"""Names of encodings for people; UTF-8 is not mentioned."""


def encoding_of(file: SteadyFile, given: str | None) -> str:
    """The encoding that was set, else the first one in which the whole file can be read."""
    if given is not None:
        try:
            return codecs.lookup(given).name
        except LookupError as error:
            raise WrongUsage(f"There is no encoding '{given}'; try utf-8, utf-16 or windows-1252.") from error
    with file.opened() as opened:
        head = opened.read(_BLOCK)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if wide := _wide(head):
        return wide
    return next(name for name in ("utf-8", *_OLD) if _makes_sense(file, name))


def _wide(head: bytes) -> str | None:
    """The kind of UTF-16 of a text without a mark: every other byte of Latin letters is zero."""
    even, odd = head[0:400:2].count(0), head[1:400:2].count(0)
    if max(even, odd) * 3 < len(head[:400]):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _makes_sense(file: SteadyFile, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with file.opened() as opened:
            _decode_all(opened, decoder)
    except UnicodeDecodeError:
        return False
    return True


def _decode_all(opened: IO[bytes], decoder: codecs.IncrementalDecoder) -> None:
    while block := opened.read(_BLOCK):
        decoder.decode(block)
    decoder.decode(b"", final=True)
