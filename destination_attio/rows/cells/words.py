"""The words for yes, no and nothing; pure."""

from __future__ import annotations

from typing import Final

YES: Final = frozenset(
    {"true", "t", "yes", "y", "1", "1.0", "on", "x", "✓", "✔", "ja", "j", "wahr", "oui", "vrai", "sí", "si"}
    | {"verdadero", "sì", "vero", "sim", "verdadeiro", "tak", "ano", "áno", "da", "igen", "kyllä", "evet"}
    | {"да", "так", "はい", "是", "예", "네", "כן", "نعم", "checked", "enabled"}
)
NO: Final = frozenset(
    {"false", "f", "no", "n", "0", "0.0", "off", "✗", "✘", "nein", "falsch", "non", "faux", "falso", "não"}
    | {"nao", "nee", "nej", "nei", "nie", "ne", "nu", "nem", "ei", "hay\u0131r", "нет", "ні", "いいえ"}
    | {"否", "아니요", "아니오", "לא", "لا", "unchecked", "disabled"}
)
NOTHING: Final = (
    "N/A",
    "n/a",
    "n.a.",
    "N.A.",
    "NaN",
    "nan",
    "#N/A",
    "#NV",
    "#N/D",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#WERT!",
    "#BEZUG!",
    "#ZAHL!",
    "#VALEUR!",
    "#NOM?",
    "#NOMBRE?",
    "#\u00a1VALOR!",
    "#\u00a1REF!",
    "NULL",
    "null",
    "(null)",
    "None",
    "none",
    "(none)",
    "nil",
    "-",
    "--",
    "\u2013",
    "—",
)
"""Words in cells without a value, as programs and people write them, also errors of formulas.

Spreadsheets write these errors in the language of their user.
"""
_ALSO_VALUES: Final = frozenset({"none", "None", "nil", "null", "nan"})
"""Words that mean nothing in most types, but may be a title of an option, a name or a text."""
_FREE: Final = frozenset({"text", "personal-name", "select", "status", "record-reference"})


def words_for_nothing(kind: str) -> frozenset[str]:
    """The usual words for nothing that cannot be values of this type of attribute."""
    return frozenset(NOTHING) - (_ALSO_VALUES if kind in _FREE else frozenset())


def yes_or_no(text: str, yes: tuple[str, ...], no: tuple[str, ...]) -> bool | None:
    """Whether the text means yes or no, by the words that were set, else the usual ones; None for neither."""
    word = text.strip().casefold()
    if word in {one.casefold() for one in yes}:
        return True
    if word in {one.casefold() for one in no}:
        return False
    if word in YES and not yes:
        return True
    return False if word in NO and not no else None
