"""The attribute types: one row each, with everything that only the type decides.

docs.attio.com/docs/attribute-types/attribute-types, and the page of each type.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

from attio_emulator.contract.refusals import AttioRefusal, bad_value, refuse
from attio_emulator.contract.shapes import Path, is_uuid, json_type, nulls, raise_issues
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, choice_id
from attio_emulator.model.tables import Value
from attio_emulator.model.workspace import Workspace
from attio_emulator.values import coercion, contacts
from attio_emulator.values.coercion import Coerce, Context, parsed
from attio_emulator.values.dates import as_date, as_timestamp
from attio_emulator.values.properties import (
    ACTIVE_FROM,
    EQUAL,
    PARTS,
    PRESENT,
    RANGE,
    SET,
    WORDS,
    Property,
    day,
    digits,
    instant,
    lower,
    quantity,
    truth,
    words,
)


@dataclass(frozen=True, kw_only=True)
class AttributeType:
    """One attribute type.

    `same` are the members that two equal values share; `properties` what a filter may ask for, `implicit` the
    one it means without naming one, `together` those it may only name together. `creatable`, `multi` and
    `unique` say what a new attribute of the type may be; `numeric`, whether a formula can count with it.
    """

    coerce: Coerce
    properties: Mapping[str, Property]
    same: tuple[str, ...] = ("value",)
    implicit: str | None = None
    together: tuple[str, ...] = ()
    creatable: bool = True
    multi: bool = False
    unique: bool = False
    numeric: bool = False

    def identity(self, value: Value) -> Hashable:
        """The key that is the same for equal values."""
        if len(self.same) == 1:
            return _hashable(value[self.same[0]])
        return tuple(_hashable(value[member]) for member in self.same)


def _hashable(member: Json) -> Hashable:
    if isinstance(member, dict):
        return choice_id(member)
    return None if isinstance(member, list) else member


PLACE_PARTS = ("line_1", "line_2", "line_3", "line_4", "locality", "region", "postcode")

TYPES: Mapping[str, AttributeType] = {
    "text": AttributeType(
        coerce=coercion.text, properties={"value": Property(WORDS)}, implicit="value", unique=True
    ),
    "number": AttributeType(
        coerce=coercion.number,
        properties={"value": Property(RANGE, quantity)},
        implicit="value",
        unique=True,
        numeric=True,
    ),
    "checkbox": AttributeType(
        coerce=coercion.checkbox, properties={"value": Property(EQUAL, truth)}, implicit="value"
    ),
    "currency": AttributeType(
        coerce=coercion.currency,
        properties={"currency_value": Property(RANGE, quantity)},
        same=("currency_value",),
        implicit="currency_value",
        numeric=True,
    ),
    "date": AttributeType(
        coerce=parsed("value", lambda raw: {"value": as_date(raw)}, "date"),
        properties={"value": Property(RANGE, day)},
        implicit="value",
    ),
    "timestamp": AttributeType(
        coerce=parsed("value", lambda raw: {"value": as_timestamp(raw)}, "timestamp"),
        properties={"value": Property(RANGE, instant)},
        implicit="value",
    ),
    "rating": AttributeType(
        coerce=coercion.rating,
        properties={"value": Property(RANGE, quantity)},
        implicit="value",
        numeric=True,
    ),
    "status": AttributeType(
        coerce=coercion.choice,
        properties={"status": Property(EQUAL), "active_from": ACTIVE_FROM},
        same=("status",),
        implicit="status",
    ),
    "select": AttributeType(
        coerce=coercion.choice,
        properties={"option": Property(EQUAL), "active_from": ACTIVE_FROM},
        same=("option",),
        implicit="option",
        multi=True,
    ),
    "record-reference": AttributeType(
        coerce=coercion.record,
        properties={"target_object": Property(EQUAL), "target_record_id": Property(SET, lower)},
        same=("target_object", "target_record_id"),
        together=("target_record_id",),
        multi=True,
    ),
    "actor-reference": AttributeType(
        coerce=coercion.actor,
        properties={"referenced_actor_type": Property(EQUAL), "referenced_actor_id": Property(EQUAL)},
        same=("referenced_actor_type", "referenced_actor_id"),
        together=("referenced_actor_type", "referenced_actor_id"),
        multi=True,
    ),
    "location": AttributeType(
        coerce=coercion.location,
        properties={part: Property(PARTS) for part in PLACE_PARTS}
        | {"country_code": Property(("$eq", "$starts_with"))},
        same=contacts.PLACE,
    ),
    "domain": AttributeType(
        coerce=coercion.domain,
        properties={"domain": Property(PRESENT, lower), "root_domain": Property(PRESENT, lower)},
        same=("domain",),
        implicit="domain",
        multi=True,
        unique=True,
    ),
    "email-address": AttributeType(
        coerce=parsed("email_address", contacts.email, "e-mail address"),
        properties={
            "email_address": Property(PARTS, lower),
            "original_email_address": Property(PARTS),
            "email_domain": Property(PARTS, lower),
            "email_root_domain": Property(PARTS, lower),
            "email_local_specifier": Property(PARTS, lower),
        },
        same=("email_address",),
        implicit="email_address",
        multi=True,
        unique=True,
    ),
    "phone-number": AttributeType(
        coerce=coercion.phone,
        properties={
            "phone_number": Property(PARTS, digits, words),
            "country_code": Property(("$eq", "$not_empty")),
        },
        same=("phone_number",),
        implicit="phone_number",
        multi=True,
        unique=True,
    ),
    "personal-name": AttributeType(
        coerce=coercion.personal_name,
        properties={name: Property(PRESENT) for name in contacts.NAME},
        same=contacts.NAME,
        implicit="full_name",
        creatable=False,
    ),
    "interaction": AttributeType(
        coerce=coercion.interaction,
        properties={
            "owner_member_id": Property(("$eq", "$not_empty"), lower),
            "interacted_at": Property(RANGE, instant),
            "interaction_type": Property(EQUAL),
        },
        same=("interaction_type", "interacted_at"),
        creatable=False,
    ),
}


OWN_IDS = frozenset({"record_id", "entry_id"})
OWN_ID = replace(TYPES["text"], properties={"value": Property(SET)})


def filtered_as(attribute: Attribute) -> AttributeType:
    """What filters may ask of an attribute; a row's own id is a text without filters by its parts."""
    return OWN_ID if attribute.is_system and attribute.slug in OWN_IDS else TYPES[attribute.type]


def identity(attribute: Attribute, value: Value) -> Hashable:
    """The key that is the same for equal values of an attribute."""
    return TYPES[attribute.type].identity(value)


def coerce_all(workspace: Workspace, attribute: Attribute, raw: Json, path: Path) -> list[JsonObject]:
    """The coerced values that a body gives for one attribute, each once.

    Null is refused with the body, at the place where it stands; an empty list clears. Issues of a value lie
    inside the value, whose attribute the message names.
    """
    elements = as_elements(attribute, raw, path)
    if attribute.type == "select" and workspace.switches.plain_option_ids == "dropped":
        elements = [element for element in elements if not plain_id(element)]
    context = Context(workspace=workspace, attribute=attribute)
    found: dict[Hashable, JsonObject] = {}
    for element in elements:
        members = coerced(context, element)
        found.setdefault(identity(attribute, members), members)
    return list(found.values())


def as_elements(attribute: Attribute, raw: Json, path: Path) -> list[Json]:
    """The uncoerced values that a body gives for one attribute."""
    raise_issues(nulls(raw, path))
    if not isinstance(raw, list):
        if attribute.is_multiselect:
            message = f'Multi-select attribute expects an array of values: "{attribute.slug}".'
            raise bad_value(message, path, expected="array", received=json_type(raw))
        return [raw]
    if len(raw) > 1 and not attribute.is_multiselect:
        raise bad_value(f'"{attribute.slug}" takes a single value.', path, expected="single value")
    return raw


def coerced(context: Context, element: Json) -> JsonObject:
    """Coerce one value; the message of its refusal names the attribute's slug."""
    try:
        return TYPES[context.attribute.type].coerce(context, element)
    except AttioRefusal as refusal:
        if refusal.validation_errors is None:
            raise
        message = f'An invalid value was passed to attribute with slug "{context.attribute.slug}".'
        raise refuse("validation_type", message, validation_errors=refusal.validation_errors) from None


def plain_id(element: Json) -> bool:
    """Whether a body gives an option as a plain id."""
    return isinstance(element, str) and is_uuid(element)
