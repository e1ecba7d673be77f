"""Generated companies and people."""

from collections.abc import Iterable

import pytest

from attio_emulator.seeds.companies import address, company_name, phone
from attio_emulator.seeds.demo import demo
from attio_emulator.seeds.world import World, plan
from unit_tests.attio_emulator.calling import Api

MORE_THAN_A_ROUND = 130_000
"""More companies than there are combinations of words, so that names get numbers."""


@pytest.fixture
def world(api: Api) -> World:
    return plan(api.emulator.workspace, {"companies": 2, "people": 3, "deals": 0, "projects": 0})


def pairs(api: Api, slug: str, attribute: str) -> set[tuple[str, str]]:
    """The references of an object's rows by one attribute, as pairs of ids."""
    return {
        (row.id, str(each["target_record_id"]))
        for row in api.emulator.workspace.object(slug).table.rows.values()
        for each in row.values.get(attribute, ())
    }


def reversed_(found: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(right, left) for left, right in found}


def test_no_two_companies_share_a_name_or_a_domain() -> None:
    """Names and domains stay unique when there are more companies than combinations of words."""
    made = [company_name(number) for number in range(MORE_THAN_A_ROUND)]

    assert MORE_THAN_A_ROUND == len({name for name, _ in made}) == len({domain for _, domain in made})


def test_people_of_one_name_have_addresses_of_their_own(world: World) -> None:
    """An address is at the employer's domain, with a number when it is taken; at a mail host without one."""
    taken: set[str] = set()
    world.employer = [1, 1, None]
    domain = company_name(1)[1]

    assert [f"zoe.ng@{domain}", f"zoe.ng1@{domain}", "zoe.ng@mail.example.com"] == [
        address(world, number, "Zoë Ng", taken) for number in range(3)
    ]


def test_a_phone_number_needs_a_pattern_of_its_country(world: World) -> None:
    """A country without a pattern has no numbers; of the others' people most have one, not all."""
    german = [phone(world, "DE") for _ in range(100)]

    assert not any(phone(world, "NL") for _ in range(20))
    assert 100 > len([each for each in german if each]) > 30
    assert {"+493012345"} == {str(each[0]["phone_number"])[:10] for each in german if each}


@pytest.mark.parametrize(
    ("slug", "attribute", "other_slug", "other_attribute"),
    [
        ("companies", "team", "people", "company"),
        ("companies", "associated_deals", "deals", "associated_company"),
        ("people", "associated_deals", "deals", "associated_people"),
        ("companies", "projects", "projects", "customer"),
    ],
)
def test_both_sides_of_a_relationship_are_seeded_alike(
    api: Api, slug: str, attribute: str, other_slug: str, other_attribute: str
) -> None:
    """A company's team, deals and projects, and a person's deals, are those that point back at it."""
    demo(api.emulator.workspace, {"companies": 5, "people": 15, "deals": 8, "projects": 4})
    found = pairs(api, slug, attribute)

    assert found
    assert reversed_(found) == pairs(api, other_slug, other_attribute)
