"""The plan of a generated CRM."""

import pytest

from attio_emulator.emulator import Emulator
from attio_emulator.model.clock import unstamp
from attio_emulator.seeds.world import NOBODY, UNTIL, World, plan

SIZES = {"companies": 6, "people": 20, "deals": 8, "projects": 3}


@pytest.fixture
def world() -> World:
    return planned(**SIZES)


def planned(**options: int) -> World:
    return plan(Emulator(clock_mode="manual").workspace, options)


def relations(world: World) -> object:
    return world.employer, world.deal_company, world.deal_people, world.project_company


def test_equal_options_make_equal_plans(world: World) -> None:
    """The same sizes and seed give the same ids and relations; another seed gives other relations."""
    again, other = planned(**SIZES), planned(**SIZES, seed=2)

    assert (world.people, relations(world)) == (again.people, relations(again))
    assert relations(world) != relations(other)


def test_a_plan_has_the_sizes_asked_for(world: World) -> None:
    """Each size counts its rows, and a size not given is the usual one."""
    assert SIZES == {name: len(getattr(world, name)) for name in SIZES}
    assert 60 == len(planned(people=1).companies)


def test_people_sell_to_colleagues_of_the_buyer(world: World) -> None:
    """The people of a deal work at the company that buys, and a team lists everybody who works there."""
    for deal, people in enumerate(world.deal_people):
        assert {world.deal_company[deal]} >= {world.employer[each] for each in people}
    for company in range(len(world.companies)):
        employed = [number for number, employer in enumerate(world.employer) if employer == company]
        assert employed == world.team.get(company, [])


def test_without_companies_nobody_is_employed() -> None:
    """People, deals and projects of a workspace without companies belong to none."""
    alone = planned(**SIZES | {"companies": 0})

    assert {None} == set(alone.employer)
    assert {NOBODY} == {*alone.deal_company, *alone.project_company}
    assert [[]] * SIZES["deals"] == alone.deal_people


def test_later_is_after_and_in_the_past(world: World) -> None:
    """A later moment is after the given one and not in the future, even where little time is left."""
    for _ in range(200):
        before = world.moment(1, 0.00001)
        assert unstamp(before) < unstamp(world.later(before)) <= UNTIL
