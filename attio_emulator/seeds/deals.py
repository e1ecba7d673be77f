"""Generated deals and projects."""

from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.schema import Attribute, ObjectType
from attio_emulator.model.workspace import Workspace
from attio_emulator.seeds.companies import company_name, picked, references
from attio_emulator.seeds.kinds import add_choices, define, new_object
from attio_emulator.seeds.records import HistoryStep, Members, RowSeeder
from attio_emulator.seeds.world import World

BILLABLE = 0.7
RATED = 0.5
PLANS = ("Starter", "Team", "Business", "Rollout", "Pilot", "Renewal")
COURSES = (("Lead",), ("Lead", "In Progress"), ("Lead", "In Progress", "Won 🎉"), ("Lead", "Lost"))
EUROS: JsonObject = {"default_currency_code": "EUR", "display_type": "symbol"}
CUSTOMER: JsonObject = {
    "object": "companies",
    "title": "Projects",
    "api_slug": "projects",
    "is_multiselect": True,
}
TAGS = ("Migration", "Training", "Integration", "Support", "On-site")
PROJECT_EXTRAS = {
    "lead": "actor-reference",
    "kick_off": "date",
    "last_sync_at": "timestamp",
    "satisfaction": "rating",
    "is_billable": "checkbox",
    "estimated_hours": "number",
    "site": "location",
}
SPRINTS = ("Planned", "Running", "Delivered")


def status(attribute: Attribute, title: str) -> Members:
    """A status by its title."""
    return {"status": next(each for each in attribute.statuses.values() if each["title"] == title)}


def seed_deals(world: World) -> None:
    """Make the deals, each with the history of its stages."""
    kind = world.workspace.object("deals")
    stage = kind.by_slug["stage"]
    seeder = RowSeeder(workspace=world.workspace, kind=kind)
    for number, record_id in enumerate(world.deals):
        moments = [world.moment()]
        course = world.rng.choice(COURSES)
        for _ in course[1:]:
            moments.append(world.later(moments[-1]))
        members = deal(world, number)
        members["stage"] = [status(stage, course[-1])]
        before = [
            HistoryStep(members=status(stage, title), since=since)
            for title, since in zip(course[:-1], moments[:-1], strict=True)
        ]
        past = {"stage": before} if before else None
        seeder.seed(record_id, moments[0], members, changed={"stage": moments[-1]}, past=past)


def deal(world: World, number: int) -> dict[str, list[Members]]:
    """The values of one deal, without its stage."""
    company = world.deal_company[number]
    name = company_name(company)[0] if company >= 0 else "Somebody"
    buyers = [world.people[each] for each in world.deal_people[number]]
    return {
        "name": [{"value": f"{name}: {world.rng.choice(PLANS)}"}],
        "owner": [world.member()],
        "value": [{"currency_value": world.rng.randint(2, 240) * 500, "currency_code": "USD"}],
        "associated_people": references("people", buyers),
        "associated_company": references("companies", world.companies[company : company + 1]),
    }


def define_projects(workspace: Workspace) -> ObjectType:
    """A custom object with an attribute of most types, tied to companies."""
    kind = new_object(workspace, "projects", "Project", "Projects")
    define(workspace, kind, "name", "text", is_required=True)
    define(workspace, kind, "project_code", "text", is_unique=True)
    add_choices(workspace, kind, define(workspace, kind, "stage", "status"), SPRINTS)
    define(workspace, kind, "budget", "currency", config={"currency": EUROS})
    add_choices(workspace, kind, define(workspace, kind, "tags", "select", is_multiselect=True), TAGS)
    define(workspace, kind, "customer", "record-reference", relationship=CUSTOMER)
    for slug, type_ in PROJECT_EXTRAS.items():
        define(workspace, kind, slug, type_)
    return kind


def seed_projects(world: World, kind: ObjectType) -> None:
    """Make the projects."""
    seeder = RowSeeder(workspace=world.workspace, kind=kind)
    rng = world.rng
    for number, record_id in enumerate(world.projects):
        created_at = world.moment()
        company = world.project_company[number]
        name = company_name(company)[0] if company >= 0 else "Internal"
        members: dict[str, list[Members]] = {
            "name": [{"value": f"{name} onboarding"}],
            "project_code": [{"value": f"PRJ-{number + 1:04d}"}],
            "stage": [status(kind.by_slug["stage"], rng.choice(SPRINTS))],
            "budget": [{"currency_value": rng.randint(5, 90) * 1000, "currency_code": "EUR"}],
            "tags": picked(world, kind.by_slug["tags"], 3),
            "customer": references("companies", world.companies[company : company + 1]),
            "lead": [world.member()],
            "kick_off": [{"value": world.later(created_at)[:10]}],
            "last_sync_at": [{"value": world.later(created_at)}],
            "is_billable": [{"value": rng.random() < BILLABLE}],
            "estimated_hours": [{"value": rng.randint(2, 80) * 4}],
        }
        if rng.random() < RATED:
            members["satisfaction"] = [{"value": rng.randint(0, 5)}]
        seeder.seed(record_id, created_at, members)
