"""Words that were read in a wrong encoding before."""

from __future__ import annotations

import pytest

from attio_sync.rows.garbled import garbled_word


@pytest.mark.parametrize(
    ("word", "right"), [("MÃ¼hle", "Mühle"), ("CafÃ©s", "Cafés"), ("donâ€™t", "don\u2019t")]
)
def test_the_first_garbled_word_is_found_with_the_right_one(word: str, right: str) -> None:
    """In any cell, amid other words."""
    assert (word, right) == garbled_word(["Ada", 7, None, f"Zoë at {word} (old)"])


@pytest.mark.parametrize(
    "text",
    ["São Tomé", "Ångström", "Čapek ÂÂ", "naïve \u2013 “Ünal”", "日本", "Ă©", "Grün Ååå", "Å\u0081Ã³dÅº"],
)
def test_words_of_other_languages_are_not_garbled(text: str) -> None:
    """Only what is whole UTF-8 once it is read back is."""
    assert garbled_word([text]) is None
