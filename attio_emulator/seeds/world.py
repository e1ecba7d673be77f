"""The plan of a generated CRM: ids, relations and times, decided before any row is made.

Everything comes from one seeded generator, so that equal options give equal workspaces.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from attio_emulator.changes.standard import add_member
from attio_emulator.contract.refusals import bad_value
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.clock import BILLION, TICK, nanoseconds, stamp, unstamp
from attio_emulator.model.ids import named
from attio_emulator.model.workspace import Workspace

T = TypeVar("T")
UNTIL = nanoseconds("2026-01-01")
DAY = 24 * 3600 * BILLION
EMPLOYED = 0.95
NOBODY = -1
SPAN_DAYS = 730
SIZES: Mapping[str, int] = {"companies": 60, "people": 180, "deals": 45, "projects": 12}
COLLEAGUES = (
    ("Grace", "Okafor", "grace@example.com"),
    ("Jonas", "Lindberg", "jonas@example.com"),
    ("Mei", "Tanaka", "mei@example.com"),
    ("Sofia", "Rossi", "sofia@example.com"),
)


@cache
def words() -> dict[str, Any]:
    """The words from which names and notes are made."""
    parsed: dict[str, Any] = json.loads(Path(__file__).with_name("words.json").read_bytes())
    return {key: value.split() if isinstance(value, str) else value for key, value in parsed.items()}


@dataclass(kw_only=True)
class World:
    """The plan of a workspace: employees of companies, people of deals."""

    workspace: Workspace
    rng: random.Random
    sizes: Mapping[str, int]
    members: list[str] = field(default_factory=list)
    companies: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    deals: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    employer: list[int | None] = field(default_factory=list)
    deal_company: list[int] = field(default_factory=list)
    deal_people: list[list[int]] = field(default_factory=list)
    project_company: list[int] = field(default_factory=list)
    team: dict[int, list[int]] = field(default_factory=dict)

    def moment(self, earliest_days: float = SPAN_DAYS, latest_days: float = 1) -> str:
        """A random moment between two numbers of days ago, in whole milliseconds as Attio's are."""
        ago = latest_days + self.rng.random() * (earliest_days - latest_days)
        return stamp((UNTIL - int(ago * DAY)) // 1_000_000 * 1_000_000)

    def later(self, moment: str, *, most_days: float = 30) -> str:
        """A random moment after another one, and in the past."""
        start = unstamp(moment)
        span = max(min(int(most_days * DAY), UNTIL - 1 - start), 2 * TICK)
        return stamp((start + TICK + int(self.rng.random() * (span - TICK))) // TICK * TICK)

    def number(self, low: int, high: int) -> int:
        """A whole number, both bounds included."""
        return low + int(self.rng.random() * (high - low + 1))

    def one(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[int(self.rng.random() * len(choices))]

    def member(self) -> JsonObject:
        """A random member, as an actor reference."""
        return {
            "referenced_actor_type": "workspace-member",
            "referenced_actor_id": self.one(self.members),
        }


def sizes_of(options: Mapping[str, Json]) -> dict[str, int]:
    """The sizes of a seed; refused where one is unknown or not a number."""
    sizes = dict(SIZES)
    for name, value in options.items():
        if name not in {*SIZES, "seed"} or isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise bad_value(f'Unknown or invalid option "{name[:50]}" of the seed.', [name])
        if name in sizes:
            sizes[name] = value
    return sizes


def plan(workspace: Workspace, options: Mapping[str, Json]) -> World:
    """Decide which companies, people and deals there are."""
    sizes = sizes_of(options)
    seed = f"demo:{options.get('seed', 1)}"
    world = World(workspace=workspace, rng=random.Random(seed), sizes=sizes)  # noqa: S311 - repeatable data
    for first, last, address in COLLEAGUES:
        who: JsonObject = {"first_name": first, "last_name": last, "email_address": address}
        add_member(workspace, who, member_id=named(workspace.id, seed, address))
    world.members = list(workspace.members)
    for name in ("companies", "people", "deals", "projects"):
        setattr(world, name, [workspace.ids.next() for _ in range(sizes[name])])
    pair_references(world)
    return world


def pair_references(world: World) -> None:
    """Decide who works where and what is being sold to whom."""
    rng, companies = world.rng, len(world.companies)
    world.employer = [
        rng.randrange(companies) if companies and rng.random() < EMPLOYED else None for _ in world.people
    ]
    for person, company in enumerate(world.employer):
        if company is not None:
            world.team.setdefault(company, []).append(person)
    world.deal_company = [rng.randrange(companies) if companies else NOBODY for _ in world.deals]
    world.project_company = [rng.randrange(companies) if companies else NOBODY for _ in world.projects]
    for company in world.deal_company:
        team = world.team.get(company, [])
        world.deal_people.append(rng.sample(team, min(len(team), rng.randint(1, 3))))
