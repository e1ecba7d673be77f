"""What a filter may ask of each attribute type: properties, operators, and how a wanted value is understood.

One row a type; docs.attio.com/rest-api/guides/filtering-and-sorting and the page of each attribute type.
Comparisons with `$contains`, `$starts_with` and `$ends_with` ignore case, `$eq` does not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from attio_emulator.contract.wire import Json
from attio_emulator.values.dates import as_date, as_timestamp

Read: TypeAlias = Callable[[Json], Json]
Test: TypeAlias = Callable[[Json], bool]

EQUAL = ("$eq",)
SET = ("$eq", "$in")
RANGE = ("$eq", "$gt", "$gte", "$lt", "$lte")
MOMENTS = ("$gt", "$gte", "$lt", "$lte")
PARTS = ("$eq", "$contains", "$starts_with", "$ends_with")
PRESENT = (*PARTS, "$not_empty")
OPERATORS = frozenset({"$eq", "$in", "$not_empty", "$contains", "$starts_with", "$ends_with", *RANGE})


class UnfitError(ValueError):
    """An operand that a property cannot be compared with."""


def words(raw: Json) -> Json:
    """A text; raises UnfitError for anything else."""
    if not isinstance(raw, str):
        raise UnfitError("not a text")
    return raw


def lower(raw: Json) -> Json:
    """A text in lower case, as e-mail addresses and domains are kept."""
    return str(words(raw)).strip().lower()


def quantity(raw: Json) -> Json:
    """A number."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise UnfitError("not a number")
    return raw


def truth(raw: Json) -> Json:
    """True or false."""
    if not isinstance(raw, bool):
        raise UnfitError("not a boolean")
    return raw


def day(raw: Json) -> Json:
    """A date."""
    return as_date(str(words(raw)))


def instant(raw: Json) -> Json:
    """A moment: date and time, not a date alone."""
    text = str(words(raw))
    if "T" not in text.upper() and " " not in text.strip():
        raise UnfitError("a timestamp needs date and time")
    return as_timestamp(text)


def digits(raw: Json) -> Json:
    """A phone number in E.164, its plus sign left out or not."""
    text = str(words(raw))
    return text if text.startswith("+") else f"+{text}"


@dataclass(frozen=True)
class Property:
    """One property that can be asked for; `read` turns the asked value into what is stored."""

    operators: tuple[str, ...]
    read: Read = words
    member: str | None = None


@dataclass(frozen=True)
class Filterable:
    """What can be asked of a type: its properties, and the one meant when none is named."""

    properties: Mapping[str, Property]
    implicit: str | None = None
    together: tuple[str, ...] = field(default=())


PLACE_PARTS = ("line_1", "line_2", "line_3", "line_4", "locality", "region", "postcode")
ACTIVE_FROM = Property(MOMENTS, instant)

FILTERABLE: Mapping[str, Filterable] = {
    "text": Filterable(
        {"value": Property(("$eq", "$in", "$contains", "$starts_with", "$ends_with"))}, "value"
    ),
    "number": Filterable({"value": Property(RANGE, quantity)}, "value"),
    "rating": Filterable({"value": Property(RANGE, quantity)}, "value"),
    "currency": Filterable({"currency_value": Property(RANGE, quantity)}, "currency_value"),
    "checkbox": Filterable({"value": Property(EQUAL, truth)}, "value"),
    "date": Filterable({"value": Property(RANGE, day)}, "value"),
    "timestamp": Filterable({"value": Property(RANGE, instant)}, "value"),
    "status": Filterable({"status": Property(EQUAL), "active_from": ACTIVE_FROM}, "status"),
    "select": Filterable({"option": Property(EQUAL), "active_from": ACTIVE_FROM}, "option"),
    "record-reference": Filterable(
        {"target_object": Property(EQUAL), "target_record_id": Property(SET, lower)}
    ),
    "actor-reference": Filterable(
        {"referenced_actor_type": Property(EQUAL), "referenced_actor_id": Property(EQUAL)},
        together=("referenced_actor_type", "referenced_actor_id"),
    ),
    "location": Filterable(
        {part: Property(PARTS) for part in PLACE_PARTS} | {"country_code": Property(("$eq", "$starts_with"))}
    ),
    "domain": Filterable(
        {"domain": Property(PRESENT, lower), "root_domain": Property(PRESENT, lower)}, "domain"
    ),
    "email-address": Filterable(
        {
            "email_address": Property(PARTS, lower),
            "original_email_address": Property(PARTS),
            "email_domain": Property(PARTS, lower),
            "email_root_domain": Property(PARTS, lower),
            "email_local_specifier": Property(PARTS, lower),
        },
        "email_address",
    ),
    "phone-number": Filterable(
        {"phone_number": Property(PARTS, digits), "country_code": Property(("$eq", "$not_empty"))},
        "phone_number",
    ),
    "personal-name": Filterable(
        {name: Property(PRESENT) for name in ("first_name", "last_name", "full_name")}, "full_name"
    ),
    "interaction": Filterable(
        {
            "owner_member_id": Property(("$eq", "$not_empty"), lower),
            "interacted_at": Property(RANGE, instant),
            "interaction_type": Property(EQUAL),
        }
    ),
}


def fold(value: Json) -> str:
    """A text for comparisons that ignore case."""
    return str(value).casefold()


COMPARE: Mapping[str, Callable[[Json], Test]] = {
    "$eq": lambda wanted: lambda held: held == wanted,
    "$in": lambda wanted: frozenset(wanted if isinstance(wanted, list) else ()).__contains__,
    "$not_empty": lambda _wanted: lambda held: held not in (None, ""),
    "$contains": lambda wanted: lambda held: held is not None and fold(wanted) in fold(held),
    "$starts_with": lambda wanted: lambda held: held is not None and fold(held).startswith(fold(wanted)),
    "$ends_with": lambda wanted: lambda held: held is not None and fold(held).endswith(fold(wanted)),
    "$gt": lambda wanted: lambda held: held is not None and held > wanted,  # type: ignore[operator]  # both read alike
    "$gte": lambda wanted: lambda held: held is not None and held >= wanted,  # type: ignore[operator]  # both read alike
    "$lt": lambda wanted: lambda held: held is not None and held < wanted,  # type: ignore[operator]  # both read alike
    "$lte": lambda wanted: lambda held: held is not None and held <= wanted,  # type: ignore[operator]  # both read alike
}
