"""The choice among ideas of which columns hold an attribute's values."""

from typing import Any

import pytest

from destination_attio.rows.column_names import SLUG, SYNONYM
from destination_attio.rows.columns import Column
from destination_attio.rows.mapping_ideas import MappingChoice, MappingIdea
from unit_tests.destination_attio.inferences import attribute

NAME = attribute("name", "personal-name")
PHONES = attribute("phone_numbers", "phone-number", is_multiselect=True)
COMPANY = attribute("company", "record-reference", allowed_object_ids=("companies",))


def column(name: str, *samples: str) -> Column:
    return Column(name=name, filled=len(samples), samples=samples)


def idea(about: Any, weight: int, **columns: Column) -> MappingIdea:
    """An idea; a column under `whole` holds the whole value."""
    found = {None if part == "whole" else part: one for part, one in columns.items()}
    return MappingIdea(weight=weight, attribute=about, columns=found)


def choice(*ideas: MappingIdea) -> MappingChoice:
    """What is chosen of them, in their order."""
    made = MappingChoice(columns=(), attributes=(), object_slug="people")
    for one in sorted(ideas, key=lambda each: each.order):
        made.take(one)
    return made


def test_a_certain_idea_goes_first_and_an_empty_column_after_a_filled_one() -> None:
    """The name decides before the cells do."""
    guess = idea(PHONES, SYNONYM, whole=column("Mobile", "+14155552671"))
    empty, filled = idea(PHONES, SLUG, whole=column("a")), idea(PHONES, SLUG, whole=column("b", "x"))

    assert [filled, empty, guess] == sorted([guess, empty, filled], key=lambda one: one.order)


def test_each_column_and_each_attribute_is_taken_once() -> None:
    """The one that has it is named."""
    made = choice(
        idea(PHONES, SLUG, whole=column("phone_numbers", "+14155552671")),
        idea(PHONES, SYNONYM, whole=column("mobile", "+14155552672")),
    )

    assert {"phone_numbers"} == made.used
    assert "'phone_numbers' is taken by 'phone_numbers'" == made.holder(PHONES)
    assert made.holder(NAME) is None


def test_a_single_part_is_not_enough_for_a_value_of_several() -> None:
    """A last name whose first name went elsewhere is no name."""
    first, last = column("first", "Ada"), column("last", "Byron")
    made = choice(idea(NAME, SLUG, first_name=first, last_name=last))
    alone = MappingChoice(columns=(), attributes=(), object_slug="people", used={"first"})
    alone.take(idea(NAME, SLUG, first_name=first, last_name=last))

    assert {"first", "last"} == made.used
    assert {} == alone.taken


def test_a_further_phone_joins_the_first() -> None:
    """As a guess, and only where both have cells."""
    made = choice(idea(PHONES, SLUG, whole=column("phone", "+14155552671")))
    made.join(idea(PHONES, SYNONYM, whole=column("mobile", "+14155552672")))
    made.join(idea(PHONES, SYNONYM, whole=column("fax")))
    proposed = made.taken["phone_numbers"].proposed()

    assert ("mobile",) == proposed.field.more_columns
    assert {"mobile"} == proposed.guessed


@pytest.mark.parametrize(
    ("cells", "reference"), [(["Northmill", "Alder"], "name"), (["a.example.com", "b.example.com"], None)]
)
def test_a_column_of_names_points_by_name(cells: list[str], reference: str | None) -> None:
    """One of domains points by the unique attribute, as any reference does."""
    found = idea(COMPANY, SLUG, whole=column("company", *cells)).proposed().field

    assert reference == found.reference
