"""Plain JSON into Attio's values: one row a type, each with its coercion and what makes two values equal.

A value here is its own members only; `changeset` adds `active_from` and the like. What Attio
refuses is refused with its code; the path of an issue leads to the place in the body. Rules:
docs.attio.com/docs/attribute-types/attribute-types.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from attio_emulator.contract import shapes
from attio_emulator.contract.refusals import bad_value, refuse
from attio_emulator.contract.shapes import Path, json_type, nullable, shape
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute
from attio_emulator.model.workspace import Workspace
from attio_emulator.values import contacts, references

NUMERIC = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
DECIMALS = 4
MOST_STARS = 5
LONGEST_TEXT = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Context:
    """The workspace and attribute that a value is coerced for."""

    workspace: Workspace
    attribute: Attribute
    path: Path = ()


Coerce: TypeAlias = Callable[[Context, Json], JsonObject]


NAME = shape(dict.fromkeys(contacts.NAME, shapes.text()))
PLACE = shape(dict.fromkeys(contacts.PLACE, nullable(shapes.text())))


def raise_value_issues(issues: list[JsonObject]) -> None:
    """Refuse a value with the issues inside it."""
    if issues:
        raise refuse("validation_type", "The value is invalid.", validation_errors=issues)


def member(context: Context, raw: Json, name: str, expected: str = "string") -> Json:
    """A member of a value in object form, or the value itself in short form."""
    if not isinstance(raw, dict):
        return raw
    if name not in raw:
        raise bad_value("Required", (*context.path, name), expected=expected, received="undefined")
    return raw[name]


def wrong(context: Context, raw: Json, expected: str, name: str | None = None) -> Exception:
    """Refuse a value, or its member of a name, for its type; a short form is the member it stands for."""
    message = f'Expected {expected} for attribute "{context.attribute.slug}", received {json_type(raw)}.'
    path = context.path if name is None else (*context.path, name)
    return bad_value(message, path, expected=expected, received=json_type(raw))


def text(context: Context, raw: Json) -> JsonObject:
    """A string."""
    value = member(context, raw, "value")
    if not isinstance(value, str):
        raise wrong(context, value, "string", "value")
    if len(value.encode()) > LONGEST_TEXT:
        raise bad_value(f"String must contain at most {LONGEST_TEXT} bytes", context.path)
    return {"value": value}


def finite(context: Context, value: Json, name: str, *, exact: bool) -> int | float:
    """A number with four decimals; one with more is refused if it must be exact, else rounded."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise wrong(context, value, "number", name)
    stored = float(value)
    rounded = round(stored, DECIMALS)
    if exact and rounded != stored:
        raise bad_value(f"A number has at most {DECIMALS} decimals.", (*context.path, name))
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def number(context: Context, raw: Json) -> JsonObject:
    """A number."""
    exact = context.workspace.switches.number_decimals == "refused"
    return {"value": finite(context, member(context, raw, "value", "number"), "value", exact=exact)}


def currency(context: Context, raw: Json) -> JsonObject:
    """An amount; the currency code is always the attribute's, whatever the body has."""
    value = member(context, raw, "currency_value", "number")
    if isinstance(value, str) and NUMERIC.fullmatch(value.strip()):
        value = float(value)
    amount = finite(context, value, "currency_value", exact=True)
    return {"currency_value": amount, "currency_code": context.attribute.currency_code}


def checkbox(context: Context, raw: Json) -> JsonObject:
    """A boolean, also as text."""
    value = {"true": True, "false": False}.get(raw, raw) if isinstance(raw, str) else raw
    value = member(context, value, "value", "boolean")
    if not isinstance(value, bool):
        raise wrong(context, value, "boolean", "value")
    return {"value": value}


def rating(context: Context, raw: Json) -> JsonObject:
    """A whole number of stars."""
    value = member(context, raw, "value", "number")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(context, value, "number", "value")
    if not isinstance(value, int) or not 0 <= value <= MOST_STARS:
        raise bad_value(f"A rating is a whole number from 0 to {MOST_STARS}.", (*context.path, "value"))
    return {"value": value}


def parsed(name: str, parse: Callable[[str], JsonObject], expected: str) -> Coerce:
    """A coercion by a function that reads text."""

    def coerce(context: Context, raw: Json) -> JsonObject:
        value = member(context, raw, name)
        if not isinstance(value, str):
            raise wrong(context, value, "string", name)
        try:
            return parse(value)
        except ValueError:
            raise bad_value(f"Invalid {expected}.", (*context.path, name)) from None

    return coerce


def domain(context: Context, raw: Json) -> JsonObject:
    """A domain, whose `www.` is cut where that is switched."""
    parse = partial(contacts.domain, cuts_www=context.workspace.switches.www_domains == "cut")
    return parsed("domain", parse, "domain")(context, raw)


def phone(context: Context, raw: Json) -> JsonObject:
    """A phone number; a local one needs its country."""
    original = member(context, raw, "original_phone_number")
    country = raw.get("country_code") if isinstance(raw, dict) else None
    if not isinstance(original, str):
        raise wrong(context, original, "string", "original_phone_number")
    if country is not None and country not in contacts.COUNTRIES:
        raise bad_value("Invalid country code", (*context.path, "country_code"))
    try:
        return contacts.phone(original, country if isinstance(country, str) else None)
    except ValueError:
        message = "Invalid phone number, possibly due to missing country information"
        raise bad_value(message, (*context.path, "original_phone_number")) from None


def personal_name(context: Context, raw: Json) -> JsonObject:
    """A name, as text or in all three parts; the full name is stored as sent, not built from the parts."""
    if isinstance(raw, str):
        return contacts.personal_name(raw)
    if not isinstance(raw, dict):
        raise wrong(context, raw, "object")
    raise_value_issues(NAME(raw, context.path))
    return {name: raw[name] for name in contacts.NAME}


def location(context: Context, raw: Json) -> JsonObject:
    """A location, as a line of text or with all ten members."""
    if isinstance(raw, str):
        return contacts.address(raw)
    if not isinstance(raw, dict):
        raise wrong(context, raw, "object")
    raise_value_issues(PLACE(raw, context.path))
    if raw["country_code"] is not None and raw["country_code"] not in contacts.COUNTRIES:
        raise bad_value("Invalid country code", (*context.path, "country_code"))
    place: JsonObject = {name: raw[name] for name in contacts.PLACE}
    for name in ("latitude", "longitude"):
        try:
            place[name] = contacts.coordinate(raw[name], name)
        except ValueError:
            raise bad_value("Invalid coordinate", (*context.path, name)) from None
    return place


def interaction(context: Context, _raw: Json) -> JsonObject:
    """Refuse: Attio alone writes interactions."""
    raise refuse("validation_type", f'Attribute "{context.attribute.slug}" cannot be written.')


def choice(context: Context, raw: Json) -> JsonObject:
    """An option or a status by title or id."""
    key = "status" if context.attribute.type == "status" else "option"
    name = member(context, raw, key)
    if not isinstance(name, str):
        raise wrong(context, name, "string", key)
    return {key: references.living_choice(context.attribute, name)}


def record(context: Context, raw: Json) -> JsonObject:
    """A record of another object, by id or by a unique value."""
    return references.record(context.workspace, context.attribute, raw, context.path)


def actor(context: Context, raw: Json) -> JsonObject:
    """A workspace member."""
    return references.member(context.workspace, context.attribute, raw, context.path)
