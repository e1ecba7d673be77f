"""Locations: reading, writing, comparing.

Attio takes a location whole or not at all: each of the ten members must be there, null where it is unknown
(docs.attio.com/docs/attribute-types/attribute-types-location).
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from attio_api.definitions import Attribute
from attio_api.errors import InvalidValue
from attio_api.wire import Json

LOCATION_MEMBERS: Final = (
    "line_1",
    "line_2",
    "line_3",
    "line_4",
    "locality",
    "region",
    "postcode",
    "country_code",
    "latitude",
    "longitude",
)
_REMEDY: Final = f"Use an object with some of {', '.join(LOCATION_MEMBERS)}."
_LIMITS: Final = {"latitude": 90, "longitude": 180}
_DECIMALS: Final = 9


def read_location(value: Mapping[str, Any]) -> Json:
    """The ten members of a location."""
    return {member: value.get(member) for member in LOCATION_MEMBERS}


def write_location(plain: object, attribute: Attribute) -> Json:
    """All ten members, the missing ones null; a text is left to Attio to look up."""
    if isinstance(plain, str):
        return plain.strip()
    if not isinstance(plain, Mapping):
        raise InvalidValue.of(attribute.slug, "is not a location", _REMEDY)
    unknown = sorted(str(key) for key in plain if key not in LOCATION_MEMBERS)
    if unknown:
        reason = f"has members that no location has ({', '.join(unknown)})"
        raise InvalidValue.of(attribute.slug, reason, _REMEDY)
    return {member: _member(member, plain.get(member), attribute) for member in LOCATION_MEMBERS}


def _member(member: str, plain: object, attribute: Attribute) -> Json:
    text = "" if plain is None else str(plain).strip()
    if not text:
        return None
    if member in _LIMITS:
        return _degrees(text, member, attribute)
    return _country(text, attribute) if member == "country_code" else text


def _country(text: str, attribute: Attribute) -> str:
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise InvalidValue.of(
            attribute.slug, "has a country_code that is no country code", "Use two letters, like GB."
        )
    return text.upper()


def _degrees(text: str, member: str, attribute: Attribute) -> str:
    limit = _LIMITS[member]
    try:
        degrees = Decimal(text)
    except InvalidOperation:
        degrees = Decimal("NaN")
    if not degrees.is_finite() or abs(degrees) > limit:
        raise InvalidValue.of(attribute.slug, f"has a {member} that is not between -{limit} and {limit}")
    # Zero is added so that it has no sign.
    fixed = format(round(degrees, _DECIMALS) + 0, "f")
    return fixed.rstrip("0").rstrip(".") if "." in fixed else fixed
