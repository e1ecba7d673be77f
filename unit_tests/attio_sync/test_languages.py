from __future__ import annotations

import pytest

from attio_sync.rows.languages import LANGUAGES, fit


@pytest.mark.parametrize(
    ("word", "encoding"),
    [
        ("K\u0131l\u0131ç", "cp1254"),
        ("Wałęsa", "cp1250"),
        ("Bērziņš", "cp1257"),
        ("Sørensen", "cp1252"),
        ("Peña", "cp1252"),
    ],
)
def test_a_word_fits_the_encoding_of_its_language_best(word: str, encoding: str) -> None:
    """The same bytes are letters in each of the encodings of Windows."""
    written = word.encode(encoding)
    fits = {
        one: fit(written.decode(one, errors="replace"), one)
        for one in ("cp1250", "cp1252", "cp1254", "cp1257")
    }

    assert max(fits, key=lambda one: fits[one]) == encoding


def test_signs_that_people_write_cost_nothing_and_rare_ones_do() -> None:
    """Quotation marks and currencies are in all languages; a sign between letters is in none."""
    assert fit("“Noël” 5 €", "cp1252") == fit("Noël", "cp1252")
    assert fit("Noël ¤", "cp1252") < fit("Noël", "cp1252")
    assert fit("No€l", "cp1252") < fit("No", "cp1252") + fit("l", "cp1252")


def test_a_ligature_is_as_usual_as_its_letters() -> None:
    """Names seldom have one, so few were counted."""
    assert fit("Cœur", "cp1252") == fit("Coeur", "cp1252")


def test_python_reads_every_encoding_that_is_compared() -> None:
    """An encoding that it does not know would end the command with an error."""
    assert all("a" == b"a".decode(one) for one in LANGUAGES)
