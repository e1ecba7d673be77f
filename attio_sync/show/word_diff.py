"""The differences of two texts, word by word; pure.

Long stretches that stay are folded, so that a change at the end of a long text can be seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Tag = Literal["same", "del", "ins", "gap", "to"]

CONTEXT: Final = 3
"""Unchanged words that are shown around a change."""
_BY_LINE_FROM: Final = 50_000
"""Characters from which two texts are compared line by line."""
_PIECES: Final = re.compile(r"\s+|\w+|[^\w\s]")
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")


class Piece(NamedTuple):
    """A stretch of text, and whether it stays, goes or comes."""

    tag: Tag
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Both texts as one sequence of pieces: kept, removed, added."""
    split = _LINES if len(before) + len(after) > _BY_LINE_FROM else _PIECES
    return _joined(_compared(split.findall(before), split.findall(after)))


def folded(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with a few words around each change; what is between becomes a gap."""
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        if piece.tag == "same":
            found += _folded(piece.text, is_first=number == 0, is_last=number == len(pieces) - 1)
        else:
            found.append(piece)
    return found


def is_alike(pieces: Sequence[Piece]) -> bool:
    """Whether enough stays the same for a diff to be easier to read than two texts."""
    kept = sum(len(one.text.strip()) for one in pieces if one.tag == "same")
    changed = max(sum(len(one.text) for one in pieces if one.tag == tag) for tag in ("del", "ins"))
    return kept > changed / 2


def _folded(text: str, *, is_first: bool, is_last: bool) -> list[Piece]:
    words = list(re.finditer(r"\S+\s*", text))
    head, tail = (0 if is_first else CONTEXT), (0 if is_last else CONTEXT)
    if len(words) <= head + tail + 1:
        return [Piece("same", text)]
    begin = text[: words[head - 1].end()] if head else ""
    end = text[words[-tail].start() :] if tail else ""
    return [one for one in (Piece("same", begin), Piece("gap", "…"), Piece("same", end)) if one.text]


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for step in Indel.opcodes(old, new):
        gone = "".join(old[step.src_start : step.src_end])
        come = "".join(new[step.dest_start : step.dest_end])
        if step.tag == "equal":
            yield Piece("same", gone)
            continue
        if gone:
            yield Piece("del", gone)
        if come:
            yield Piece("ins", come)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbouring pieces of one kind as one; a lone space between two changes joins them."""
    runs: list[dict[str, str]] = []
    kept: list[Piece] = []
    for piece in pieces:
        if piece.tag == "same" and not (runs and piece.text.isspace()):
            kept += _flushed(runs)
            kept.append(piece)
        elif piece.tag == "same":
            runs.append({"del": piece.text, "ins": piece.text})
        else:
            runs.append({piece.tag: piece.text})
    return kept + _flushed(runs)


def _flushed(runs: list[dict[str, str]]) -> list[Piece]:
    """Changes next to each other: first all removed text, then all added text."""
    trailing = ""
    if runs and runs[-1].keys() == {"del", "ins"}:
        trailing = runs.pop()["del"]
    sides: list[tuple[Tag, str]] = [
        (tag, "".join(one.get(tag, "") for one in runs)) for tag in ("del", "ins")
    ]
    runs.clear()
    found = [Piece(tag, text) for tag, text in sides if text]
    return [*found, Piece("same", trailing)] if trailing else found
