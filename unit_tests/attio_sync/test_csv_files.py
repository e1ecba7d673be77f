"""CSV files as people have them: encodings, separators, and what stands around the rows."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows.csv_files import rows_of_csv
from attio_sync.rows.form import Form
from attio_sync.rows.rows import Rows, SteadyFile
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

CAFE = [{"name": "Café", "zip": "007"}]


def rows_of(folder: Path, content: str | bytes, name: str = "a.csv", **form: Any) -> Rows:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return rows_of_csv(SteadyFile(path), Form(**form))


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
        ("mac-roman", "Mac OS Roman"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_are_found_out(
    tmp_path: Path, encoding: str, told: str | None, separator: str, end: str
) -> None:
    """What was found out about the encoding is told; UTF-8 needs no word."""
    content = f"name{separator}zip{end}Café{separator}007{end}".encode(encoding)
    rows = rows_of(tmp_path, content)

    assert CAFE == list(rows.read())
    assert (1, ("name", "zip")) == (rows.count, rows.columns)
    assert told is None or any(told in one for one in rows.remarks)


def test_what_no_windows_text_has_is_latin_1(tmp_path: Path) -> None:
    """Five bytes mean nothing in Windows-1252."""
    rows = rows_of(tmp_path, b"name\nCaf\xe9 \x81\n")

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
        rows_of(tmp_path, content)
    assert [{"name": text}] == list(rows_of(tmp_path, content, encoding=encoding).read())


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
    rows = rows_of(tmp_path, f"name\n{text}\n".encode("cp1252"))

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
        rows_of(tmp_path, content)
    assert words.split() == [one["name"] for one in rows_of(tmp_path, content, encoding=encoding).read()]


def test_the_likely_encodings_are_named_with_what_they_make_of_a_word(tmp_path: Path) -> None:
    """A reader knows the right one at sight."""
    with pytest.raises(
        WrongUsage, match=r"could be 'Kýlýç' \(windows-1252\) or 'K\u0131l\u0131ç' \(windows-1254\)"
    ):
        rows_of(tmp_path, "name\nK\u0131l\u0131ç\n".encode("cp1254"))


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
    rows = rows_of(tmp_path, ("name\n" + words.replace(" ", "\n")).encode("cp1252"))

    assert words.split() == [one["name"] for one in rows.read()]


def test_utf_16_without_a_mark_is_known_by_its_separators(tmp_path: Path) -> None:
    """Also where few of its letters are Latin; a stray zero makes no UTF-16."""
    assert [{"名前": "東京", "zip": "007"}] == list(
        rows_of(tmp_path, "名前;zip\n東京;007\n".encode("utf-16-le")).read()
    )
    assert ("name", "zip") == rows_of(tmp_path, b"name,zip\nA\0da,007\n").columns


def test_the_encoding_can_be_said(tmp_path: Path) -> None:
    """A wrong one is told with the line; one that does not exist, too."""
    content = "name\nŁódź\n".encode("cp1250")

    assert [{"name": "Łódź"}] == list(rows_of(tmp_path, content, encoding="windows-1250").read())
    with pytest.raises(WrongUsage, match=r"a\.csv, line 1: not text in utf-8\. Name the encoding"):
        rows_of(tmp_path, content, encoding="utf-8")
    with pytest.raises(WrongUsage, match="There is no encoding 'utf-9'"):
        rows_of(tmp_path, content, encoding="utf-9")


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_excels_first_line_names_the_separator(tmp_path: Path, line: str) -> None:
    """And is no row; lines are counted as an editor counts them."""
    rows = rows_of(tmp_path, f'{line}\nname;zip\n"Café";007\nx\n')
    found = list(rows.read())

    assert CAFE == found[:1]
    assert "Line 4 has 1 field where the header has 2." == found[1][UNREADABLE]


def test_decimal_commas_do_not_look_like_separators(tmp_path: Path) -> None:
    """What parts most records into most cells is the separator."""
    rows = rows_of(tmp_path, "name;pay;share\nA;1.200,50;0,5\nB;1,2;3,4\n")

    assert ("name", "pay", "share") == rows.columns


def test_a_ragged_row_costs_itself_alone(tmp_path: Path) -> None:
    """One with too few or too many fields says so; empty fields behind the last column are none."""
    found = list(rows_of(tmp_path, "name,zip\nAda,1\nBob\nEve,2,\nMax,3,extra\n").read())

    assert [{"name": "Ada", "zip": "1"}, {"name": "Eve", "zip": "2"}] == [
        one for one in found if UNREADABLE not in one
    ]
    assert ["Line 3 has 1 field where the header has 2.", "Line 5 has 3 fields where the header has 2."] == [
        one[UNREADABLE] for one in found if UNREADABLE in one
    ]


def test_what_programs_put_around_the_rows_is_left_out_and_told(tmp_path: Path) -> None:
    """A title above the header, a copyright below the last row, lines of commas between."""
    text = (
        'Notes:\n"When exporting, some\nare missing."\n\nname,zip\nAda,1\n,\n , \nBob,2\n\n\n'
        '"People"\n"Copyright (c) a company"\n"Confidential"\n'
    )
    rows = rows_of(tmp_path, text)

    assert [{"name": "Ada", "zip": "1"}, {"name": "Bob", "zip": "2"}] == list(rows.read())
    assert 2 == rows.count
    assert any("2 lines (1 to 2) above the header" in one for one in rows.remarks)
    assert any("3 lines (12 to 14) below the last row" in one for one in rows.remarks)


def test_a_lonely_cell_before_another_row_is_a_row(tmp_path: Path) -> None:
    """Only what no row follows is a footer."""
    rows = rows_of(tmp_path, "name,zip\nAda,1\n\nBob\nEve,2\n")

    assert 3 == rows.count
    assert ["Bob"] == [one["name"] for one in rows.read() if UNREADABLE in one]


def test_a_file_of_one_column_has_neither_title_nor_footer(tmp_path: Path) -> None:
    """Every line is a row."""
    assert ["Ada", "Bob"] == [one["name"] for one in rows_of(tmp_path, "name\nAda\n\nBob\n").read()]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Each keeps its values, and the file's owner hears of it."""
    rows = rows_of(tmp_path, "Email,Email,Email (2),\na,b,c,d\n")

    assert ("Email", "Email (2)", "Email (2) (2)", "Column 4") == rows.columns
    assert [{"Email": "a", "Email (2)": "b", "Email (2) (2)": "c", "Column 4": "d"}] == list(rows.read())
    assert any("'Email'" in one for one in rows.remarks)


def test_a_column_without_a_name_is_one_where_it_has_cells(tmp_path: Path) -> None:
    """It gets its number for a name; what spreadsheets leave behind the last column is none."""
    rows = rows_of(tmp_path, ",name,,\n0,Ada,,\n1,Bob,x,\n")

    assert ("Column 1", "name", "Column 3") == rows.columns
    assert {"Column 1": "1", "name": "Bob", "Column 3": "x"} == list(rows.read())[1]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff\ufeffname,zip\nAda,007\n\ufeffname,zip\nBob,1\n",
        'name, zip\nAda, "007"\nBob, 1\n',
        'name,zip\n="Ada","=""007"""\nBob,1\n',
        "Report of people,\n,\nname,zip\nAda,007\nBob,1\n\x1a\n",
    ],
)
def test_what_programs_write_around_cells_is_no_part_of_them(tmp_path: Path, text: str) -> None:
    """Marks of an encoding, headers in between, spaces before quotation marks, texts as formulas, titles."""
    assert [{"name": "Ada", "zip": "007"}, {"name": "Bob", "zip": "1"}] == list(
        rows_of(tmp_path, text).read()
    )


def test_a_cell_may_be_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    """Attio takes ten megabytes."""
    (row,) = rows_of(tmp_path, f"name\n{'x' * 10_000_000}\n").read()

    assert 10_000_000 == len(str(row["name"]))


def test_the_line_of_the_header_can_be_said(tmp_path: Path) -> None:
    """For what stands above it in more than one cell."""
    rows = rows_of(tmp_path, "Report,2026\nname,zip\nAda,1\n", header=2)

    assert ("name", "zip") == rows.columns


def test_a_packed_file_is_read_like_any_other(tmp_path: Path) -> None:
    """By its ending."""
    assert CAFE == list(rows_of(tmp_path, gzip.compress("name,zip\nCafé,007\n".encode()), "a.csv.gz").read())
