"""Attio's descriptions of attributes."""

from typing import Any

import pytest

from attio_api.definitions import Attribute, Number
from attio_api.errors import Malformed, Unreadable
from unit_tests.attio_api.samples import COMPANIES, MEMBER

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


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        (None, None),
        (0, 0),
        (-2.5, -2.5),
        ("0", 0),
        ("-12", -12),
        ("12.50", 12.5),
        ("1e3", 1000.0),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_a_number_may_be_written_as_text(sent: Any, number: Any) -> None:
    """It is a number all the same, of the kind and with the digits that the text has."""
    found = Number("value")({"value": sent})

    assert (number, type(number)) == (found, type(found))


@pytest.mark.parametrize("sent", ["", "x", "1,5", " 1", "1_0", "0x1", "nan", "1e999", "٣", True, {}, ["1"]])
def test_what_is_no_number_is_malformed(sent: Any) -> None:
    """It is neither passed on as text nor taken for nothing."""
    with pytest.raises(Malformed, match="has a number"):
        Number("value")({"value": sent})
