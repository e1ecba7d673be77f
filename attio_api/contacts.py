"""Domains, e-mail addresses and phone numbers: reading, writing, comparing."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import idna

from attio_api import refusals
from attio_api.definitions import Attribute
from attio_api.errors import InvalidValue
from attio_api.wire import Json

if TYPE_CHECKING:
    import phonenumbers

_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SCHEME: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//")
_LOCAL_PART: Final = re.compile(r"[^@\s,;<>\"()\[\]]+")
_NAMED_ADDRESS: Final = re.compile(r"[^<>]*<([^<>]*)>")
_LONGEST_DOMAIN: Final = 253
_RESERVED: Final = frozenset({"test", "example", "invalid", "localhost"})
"""Top-level domains that are reserved and never public (RFC 2606)."""
_INTERNATIONAL: Final = re.compile(r"\D*\+")
_AS_FLOAT: Final = re.compile(r"^(\+?\d+)\.0$")
"""Matches a number as data frames write it where the column has blank cells."""
_NUMBER_ALONE: Final = re.compile(r"[+\d\s()./-]*")
"""Matches a number without any sign that an extension begins with."""
_BESIDE: Final = re.compile(r"[^\W\d_]+|[/\\(\[]")
"""Matches what begins something that is no part of a number, or a part of it."""
_SECOND_EXTENSION: Final = re.compile(r"[\\/] *x")
"""Matches where libphonenumber cuts a text off: it reads no second extension, as in `x302/x2303`."""


def write_domain(plain: object, attribute: Attribute) -> Json:
    """The host of a domain or URL, in lower case, IDN encoded, without a leading www; raises InvalidValue."""
    text = plain.strip().lower() if isinstance(plain, str) else ""
    domain = _domain(_host(text))
    if not domain or any(_domain(_host(one)) for one in text.split()[1:]):
        raise refusals.NO_DOMAIN(attribute.slug)
    _is_public(domain, attribute)
    return without_www(domain)


def host_of(text: str) -> str:
    """The domain of an address or a URL; empty when it has none."""
    domain = _domain(_host(text.strip().lower()))
    return without_www(domain) if domain else ""


def without_www(domain: str) -> str:
    """The domain without a leading `www.`, unless nothing with a dot would be left."""
    rest = domain.removeprefix("www.")
    return rest if "." in rest else domain


def write_email(plain: object, attribute: Attribute) -> Json:
    """The address as given (Attio adds its lower-case form); raises InvalidValue when it is not one."""
    address = _address(plain)
    local, _, host = address.rpartition("@")
    domain = _domain(host.lower())
    if not _LOCAL_PART.fullmatch(local) or not domain:
        raise refusals.NO_EMAIL(attribute.slug)
    _is_public(domain, attribute)
    return address


def normalise_email(plain: object, attribute: Attribute) -> Json:
    """The address in lower case, its domain IDN encoded."""
    local, _, domain = str(write_email(plain, attribute)).lower().rpartition("@")
    return f"{local}@{_domain(domain)}"


def read_phone(value: Mapping[str, Any]) -> Json:
    """The number in E.164; one page of Attio's documentation calls the member by another name."""
    plain: Json = value.get("phone_number") or value.get("normalized_phone_number")
    return plain


def write_phone(plain: object, attribute: Attribute) -> Json:
    """The number in E.164; raises InvalidValue outside its country's numbering plan, since Attio refuses it.

    A number without a leading '+' needs a country (its own or the attribute's default), and is read as it is
    dialled there.
    """
    import phonenumbers  # noqa: PLC0415 (large, and only writers of phone numbers need it)

    number = _number(*_phone_parts(plain, attribute), attribute)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def lost_extension(plain: object, attribute: Attribute) -> InvalidValue | None:
    """The refusal of a number's extension, which Attio does not keep; None for a number without one."""
    text, country = _phone_parts(plain, attribute)
    if _NUMBER_ALONE.fullmatch(text):
        return None
    if not _number(text, country, attribute).extension and not _SECOND_EXTENSION.search(text):
        return None
    return refusals.HAS_EXTENSION(attribute.slug, details={"value": text})


def _number(text: str, country: str | None, attribute: Attribute) -> "phonenumbers.PhoneNumber":
    import phonenumbers  # noqa: PLC0415 (as above)

    has_country = _INTERNATIONAL.match(text) is not None
    if not has_country and not country:
        raise refusals.NO_COUNTRY_CODE(attribute.slug)
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise refusals.NO_PHONE(attribute.slug) from None
    if not has_country and _is_foreign_as_well(text, number):
        raise refusals.TWO_NUMBERS(attribute.slug, country=country)
    # In the United States '011' dials abroad, so '0117 234 5678' would be read as a foreign number.
    at_home = has_country or number.country_code == phonenumbers.country_code_for_region(country or "")
    if not at_home or not phonenumbers.is_valid_number(number):
        where = "" if has_country else f" of {country}"
        raise refusals.NOT_IN_NUMBERING_PLAN(attribute.slug, where=where)
    if _has_more_beside(text, country, number):
        raise refusals.MORE_THAN_A_NUMBER(attribute.slug)
    return number


def _has_more_beside(text: str, country: str | None, whole: "phonenumbers.PhoneNumber") -> bool:
    """Whether a number ends before a word, a slash or a bracket, and what follows would make it another one.

    Where numbers may have nearly any length, as in Germany, libphonenumber reads '0421 3333333 mobil' and
    '0421 3333333/34' as longer ones. In '0800 FLOWERS' and '0421/3333333' nothing before the sign is one.
    """
    import phonenumbers  # noqa: PLC0415 (as above)

    for sign in _BESIDE.finditer(text):
        try:
            part = phonenumbers.parse(text[: sign.start()], country)
        except phonenumbers.NumberParseException:
            continue
        is_other = (part.country_code, part.national_number) != (whole.country_code, whole.national_number)
        if is_other and phonenumbers.is_valid_number(part):
            return True
    return False


def _is_foreign_as_well(text: str, at_home: "phonenumbers.PhoneNumber") -> bool:
    """Whether the text is also another number, with a country's code in front and its + left out.

    '49 221 3333333' may be a German number without its +, and one of area 4922. '1-800-356-9377' is American,
    and with the 0 that is dialled at home it would be German. What is written as at home is of home.
    """
    import phonenumbers  # noqa: PLC0415 (as above)

    bare = re.sub(r"^\D+", "", text)
    first = re.match(r"\d+", bare)
    if first is None or bare.startswith("0"):
        return False
    national = phonenumbers.format_number(at_home, phonenumbers.PhoneNumberFormat.NATIONAL)
    if _digits(national) == _digits(bare):
        return False
    try:
        abroad = phonenumbers.parse(f"+{bare}", None)
    except phonenumbers.NumberParseException:
        return False
    is_apart = first[0] == str(abroad.country_code)
    return (
        (is_apart or abroad.country_code == at_home.country_code)
        and phonenumbers.is_valid_number(abroad)
        and (abroad.country_code, abroad.national_number) != (at_home.country_code, at_home.national_number)
    )


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _host(text: str) -> str:
    """The host of a URL; a user name before '@' is cut only after a scheme, since an e-mail is no URL."""
    scheme = _SCHEME.match(text)
    host = re.split(r"[/?#\\]", text[scheme.end() :] if scheme else text, maxsplit=1)[0]
    host = host.rpartition("@")[2] if scheme else host
    return re.sub(r":\d*$", "", host)


def _domain(host: str) -> str:
    """The domain IDN encoded, without a final dot; empty when it is not a domain."""
    try:
        domain = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return ""
    domain = domain.rstrip(".")
    labels = domain.split(".")
    fits = len(labels) > 1 and len(domain) <= _LONGEST_DOMAIN and not labels[-1].isdigit()
    return domain if fits and all(map(_LABEL.fullmatch, labels)) else ""


def _is_public(domain: str, attribute: Attribute) -> None:
    ending = domain.rpartition(".")[2]
    if ending in _RESERVED:
        raise refusals.RESERVED_NAME(attribute.slug, ending=ending)


def _address(plain: object) -> str:
    text = plain.strip() if isinstance(plain, str) else ""
    text = text[len("mailto:") :] if text.lower().startswith("mailto:") else text
    named = _NAMED_ADDRESS.fullmatch(text)
    return named[1].strip() if named else text


def _phone_parts(plain: object, attribute: Attribute) -> tuple[str, str | None]:
    country = attribute.default_country
    if isinstance(plain, Mapping):
        country = plain.get("country_code") or country
        plain = read_phone(plain) or plain.get("original_phone_number")
    text = str(plain).strip() if isinstance(plain, str | int | float) and not isinstance(plain, bool) else ""
    text = _AS_FLOAT.sub(r"\1", text)
    text = f"+{text[2:]}" if text.startswith("00") else text
    return text, str(country).upper() if country else None
