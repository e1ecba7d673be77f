"""Text, number, checkbox, rating, currency, date and timestamp: reading, writing, comparing.

Takes what warehouses hold (Decimal, datetime, numbers and booleans as text) and guesses nothing.
"""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from attio_api import refusals
from attio_api.definitions import Attribute
from attio_api.moments import as_day, as_moment
from attio_api.wire import Json

_YES: Final = frozenset({"true", "t", "yes", "y", "1", "1.0", "on"})
_NO: Final = frozenset({"false", "f", "no", "n", "0", "0.0", "off"})
# Numbers keep up to four decimals: docs.attio.com/docs/attribute-types/attribute-types
_DECIMALS: Final = Decimal("0.0001")
_EXACT: Final = 2**53  # Attio keeps numbers as 64-bit floats
_STARS: Final = 5
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?", re.ASCII | re.IGNORECASE)
# docs.attio.com/docs/attribute-types/attribute-types-text
_LONGEST_TEXT: Final = 10_000_000


def write_text(plain: object, attribute: Attribute) -> Json:
    """Text as given; booleans, dates, times, numbers and UUIDs as text. Raises InvalidValue for others."""
    if isinstance(plain, str):
        return _not_too_long(plain, attribute)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, datetime | date):
        return plain.isoformat()
    if isinstance(plain, int | float | Decimal | UUID):
        _is_finite(plain, attribute)
        return format(plain, "f") if isinstance(plain, Decimal) else str(plain)
    raise refusals.NO_TEXT(attribute.slug, what=_kind(plain))


def normalise_text(plain: object, attribute: Attribute) -> Json:
    """Text without white space around it, and with LF for CR LF."""
    return str(write_text(plain, attribute)).replace("\r\n", "\n").strip()


def write_number(plain: object, attribute: Attribute) -> Json:
    """A number of up to four decimals; more, which Attio refuses, are rounded half to even or refused."""
    number = _decimal(plain, attribute)
    if abs(number) > _EXACT:
        raise refusals.TOO_LARGE(attribute.slug)
    rounded = number.quantize(_DECIMALS)
    if rounded != number and attribute.more_decimals == "reject":
        raise refusals.MORE_DECIMALS(attribute.slug)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def write_checkbox(plain: object, attribute: Attribute) -> Json:
    """A boolean, also as 0 or 1 and as text: true/false, yes/no, t/f, y/n, on/off."""
    word = str(plain).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise refusals.NO_YES_OR_NO(attribute.slug)


def write_rating(plain: object, attribute: Attribute) -> Json:
    """A whole number from 0 to 5."""
    stars = _decimal(plain, attribute)
    if stars != stars.to_integral_value() or not 0 <= stars <= _STARS:
        raise refusals.NO_RATING(attribute.slug)
    return int(stars)


def write_currency(plain: object, attribute: Attribute) -> Json:
    """An amount; the currency is the attribute's, so a value in another one is refused."""
    amount, code = _money(plain)
    if code and attribute.currency_code and code != attribute.currency_code:
        raise refusals.OTHER_CURRENCY(attribute.slug, currency=attribute.currency_code)
    return {"currency_value": write_number(amount, attribute)}


def normalise_currency(plain: object, attribute: Attribute) -> Json:
    """Amount and code; the code is null, and so not compared, when the attribute has none."""
    amount, code = _money(plain)
    own = attribute.currency_code
    return {"amount": write_number(amount, attribute), "currency": (code or own) if own else None}


def write_date(plain: object, attribute: Attribute) -> Json:
    """A day as YYYY-MM-DD."""
    day = as_day(plain)
    if day is None:
        raise refusals.NO_DATE(attribute.slug)
    return day


def write_timestamp(plain: object, attribute: Attribute) -> Json:
    """A point in time in UTC with nine decimals, always complete: how Attio fills gaps is not documented."""
    moment = as_moment(plain)
    if moment is None:
        raise refusals.NO_TIME(attribute.slug)
    return moment.iso()


def _money(plain: object) -> tuple[object, str | None]:
    if not isinstance(plain, Mapping):
        return plain, None
    amount = plain.get("amount", plain.get("currency_value"))
    code = plain.get("currency", plain.get("currency_code"))
    return amount, str(code).strip().upper() if code else None


def _decimal(plain: object, attribute: Attribute) -> Decimal:
    if isinstance(plain, bool) or not isinstance(plain, int | float | Decimal | str):
        raise refusals.NO_NUMBER(attribute.slug, what=_kind(plain))
    _is_finite(plain, attribute)
    text = str(plain).strip()
    if not _NUMBER.fullmatch(text):
        raise refusals.NO_NUMBER_IN_TEXT(attribute.slug)
    return Decimal(text)


def _is_finite(plain: object, attribute: Attribute) -> None:
    finite = (
        plain.is_finite()
        if isinstance(plain, Decimal)
        else not isinstance(plain, float) or math.isfinite(plain)
    )
    if not finite:
        raise refusals.NOT_FINITE(attribute.slug)


def _not_too_long(text: str, attribute: Attribute) -> str:
    if len(text) > _LONGEST_TEXT // 4 and len(text.encode(errors="replace")) > _LONGEST_TEXT:
        raise refusals.TOO_LONG(attribute.slug)
    return text


def _kind(plain: object) -> str:
    kinds = ((bool, "a boolean"), (Mapping, "an object"), (list | tuple | set, "a list"), (bytes, "binary"))
    return next((name for kind, name in kinds if isinstance(plain, kind)), f"a {type(plain).__name__}")
