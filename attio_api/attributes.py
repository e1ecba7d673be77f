"""The table of attribute types: one row says how a type is described, read, written, compared and filtered.

To support a type or change how it is treated, change its row. What a row's functions do is in `scalars`,
`contacts`, `names`, `locations` and `references`; `values` applies the table to whole records.
Source: docs.attio.com/docs/attribute-types/attribute-types.
"""

from collections.abc import Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Final

from attio_api import contacts, locations, names, references, scalars
from attio_api.definitions import Attribute, AttributeType, Inner, Member, Members, Number, Title
from attio_api.wire import Json, JsonObject

__all__ = ["ATTRIBUTE_TYPES", "Attribute", "AttributeType", "column_schema"]


def _nullable(kind: str, **more: Json) -> JsonObject:
    return {"type": ["null", kind], **more}


def _object(**properties: JsonObject) -> JsonObject:
    return {"type": ["null", "object"], "properties": dict(properties)}


_STRING: Final = _nullable("string")
_NUMBER: Final = _nullable("number")
_TIMESTAMP: Final = _nullable("string", format="date-time", airbyte_type="timestamp_with_timezone")
_ACTOR: Final = _object(type=_STRING, id=_STRING)

ATTRIBUTE_TYPES: Final[Mapping[str, AttributeType]] = MappingProxyType(
    {
        "text": AttributeType(
            schema=_STRING,
            read=Member("value"),
            write=scalars.write_text,
            normalise=scalars.normalise_text,
            may_be_json=False,
        ),
        "number": AttributeType(
            schema=_NUMBER,
            read=Number("value"),
            write=scalars.write_number,
            normalise=scalars.write_number,
            cells="number",
        ),
        "checkbox": AttributeType(
            schema=_nullable("boolean"),
            read=Member("value"),
            write=scalars.write_checkbox,
            normalise=scalars.write_checkbox,
            nullable=False,
        ),
        "currency": AttributeType(
            schema=_object(amount=_NUMBER, currency=_STRING),
            read=Members({"amount": Number("currency_value"), "currency": "currency_code"}),
            write=scalars.write_currency,
            normalise=scalars.normalise_currency,
            members=("currency_value", "currency_code"),
            parts={"amount": "amount", "currency": "currency"},
            cells="number",
        ),
        "date": AttributeType(
            schema=_nullable("string", format="date"),
            read=Member("value"),
            write=scalars.write_date,
            normalise=scalars.write_date,
            cells="date",
        ),
        "timestamp": AttributeType(
            schema=_TIMESTAMP,
            read=Member("value"),
            write=scalars.write_timestamp,
            normalise=scalars.write_timestamp,
            cells="date",
        ),
        "rating": AttributeType(
            schema=_nullable("integer"),
            read=Number("value"),
            write=scalars.write_rating,
            normalise=scalars.write_rating,
            cells="number",
        ),
        "status": AttributeType(
            schema=_STRING,
            read=Title("status"),
            write=references.write_status,
            normalise=references.normalise_title,
            members=("status",),
        ),
        "select": AttributeType(
            schema=_STRING,
            read=Title("option"),
            write=references.write_option,
            normalise=references.normalise_title,
            members=("option",),
            splits_commas=True,
        ),
        "record-reference": AttributeType(
            schema=_object(object=_STRING, record_id=_STRING),
            read=Members({"object": "target_object", "record_id": "target_record_id"}),
            write=references.write_record,
            normalise=references.normalise_record,
            members=("target_object", "target_record_id"),
            splits_commas=True,
        ),
        "actor-reference": AttributeType(
            schema=_ACTOR,
            read=Members({"type": "referenced_actor_type", "id": "referenced_actor_id"}),
            write=references.write_actor,
            normalise=references.normalise_actor,
            members=("referenced_actor_type", "referenced_actor_id"),
            splits_commas=True,
        ),
        "location": AttributeType(
            schema=_object(**dict.fromkeys(locations.LOCATION_MEMBERS, _STRING)),
            read=Members({name: name for name in locations.LOCATION_MEMBERS}),
            write=locations.write_location,
            normalise=locations.write_location,
            members=locations.LOCATION_MEMBERS,
            parts=locations.PARTS,
            telling=frozenset(locations.PARTS) - {"country"},  # as often a name as a code
            can_be_searched=False,
        ),
        "domain": AttributeType(
            schema=_STRING,
            read=Member("domain"),
            write=contacts.write_domain,
            normalise=contacts.write_domain,
            members=("domain", "root_domain"),
            splits_commas=True,
        ),
        "email-address": AttributeType(
            schema=_STRING,
            read=Member("email_address"),
            write=contacts.write_email,
            normalise=contacts.normalise_email,
            members=(
                "original_email_address",
                "email_address",
                "email_domain",
                "email_root_domain",
                "email_local_specifier",
            ),
            splits_commas=True,
        ),
        "phone-number": AttributeType(
            schema=_STRING,
            read=contacts.read_phone,
            write=contacts.write_phone,
            normalise=contacts.write_phone,
            lost=contacts.lost_extension,
            members=("original_phone_number", "country_code", "phone_number"),
            takes_own=True,
            splits_commas=True,
        ),
        "personal-name": AttributeType(
            schema=_object(**dict.fromkeys(names.NAME_MEMBERS, _STRING)),
            read=Members({name: name for name in names.NAME_MEMBERS}),
            write=names.write_name,
            normalise=names.normalise_name,
            matches=names.same_name,
            members=names.NAME_MEMBERS,
            parts=names.PARTS,
            telling=frozenset(names.PARTS),
        ),
        "interaction": AttributeType(
            schema=_object(type=_STRING, interacted_at=_TIMESTAMP, owner=_ACTOR),
            read=Members(
                {
                    "type": "interaction_type",
                    "interacted_at": "interacted_at",
                    "owner": Inner("owner_actor", Members({"type": "type", "id": "id"})),
                }
            ),
            write=references.write_interaction,
            normalise=references.normalise_interaction,
            members=("interaction_type", "interacted_at", "owner_actor"),
            can_be_searched=False,
        ),
    }
)
DATES: Final = frozenset(name for name, one in ATTRIBUTE_TYPES.items() if one.cells == "date")
NUMBERS: Final = frozenset(name for name, one in ATTRIBUTE_TYPES.items() if one.cells == "number")

_RAW: Final[JsonObject] = {"type": ["null", "array"], "items": {"type": ["null", "object"]}}


def can_be_searched(attribute: Attribute) -> bool:
    """Whether Attio finds records by the attribute's values; true for a type that the table does not know."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    return kind is None or kind.can_be_searched


def column_schema(attribute: Attribute) -> JsonObject:
    """Return the JSON schema of an attribute's column: nullable, an array when it holds several values.

    For a type that the table does not know, the schema is an array of Attio's own value objects.
    """
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    if kind is None:
        return deepcopy(_RAW)
    one = deepcopy(kind.schema)
    return {"type": ["null", "array"], "items": one} if attribute.is_multiselect else one
