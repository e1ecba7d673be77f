import jsonschema
import pytest

from attio_api.attributes import ATTRIBUTE_TYPES, column_schema
from attio_api.values import read_attribute
from unit_tests.attio_api.samples import VALUES, attribute, value

DOCUMENTED = sorted(VALUES)
"""The types of which `samples.py` has a value, as Attio's documentation shows it."""


def test_every_documented_type_has_a_row() -> None:
    """The table knows the types of which there is a documented value, and no others."""
    assert set(DOCUMENTED) == set(ATTRIBUTE_TYPES), "a type has a value in unit_tests/attio_api/samples.py"


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
