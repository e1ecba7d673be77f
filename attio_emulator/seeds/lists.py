"""Generated lists with entries: outreach over people, customers over companies."""

from attio_emulator.seeds.companies import picked
from attio_emulator.seeds.deals import status
from attio_emulator.seeds.kinds import add_choices, define, new_list
from attio_emulator.seeds.records import HistoryStep, Members, RowSeeder
from attio_emulator.seeds.world import World

STEPS = ("To contact", "Contacted", "Replied", "Meeting booked")
HEALTH = ("Healthy", "Needs attention", "At risk")


def seed_outreach(world: World) -> None:
    """A list of people to contact, with the stage of each."""
    workspace = world.workspace
    kind = new_list(workspace, "sales_outreach", "Sales outreach", "people")
    step = define(workspace, kind, "step", "status")
    add_choices(workspace, kind, step, STEPS)
    priority = define(workspace, kind, "priority", "select")
    add_choices(workspace, kind, priority, ("High", "Medium", "Low"))
    define(workspace, kind, "next_step", "text")
    seeder = RowSeeder(workspace=workspace, kind=kind)
    for record_id in world.rng.sample(world.people, min(len(world.people), 40)):
        created_at = world.moment(90)
        reached = world.rng.randrange(len(STEPS))
        changed = world.later(created_at, most_days=10)
        members: dict[str, list[Members]] = {
            "step": [status(step, STEPS[reached])],
            "priority": picked(world, priority),
            "next_step": [{"value": "Write again next week"}] if reached else [],
        }
        past = {"step": [HistoryStep(members=status(step, STEPS[0]), since=created_at)]} if reached else None
        parent = (kind.parent_object_id, record_id)
        since = {"step": changed} if reached else {}
        seeder.seed(workspace.ids.next(), created_at, members, changed=since, past=past, parent=parent)


def seed_customers(world: World) -> None:
    """A list of companies that are customers, with their state."""
    workspace = world.workspace
    kind = new_list(workspace, "customers", "Customers", "companies")
    health = define(workspace, kind, "health", "select")
    add_choices(workspace, kind, health, HEALTH)
    define(workspace, kind, "renewal_date", "date")
    define(workspace, kind, "annual_value", "currency")
    define(workspace, kind, "account_manager", "actor-reference")
    seeder = RowSeeder(workspace=workspace, kind=kind)
    for record_id in world.rng.sample(world.companies, min(len(world.companies), 25)):
        created_at = world.moment(200)
        members: dict[str, list[Members]] = {
            "health": picked(world, health),
            "renewal_date": [{"value": f"2026-{world.rng.randint(2, 12):02d}-01"}],
            "annual_value": [{"currency_value": world.rng.randint(4, 120) * 1000, "currency_code": "USD"}],
            "account_manager": [world.member()],
        }
        seeder.seed(workspace.ids.next(), created_at, members, parent=(kind.parent_object_id, record_id))
