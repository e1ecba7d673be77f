"""Locations: Attio takes all ten members or none, warehouses hold a few under many names.

Text addresses are refused: Attio would look them up on a map, and what comes back cannot be compared
(docs.attio.com/docs/attribute-types/attribute-types-location).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from attio_api.errors import InvalidValue
from attio_api.locations import LOCATION_MEMBERS

if TYPE_CHECKING:
    from attio_api.wire import Json

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
_COUNTRY: Final = re.compile(r"^[A-Za-z]{2}$")
_DEGREES: Final = re.compile(r"^-?\d{1,3}(\.\d+)?$")
_REMEDY: Final = (
    "Give an object with any of line_1 to line_4, locality, region, postcode, country_code (two letters), "
    "latitude and longitude, or the country's two letters alone."
)


def as_location(slug: str, value: object) -> Json:
    """All ten members, None where the row says nothing; a bare text counts as a country's two letters."""
    given = {"country_code": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping):
        raise InvalidValue.of(slug, "is not a location", _REMEDY)
    known = {ALIASES.get(name, name): member for name, member in given.items() if member not in (None, "")}
    if not known or not known.keys() <= set(LOCATION_MEMBERS):
        raise InvalidValue.of(slug, "has members that no location has, or none at all", _REMEDY)
    return {member: _member(slug, member, known.get(member)) for member in LOCATION_MEMBERS}


def _member(slug: str, member: str, value: object) -> Json:
    if value is None:
        return None
    text = str(value).strip()
    if member == "country_code":
        if not _COUNTRY.match(text):
            raise InvalidValue.of(slug, "has a country that is not a two-letter code", _REMEDY)
        return text.upper()
    if member in {"latitude", "longitude"} and not _DEGREES.match(text):
        raise InvalidValue.of(slug, f"has a {member} that is not in decimal degrees", _REMEDY)
    return text
