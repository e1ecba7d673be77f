from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attio_sync.show.word_diff import Piece, folded, is_alike, word_diff

LONG = "Makes instruments for people who measure everything that moves through them. " * 8


def side(pieces: list[Piece], *tags: str) -> str:
    return "".join(one.text for one in pieces if one.tag in tags)


@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_both_texts_are_in_the_pieces(before: str, after: str) -> None:
    """What was kept and taken out is the old text, what was kept and put in the new one."""
    pieces = word_diff(before, after)

    assert before == side(pieces, "same", "del")
    assert after == side(pieces, "same", "ins")


def test_a_change_at_the_end_of_a_long_text_is_seen() -> None:
    """Long stretches that stay the same are folded around the words that change."""
    pieces = folded(word_diff(LONG + "Open.", LONG + "Closed."))

    assert [Piece("del", "Open"), Piece("ins", "Closed")] == [
        one for one in pieces if one.tag in {"del", "ins"}
    ]
    assert 80 > len("".join(one.text for one in pieces))


def test_words_that_changed_together_stand_together() -> None:
    """A space between two changed words goes with them: one piece out, one in."""
    pieces = word_diff("a red old car", "a blue new car")

    assert [
        Piece("same", "a "),
        Piece("del", "red old"),
        Piece("ins", "blue new"),
        Piece("same", " car"),
    ] == pieces


@pytest.mark.parametrize("words", [10, 20_000])
def test_texts_of_any_length_are_compared(words: int) -> None:
    """A text of 100,000 characters is compared by line first, and nothing of it is lost."""
    before = "".join(f"line {number}\n" for number in range(words))
    after = before.replace("line 7\n", "line seven\n")

    assert after == side(word_diff(before, after), "same", "ins")
    assert "line 7" not in side(word_diff(before, after), "same").splitlines()


def test_texts_that_share_little_are_not_alike() -> None:
    """Two other texts are easier to read whole than as a diff."""
    assert is_alike(word_diff("one two three four", "one two three five"))
    assert not is_alike(word_diff("one two three", "four five six seven"))
