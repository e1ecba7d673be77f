"""Which encoding a CSV file is read in, and which one it has to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import WrongUsage
from unit_tests.attio_sync.row_files import csv_rows

if TYPE_CHECKING:
    from pathlib import Path


def test_what_no_windows_text_has_is_latin_1(tmp_path: Path) -> None:
    """Five bytes mean nothing in Windows-1252."""
    rows = csv_rows(tmp_path, b"name\nCaf\xe9 \x81\n")

    assert any("Latin-1" in one for one in rows.remarks)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Москва", "cp1251"),
        ("Łódź żółć", "cp1250"),
        ("東京", "shift_jis"),
        ("北京", "gb18030"),
        ("Αθήνα", "cp1253"),
        ("München", "cp850"),
    ],
)
def test_words_that_no_known_encoding_gives_are_refused(tmp_path: Path, text: str, encoding: str) -> None:
    """Every byte is a sign in Windows-1252, so what is read there may not be what was meant."""
    content = f"name\n{text}\n".encode(encoding)

    with pytest.raises(WrongUsage, match=r"make no sense in Windows-1252\. Name its encoding"):
        csv_rows(tmp_path, content)
    assert [{"name": text}] == list(csv_rows(tmp_path, content, encoding=encoding).read())


@pytest.mark.parametrize(
    "text",
    [
        "L\u2019Oréal “Zoë” \u2013 5 €",
        "¿Qué? ¡Sí!",
        "Þórður Ýmir",
        "ÉCOLE ÅÄÖ",
        "Acme® ™ £5 20° ½",
        "Škoda Œuvre",
    ],
)
def test_words_of_western_languages_are_windows_1252(tmp_path: Path, text: str) -> None:
    """With their signs and quotation marks."""
    rows = csv_rows(tmp_path, f"name\n{text}\n".encode("cp1252"))

    assert [{"name": text}] == list(rows.read())


NAMES = {
    "pl": ("Wałęsa Gdańsk Kraśnik Żywiec Częstochowa", "cp1250 iso8859-2 cp852 mac-latin2"),
    "cs": ("Dvořák Jiří Ostrožská Děčín Růžena", "cp1250 iso8859-2 cp852 mac-latin2"),
    "sk": ("Ľudovít Košice Hložková Ďurica Kľúč", "cp1250 iso8859-2"),
    "hu": ("Erdős Győr Szűcs Kőszeg Petőfi", "cp1250 cp852"),
    "ro": ("Bădescu Ionuţ Constanţa Târgovişte Iaşi", "cp1250 iso8859-2"),
    "hr": ("Kovačić Jurišić Đorđe Šibenik Vukčević", "cp1250 cp852"),
    "tr": ("K\u0131l\u0131ç Doğan Şahin İzmir Y\u0131ld\u0131z", "cp1254 cp857 mac-turkish"),
    "lt": ("Kęstutis Žukauskas Šiauliai Jūratė Klaipėda", "cp1257 cp775"),
    "lv": ("Jānis Bērziņš Rīga Kārlis Liepāja", "cp1257 iso8859-13"),
    "nb": ("Bjørn Sørensen Tromsø Åse Bærum", "cp865 cp850"),
    "de": ("Müller Köln Jäger Grünwald Weiß", "cp850 cp437"),
}
"""Words of a language, and encodings in which they are other signs than in Windows-1252."""


@pytest.mark.parametrize(
    ("words", "encoding"),
    [(words, one) for words, encodings in NAMES.values() for one in encodings.split()],
)
def test_words_of_another_encoding_are_not_read_as_western_ones(
    tmp_path: Path, words: str, encoding: str
) -> None:
    """The file is refused, also where most of its signs are letters in Windows-1252 or Mac OS Roman."""
    content = ("name\n" + words.replace(" ", "\n")).encode(encoding)

    with pytest.raises(WrongUsage, match="Name its encoding"):
        csv_rows(tmp_path, content)
    assert words.split() == [one["name"] for one in csv_rows(tmp_path, content, encoding=encoding).read()]


def test_the_likely_encodings_are_named_with_what_they_make_of_a_word(tmp_path: Path) -> None:
    """A reader knows the right one at sight."""
    with pytest.raises(
        WrongUsage, match=r"could be 'Kýlýç' \(windows-1252\) or 'K\u0131l\u0131ç' \(windows-1254\)"
    ):
        csv_rows(tmp_path, "name\nK\u0131l\u0131ç\n".encode("cp1254"))


@pytest.mark.parametrize(
    "words",
    [
        "Café Crêpes Élodie François Noël Gaëlle Geneviève Benoît",
        "Müller Weiß Köln Jäger Grünwald",
        "Muñoz Peña José Málaga Núñez Íñigo",
        "São João Conceição Guimarães Antônio",
        "Bjørn Sørensen Tromsø Åse Bærum Kjær",
        "Ångström Sjöberg Malmö Västerås",
        "Mäkinen Hämäläinen Jyväskylä",
        "Guðrún Þórðarson Reykjavík Sigurður",
        "Niccolò Forlì Cantù Città",
    ],
)
def test_whole_files_of_western_words_are_windows_1252(tmp_path: Path, words: str) -> None:
    """They are plausible words in other encodings too, and less probable ones."""
    rows = csv_rows(tmp_path, ("name\n" + words.replace(" ", "\n")).encode("cp1252"))

    assert words.split() == [one["name"] for one in rows.read()]


def test_utf_16_without_a_mark_is_known_by_its_separators(tmp_path: Path) -> None:
    """Also where few of its letters are Latin; a stray zero makes no UTF-16."""
    assert [{"名前": "東京", "zip": "007"}] == list(
        csv_rows(tmp_path, "名前;zip\n東京;007\n".encode("utf-16-le")).read()
    )
    for damaged in (b"name,zip\nA\0da,007\n", b"name\0,zip\nAda,007\n", b"name,zip\nCaf\xe9\0,007\n"):
        assert ("name", "zip") == csv_rows(tmp_path, damaged).columns


def test_japanese_letters_of_mail_programs_are_known_by_their_signs(tmp_path: Path) -> None:
    """They are ASCII, byte for byte, and would be written as `$BEl5~`."""
    rows = csv_rows(tmp_path, "name,zip\n東京,007\n".encode("iso2022_jp"))

    assert [{"name": "東京", "zip": "007"}] == list(rows.read())
    assert any("read as ISO-2022-JP" in one for one in rows.remarks)


def test_the_encoding_can_be_said(tmp_path: Path) -> None:
    """A wrong one is told with the line; one that does not exist, too."""
    content = "name\nŁódź\n".encode("cp1250")

    assert [{"name": "Łódź"}] == list(csv_rows(tmp_path, content, encoding="windows-1250").read())
    with pytest.raises(WrongUsage, match=r"a\.csv, line 1: not text in utf-8\. Name the encoding"):
        csv_rows(tmp_path, content, encoding="utf-8")
    with pytest.raises(WrongUsage, match="There is no encoding 'utf-9'"):
        csv_rows(tmp_path, content, encoding="utf-9")
