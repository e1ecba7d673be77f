"""How a cell with several values is parted into them."""

from __future__ import annotations

import pytest

from attio_api.attributes import Attribute
from destination_attio.rows.cells.reading import AS_IT_IS, Reading


def attribute(kind: str) -> Attribute:
    return Attribute(attribute_id="a", slug="a", title="A", type=kind, is_multiselect=True)


PIPED = Reading(separator="|")


def test_several_values_are_parted_as_was_set() -> None:
    """By the separator of the column; contacts also by what no contact holds."""
    assert ["Alpha", "Beta, Inc"] == PIPED.read(attribute("select"), "Alpha|Beta, Inc")
    assert ["a@example.com", "b@example.com"] == AS_IT_IS.read(
        attribute("email-address"), "a@example.com; b@example.com"
    )
    assert ["R&D | Lab", "Alpha"] == PIPED.read(attribute("select"), '"R&D | Lab"| Alpha')
    assert ["+1", "+2"] == AS_IT_IS.read(attribute("phone-number"), "+1 ::: +2")
    assert "Alpha; Beta" == AS_IT_IS.read(attribute("select"), "Alpha; Beta")


@pytest.mark.parametrize("separator", [None, ";"])
@pytest.mark.parametrize("before", [";ext=", "; Ext. ", ", x", ", extension "])
def test_an_extension_is_no_number_of_its_own(separator: str | None, before: str) -> None:
    """What parts it from its number looks like what parts two numbers."""
    phones = attribute("phone-number")
    read = Reading(separator=separator).read(phones, f"415 555 2671{before}5;415 555 2672")

    assert ["415 555 2671 ext. 5", "415 555 2672"] == read


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        (
            "email-address",
            "Quist, Mara <m@x.com>, Fell, Dana <d@x.com>",
            ["Quist, Mara <m@x.com>", "Fell, Dana <d@x.com>"],
        ),
        ("email-address", "m@x.com (work), d@x.com (home)", ["m@x.com", "d@x.com"]),
        ("email-address", '"Quist, Mara" <m@x.com>, d@x.com, n/a', ["Quist, Mara <m@x.com>", "d@x.com"]),
        ("email-address", "m@x.com, mara", ["m@x.com", "mara"]),
        ("phone-number", "+49 421 1 (office), +49 421 2 (mobile)", ["+49 421 1", "+49 421 2"]),
        ("phone-number", "+49 421 1 / +49 421 2", ["+49 421 1", "+49 421 2"]),
        ("email-address", "m@x.com / d@x.com", ["m@x.com", "d@x.com"]),
        ("domain", "x.com / y.com https://z.com/a", ["x.com", "y.com", "https://z.com/a"]),
        ("phone-number", "0421 / 3333333", ["0421 / 3333333"]),
        ("phone-number", "0421/3333333, 0421/4", ["0421/3333333", "0421/4"]),
        ("phone-number", '["+49 421 1", "+49 421 2"]', '["+49 421 1", "+49 421 2"]'),
        ("select", "[EU] Alpha|[EU] Beta", ["[EU] Alpha", "[EU] Beta"]),
        ("select", '["Alpha|Beta"]', '["Alpha|Beta"]'),
    ],
)
def test_what_belongs_to_a_value_does_not_part_it(kind: str, text: str, values: object) -> None:
    """A comma in the name of an address, a slash in a number, brackets of a title, and what JSON holds."""
    reading = PIPED if kind == "select" else Reading(nulls=("usual",))

    assert values == reading.read(attribute(kind), text)
