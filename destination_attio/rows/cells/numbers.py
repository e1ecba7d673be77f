"""Reads numbers and amounts of money as people write them: signs, codes, thousands, per cent, 10M; pure.

`1.200` may mean two numbers, so callers say which mark is the decimal one: this module never guesses it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from destination_attio.read_config import Mark

MARKS: Final[tuple[Mark, ...]] = (".", ",")
_SPACES: Final = "\u00a0\u202f\u2009 "
_CORE: Final = re.compile(rf"\d[\d.,'\u2019{_SPACES}]*\d|\d|[.,]\d+")
_PLAIN: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?", re.ASCII | re.IGNORECASE)
_TOKENS: Final = re.compile(r"[A-Za-z]{1,3}\$|[^\W\d_]+\.?|[^\w\s]")
_PLUS: Final = frozenset("+")
_MINUS: Final = frozenset("-\u2212\u2013")
_MAGNITUDES: Final = {
    **dict.fromkeys(("k", "tsd", "tausend", "thousand"), 10**3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mln", "million", "millions", "millionen"), 10**6),
    **dict.fromkeys(("lakh", "lakhs", "lac"), 10**5),
    **dict.fromkeys(("crore", "crores"), 10**7),
    **dict.fromkeys(("b", "bn", "mrd", "mld", "billion", "billions", "milliarden"), 10**9),
}
_DOLLARS: Final = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP"})
_CROWNS: Final = frozenset({"SEK", "NOK", "DKK", "ISK", "CZK"})
_SIGNS: Final[dict[str, frozenset[str]]] = {
    "$": _DOLLARS,
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
    "₩": frozenset({"KRW"}),
    "₽": frozenset({"RUB"}),
    "₺": frozenset({"TRY"}),
    "₪": frozenset({"ILS"}),
    "₴": frozenset({"UAH"}),
    "₫": frozenset({"VND"}),
    "₱": frozenset({"PHP"}),
    "kr": _CROWNS,
    "zł": frozenset({"PLN"}),
    "kč": frozenset({"CZK"}),
    "ft": frozenset({"HUF"}),
    "fr": frozenset({"CHF"}),
    "us$": frozenset({"USD"}),
    "a$": frozenset({"AUD"}),
    "au$": frozenset({"AUD"}),
    "c$": frozenset({"CAD"}),
    "ca$": frozenset({"CAD"}),
    "nz$": frozenset({"NZD"}),
    "hk$": frozenset({"HKD"}),
    "s$": frozenset({"SGD"}),
    "r$": frozenset({"BRL"}),
    "mx$": frozenset({"MXN"}),
    **dict.fromkeys(("euro", "euros"), frozenset({"EUR"})),
    **dict.fromkeys(("dollar", "dollars"), _DOLLARS),
    **dict.fromkeys(("rs", "rupee", "rupees"), frozenset({"INR", "PKR", "LKR", "NPR", "MUR"})),
    "sfr": frozenset({"CHF"}),
    "円": frozenset({"JPY"}),
    "元": frozenset({"CNY", "TWD"}),
    "원": frozenset({"KRW"}),
}
_CODE: Final = re.compile("[A-Z]{3}")
_GROUP: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A number with the currencies that its sign may mean, and whether it is a percentage."""

    number: Decimal
    currencies: frozenset[str] = frozenset()
    is_percent: bool = False


class TypedMoney(str):
    """A number that a spreadsheet shows with a currency: the currency's sign or code, and the number."""

    __slots__ = ()

    @classmethod
    def of(cls, number: float, sign: str) -> TypedMoney:
        """The number with the sign; its decimal mark is a point."""
        return cls(f"{sign} {Decimal(repr(number)):f}")


def read_number(text: str, decimal: Mark | None) -> Written | None:
    """The number that the text means with this decimal mark; None when it is not written that way."""
    apart = _apart(text)
    if apart is None:
        return None
    before, core, after = apart
    number = _core(core, decimal)
    meaning = _beside(before, after)
    if number is None or meaning is None:
        return None
    factor, currencies, is_percent, is_negative = meaning
    number *= factor
    return Written(number=-number if is_negative else number, currencies=currencies, is_percent=is_percent)


def marks_of(text: str) -> frozenset[Mark]:
    """The decimal marks with which the text is a number; both when either is possible."""
    return frozenset(mark for mark in MARKS if read_number(text, mark) is not None)


def says_nothing(text: str) -> bool:
    """Whether both marks give the same number, so that the text does not tell which one is meant."""
    found = [read_number(text, mark) for mark in MARKS]
    return found[0] == found[1]


def is_fraction(text: str) -> bool:
    """Whether the text can be read as a number between -1 and 1 that is not 0."""
    found = (read_number(text, mark) for mark in MARKS)
    return any(0 < abs(one.number) < 1 for one in found if one)


def is_plain(text: str) -> bool:
    """Whether the number is written as programs do: a decimal point and no separators of thousands."""
    return bool(_PLAIN.fullmatch(text.strip()))


def _apart(text: str) -> tuple[str, str, str] | None:
    """The text before the number, the digits with their marks, and the text after it; None for no number."""
    stripped = text.strip()
    if _PLAIN.fullmatch(stripped):
        return "", stripped, ""
    found = _CORE.search(stripped)
    if found is None or any(map(str.isdigit, stripped[found.end() :])):
        return None
    return stripped[: found.start()], found[0], stripped[found.end() :]


def _core(core: str, decimal: Mark | None) -> Decimal | None:
    if decimal is None or (decimal == "." and _PLAIN.fullmatch(core)):
        return Decimal(core) if _PLAIN.fullmatch(core) else None
    whole, mark, fraction = core.rpartition(decimal) if decimal in core else (core, "", "")
    if mark and not (fraction.isascii() and fraction.isdigit()):
        return None
    digits = _ungrouped(whole, "," if decimal == "." else ".")
    return Decimal(f"{digits or '0'}.{fraction or '0'}") if digits is not None else None


def _ungrouped(whole: str, mark: str) -> str | None:
    """The digits without separators of thousands; None where the groups are not of thousands."""
    text = re.sub(f"[{_SPACES}\u2019']", " ", whole)
    separators = {one for one in text if not one.isdigit()}
    if not separators:
        return text
    if len(separators) > 1 or not separators <= {mark, " "}:
        return None
    first, *others = text.split(separators.pop())
    indian = others[:-1] and all(len(one) == _GROUP - 1 for one in others[:-1])
    even = all(len(one) == _GROUP for one in others)
    is_parted = 1 <= len(first) <= _GROUP and len(others[-1]) == _GROUP and (even or indian)
    return first + "".join(others) if is_parted else None


def _beside(before: str, after: str) -> tuple[int, frozenset[str], bool, bool] | None:
    """Factor, currencies, is per cent and is negative; None for any other text beside the number."""
    factor, currencies, is_percent = 1, frozenset[str](), False
    is_negative = before.lstrip().startswith("(") and after.rstrip().endswith(")")
    if is_negative:
        before, after = before.lstrip()[1:], after.rstrip()[:-1]
    for place, token in [*((0, one) for one in _tokens(before)), *((1, one) for one in _tokens(after))]:
        word = token.rstrip(".").casefold()
        if token in _MINUS or (token in _PLUS and not place):  # "50+" is not a number, but a least one
            is_negative = is_negative or token in _MINUS
        elif token == "%" and place and not is_percent:  # noqa: S105 (a sign, no secret)
            is_percent = True
        elif word in _MAGNITUDES and place and factor == 1:
            factor = _MAGNITUDES[word]
        elif (found := currencies_of(token)) and not currencies:
            currencies = found
        else:
            return None
    return factor, currencies, is_percent, is_negative


def _tokens(text: str) -> list[str]:
    found = _TOKENS.findall(text)
    return found if "".join(found) == "".join(text.split()) else [text]


def currencies_of(token: str) -> frozenset[str]:
    """The currencies that a sign or code may mean; empty for any other text."""
    if _CODE.fullmatch(token):
        return frozenset({token})
    return _SIGNS.get(token.rstrip(".").casefold(), frozenset())
