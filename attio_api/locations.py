"""Locations: reading, writing, comparing.

Attio takes a location whole or not at all: each of the ten members must be there, null where it is unknown
(docs.attio.com/docs/attribute-types/attribute-types-location). Warehouses hold a few under many names. Text
addresses are refused: Attio would look them up on a map, and what comes back cannot be compared.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from attio_api import refusals
from attio_api.definitions import Attribute
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
ALIASES: Final[Mapping[str, str]] = {
    "street": "line_1",
    "address": "line_1",
    "address_1": "line_1",
    "address_2": "line_2",
    "city": "locality",
    "town": "locality",
    "state": "region",
    "province": "region",
    "zip": "postcode",
    "zip_code": "postcode",
    "postal_code": "postcode",
    "country": "country_code",
    "lat": "latitude",
    "lng": "longitude",
    "lon": "longitude",
}
PARTS: Final[Mapping[str, str]] = {member: member for member in LOCATION_MEMBERS} | dict(ALIASES)
"""Name of a column with a part of a location → the member that it holds."""
_LIMITS: Final = {"latitude": 90, "longitude": 180}
_DECIMALS: Final = 9


def write_location(plain: object, attribute: Attribute) -> Json:
    """All ten members, missing ones null; a bare text is a country's two letters. Raises InvalidValue."""
    given = {"country_code": plain} if isinstance(plain, str) else plain
    if not isinstance(given, Mapping):
        raise refusals.NO_LOCATION(attribute.slug)
    known = {ALIASES.get(name, name): member for name, member in given.items() if not _is_nothing(member)}
    unknown = sorted(str(name) for name in known if name not in LOCATION_MEMBERS)
    if unknown:
        raise refusals.NO_PART_OF_A_LOCATION(attribute.slug, members=", ".join(unknown))
    return {member: _member(member, known.get(member), attribute) for member in LOCATION_MEMBERS}


def _is_nothing(member: object) -> bool:
    return member is None or not str(member).strip()


def _member(member: str, plain: object, attribute: Attribute) -> Json:
    if plain is None:
        return None
    text = str(plain).strip()
    if member in _LIMITS:
        return _degrees(text, member, attribute)
    return _country(text, attribute) if member == "country_code" else text


def _country(text: str, attribute: Attribute) -> str:
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise refusals.NO_COUNTRY(attribute.slug)
    return text.upper()


def _degrees(text: str, member: str, attribute: Attribute) -> str:
    limit = _LIMITS[member]
    try:
        degrees = Decimal(text)
    except InvalidOperation:
        degrees = Decimal("NaN")
    if not degrees.is_finite() or abs(degrees) > limit:
        raise refusals.NO_COORDINATE(attribute.slug, member=member, limit=limit)
    # Adding zero turns -0 into 0.
    fixed = format(round(degrees, _DECIMALS) + 0, "f")
    return fixed.rstrip("0").rstrip(".") if "." in fixed else fixed
