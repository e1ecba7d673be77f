"""E-mail addresses, domains, phone numbers, names and places as Attio understands them; pure.

`domain` and e-mail roots come from the public suffix list bundled with tldextract: nothing is downloaded.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import phonenumbers
import tldextract

from attio_emulator.contract.wire import Json, JsonObject

EMAIL = re.compile(r"[^@\s,;<>()\"]{1,64}@([^@\s,;<>()\"]+\.[^@\s,;<>()\".]+)")
LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
LONGEST_DOMAIN = 253
VOCABULARIES: Mapping[str, str] = json.loads(Path(__file__).with_name("vocabularies.json").read_bytes())
COUNTRIES = frozenset(VOCABULARIES["country_codes"].split())
CURRENCIES = frozenset(VOCABULARIES["currency_codes"].split())
DISPLAY_TYPES = frozenset(VOCABULARIES["currency_display_types"].split())
PLACE = (
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
NAME = ("first_name", "last_name", "full_name")
RESERVED = frozenset({"test", "example", "invalid", "localhost"})
"""Top-level domains that RFC 2606 reserves."""
DEGREES: Mapping[str, re.Pattern[str]] = {
    "latitude": re.compile(r"[-+]?(?:[1-8]?[0-9](?:\.[0-9]+)?|90(?:\.0+)?)"),
    "longitude": re.compile(r"[-+]?(?:(?:1[0-7][0-9]|[1-9]?[0-9])(?:\.[0-9]+)?|180(?:\.0+)?)"),
}
"""The patterns of latitude and longitude in Attio's OpenAPI document."""

_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@cache
def root_domain(domain: str) -> str:
    """The registrable part of a domain; the domain itself where the suffix list knows none."""
    return _extract.extract_str(domain).top_domain_under_public_suffix or domain


def domain(text: str, *, cuts_www: bool = False) -> JsonObject:
    """The domain in a domain or web address, with `cuts_www` without `www.`; raises ValueError."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower())
    bare = re.split(r"[/?#]", bare, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].rstrip(".")
    if cuts_www and bare.count(".") > 1:
        bare = bare.removeprefix("www.")
    labels = bare.split(".")
    if len(labels) < 2 or len(bare) > LONGEST_DOMAIN or not all(LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - name and suffix
        raise ValueError("not a domain")
    if labels[-1] in RESERVED:
        raise ValueError("a reserved ending")
    return {"domain": bare, "root_domain": root_domain(bare)}


def email(text: str) -> JsonObject:
    """An e-mail address, as given and normalised; raises ValueError."""
    match = EMAIL.fullmatch(text.strip())
    if match is None:
        raise ValueError("not an e-mail address")
    address = text.strip().lower()
    host = str(domain(match[1])["domain"])
    return {
        "original_email_address": text.strip(),
        "email_address": address,
        "email_domain": host,
        "email_root_domain": root_domain(host),
        "email_local_specifier": address.rpartition("@")[0],
    }


def phone(original: str, country_code: str | None) -> JsonObject:
    """A phone number with its E.164 form; a local one needs a country. Raises ValueError.

    A number of no country, such as +800, is refused: Attio's values always name a country.
    """
    if country_code is None and not original.strip().startswith("+"):
        raise ValueError("a phone number needs a leading + or a country code")
    try:
        number = phonenumbers.parse(original, country_code)
    except phonenumbers.NumberParseException:
        raise ValueError("not a phone number") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("not a number of its country's plan")
    region = phonenumbers.region_code_for_number(number)
    country = region if region in COUNTRIES else country_code
    if country is None:
        raise ValueError("a number of no country")
    return {
        "original_phone_number": original,
        "country_code": country,
        "phone_number": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
    }


def personal_name(text: str) -> JsonObject:
    """The parts of a name from "Last, First"; without a comma the whole text is the first name."""
    last, comma, first = text.partition(",")
    if not comma:
        return {"first_name": text.strip(), "last_name": "", "full_name": text.strip()}
    parts = (first.strip(), last.strip())
    return {"first_name": parts[0], "last_name": parts[1], "full_name": " ".join(filter(None, parts))}


def address(text: str) -> JsonObject:
    """A location from a line of text. Attio geocodes the text; the emulator only splits it at commas."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    place: JsonObject = dict.fromkeys(PLACE)
    if parts and parts[-1].upper() in COUNTRIES:
        place["country_code"] = parts.pop().upper()
    names = {0: (), 1: ("locality",), 2: ("line_1", "locality")}.get(
        len(parts), ("line_1", "locality", "region")
    )
    place.update(zip(names, parts, strict=False))
    return place


def coordinate(value: Json, name: str) -> Json:
    """A latitude or longitude with at most nine decimals; raises ValueError."""
    if value is None:
        return None
    if not isinstance(value, str) or not DEGREES[name].fullmatch(value):
        raise ValueError("not a coordinate in text form")
    whole, point, decimals = value.partition(".")
    return f"{whole}{point}{decimals[:9]}"


def plain_letters(text: str) -> str:
    """A text with accented letters replaced by ASCII letters where these exist."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ø", "o").replace("ß", "ss"))
    return decomposed.encode("ascii", "ignore").decode()
