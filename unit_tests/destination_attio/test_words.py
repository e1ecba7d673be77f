"""Words for nothing: what programs and people write where there is no value."""

from __future__ import annotations

import pytest

from destination_attio.rows.cells.words import words_for_nothing, yes_or_no


@pytest.mark.parametrize("word", ["N/A", "n.a.", "NaN", "#N/A", "#NV", "#WERT!", "#¡VALOR!", "NULL", "-"])
@pytest.mark.parametrize("kind", ["text", "number", "date"])
def test_errors_and_marks_for_nothing_are_no_value(word: str, kind: str) -> None:
    """Of any type, in the languages that spreadsheets write their errors in."""
    assert word in words_for_nothing(kind)


@pytest.mark.parametrize("word", ["none", "nil", "nan"])
def test_a_word_that_may_be_a_title_stays_in_texts(word: str) -> None:
    """A person may be called Nan, and a plan None; no number is."""
    assert word in words_for_nothing("number")
    assert word not in words_for_nothing("text")


@pytest.mark.parametrize(
    ("word", "said"),
    [("Ja", True), ("ДА", True), ("はい", True), ("evet", True), ("いいえ", False), ("Nem", False)],
)
def test_yes_and_no_are_known_in_many_languages(word: str, said: bool) -> None:
    """In any case of letters."""
    assert said is yes_or_no(word, (), ())


def test_words_of_the_settings_come_before_the_usual_ones() -> None:
    """Where yes has words of its own, the usual ones for yes say nothing."""
    assert yes_or_no(" Ja ", (), ()) is True
    assert yes_or_no("active", ("Active",), ()) is True
    assert yes_or_no("ja", ("Active",), ()) is None
    assert yes_or_no("no", ("Active",), ()) is False
