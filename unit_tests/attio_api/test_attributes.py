from typing import Any

import jsonschema
import pytest

from attio_api.attributes import ATTRIBUTE_TYPES, Attribute, column_schema
from attio_api.errors import Unreadable
from attio_api.values import read_attribute
from unit_tests.attio_api.samples import COMPANIES, MEMBER, VALUES, attribute, value

DOCUMENTED = [
    "text",
    "number",
    "checkbox",
    "currency",
    "date",
    "timestamp",
    "rating",
    "status",
    "select",
    "record-reference",
    "actor-reference",
    "location",
    "domain",
    "email-address",
    "phone-number",
    "interaction",
    "personal-name",
]
DESCRIPTION: dict[str, Any] = {
    "id": {"workspace_id": "w", "object_id": "o", "attribute_id": MEMBER},
    "title": "Company",
    "description": "Where they work",
    "api_slug": "company",
    "type": "record-reference",
    "is_system_attribute": True,
    "is_writable": True,
    "is_required": False,
    "is_unique": False,
    "is_multiselect": True,
    "is_archived": False,
    "default_value": None,
    "relationship": {"id": {"attribute_id": MEMBER}},
    "config": {
        "currency": {"default_currency_code": None, "display_type": None},
        "record_reference": {"allowed_object_ids": [COMPANIES]},
    },
}


def test_every_documented_type_has_a_row() -> None:
    """The table knows the seventeen types that Attio documents, and no others."""
    assert sorted(DOCUMENTED) == sorted(ATTRIBUTE_TYPES)


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_a_row_names_the_members_of_its_values(kind: str) -> None:
    """A row's members are exactly those that a value of the type has besides the common ones."""
    assert sorted(VALUES[kind]) == sorted(ATTRIBUTE_TYPES[kind].members)


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_what_is_read_fits_the_schema(kind: str) -> None:
    """A value read by a row validates against the row's schema."""
    plain = read_attribute(attribute(kind), [value(kind)])

    jsonschema.validate(plain, column_schema(attribute(kind)))
    assert plain is not None


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_missing_members_are_read_as_null(kind: str) -> None:
    """A value without its members is read without an error, and still fits the schema."""
    jsonschema.validate(read_attribute(attribute(kind), [{}]), column_schema(attribute(kind)))


@pytest.mark.parametrize("kind", DOCUMENTED)
@pytest.mark.parametrize("is_multiselect", [False, True])
def test_every_column_may_be_null(kind: str, is_multiselect: bool) -> None:
    """A column accepts null, and is an array when the attribute holds several values."""
    schema = column_schema(attribute(kind, is_multiselect=is_multiselect))

    jsonschema.validate(None, schema)
    assert is_multiselect == ("array" in schema["type"])


@pytest.mark.parametrize(
    ("kind", "formats"),
    [
        ("date", {"format": "date"}),
        ("timestamp", {"format": "date-time", "airbyte_type": "timestamp_with_timezone"}),
    ],
)
def test_times_carry_airbytes_formats(kind: str, formats: dict[str, str]) -> None:
    """Destinations make a real date or timestamp of the column."""
    assert formats == {key: schema for key, schema in column_schema(attribute(kind)).items() if key != "type"}


def test_a_schema_is_the_callers_own() -> None:
    """Changing a schema that was handed out does not change the next one."""
    column_schema(attribute("location"))["properties"]["locality"] = "spoilt"

    assert {"type": ["null", "string"]} == column_schema(attribute("location"))["properties"]["locality"]


def test_an_unknown_type_comes_through_raw() -> None:
    """Values of a type that Attio adds one day arrive as the JSON they are, and fit their column."""
    unknown = attribute("hologram", is_multiselect=True)
    found = [value("hologram", colour="blue")]

    assert found == read_attribute(unknown, found)
    jsonschema.validate(found, column_schema(unknown))


def test_a_description_is_read_whole() -> None:
    """Everything that Attio says about an attribute is kept."""
    expected = Attribute(
        attribute_id=MEMBER,
        slug="company",
        title="Company",
        description="Where they work",
        type="record-reference",
        is_multiselect=True,
        is_system=True,
        allowed_object_ids=(COMPANIES,),
        relationship={"id": {"attribute_id": MEMBER}},
    )

    assert expected == Attribute.parse(DESCRIPTION)


def test_a_currency_knows_its_code() -> None:
    """The code of a currency attribute is its configuration's."""
    config = {"currency": {"default_currency_code": "JPY"}, "record_reference": {"allowed_object_ids": None}}
    parsed = Attribute.parse({**DESCRIPTION, "type": "currency", "config": config})

    assert ("JPY", None) == (parsed.currency_code, parsed.allowed_object_ids)


@pytest.mark.parametrize("config", [None, {}, [], {"currency": None, "record_reference": None}])
def test_an_empty_configuration_is_no_trouble(config: Any) -> None:
    """A description without configuration is read as one that allows everything."""
    assert Attribute.parse({**DESCRIPTION, "config": config}).allowed_object_ids is None


@pytest.mark.parametrize(
    "broken", [None, [], {}, {**DESCRIPTION, "id": None}, {**DESCRIPTION, "api_slug": 7}]
)
def test_another_shape_is_unreadable(broken: Any) -> None:
    """A description that is no description is an error, never an attribute with gaps."""
    with pytest.raises(Unreadable):
        Attribute.parse(broken)
