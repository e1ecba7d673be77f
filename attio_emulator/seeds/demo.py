"""The seed `demo`: a lifelike CRM of any size, the same for the same options."""

from collections.abc import Mapping

from attio_emulator.contract.wire import Json
from attio_emulator.model.workspace import Workspace
from attio_emulator.seeds.companies import seed_companies, seed_people
from attio_emulator.seeds.deals import define_projects, seed_deals, seed_projects
from attio_emulator.seeds.lists import seed_customers, seed_outreach
from attio_emulator.seeds.notes_and_tasks import seed_comments, seed_meetings, seed_notes, seed_tasks
from attio_emulator.seeds.world import plan


def demo(workspace: Workspace, options: Mapping[str, Json]) -> None:
    """Companies, people, deals with their stages, projects, two lists, notes, tasks, comments, meetings."""
    world = plan(workspace, options)
    projects = define_projects(workspace)
    seed_companies(world)
    seed_people(world)
    seed_deals(world)
    seed_projects(world, projects)
    seed_outreach(world)
    seed_customers(world)
    seed_notes(world)
    seed_tasks(world)
    seed_comments(world)
    seed_meetings(world)
