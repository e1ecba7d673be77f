"""The seed `demo`: a lifelike CRM of any size, the same for the same options."""

from collections.abc import Mapping

from attio_emulator.contract.wire import Json
from attio_emulator.model.workspace import Workspace
from attio_emulator.seeds.companies import sow_companies, sow_people
from attio_emulator.seeds.deals import define_projects, sow_deals, sow_projects
from attio_emulator.seeds.lists import sow_customers, sow_outreach
from attio_emulator.seeds.notes_and_tasks import hang_comments, hang_meetings, hang_notes, hang_tasks
from attio_emulator.seeds.world import plan


def demo(workspace: Workspace, options: Mapping[str, Json]) -> None:
    """Companies, people, deals with their stages, projects, two lists, notes, tasks, comments, meetings."""
    world = plan(workspace, options)
    projects = define_projects(workspace)
    sow_companies(world)
    sow_people(world)
    sow_deals(world)
    sow_projects(world, projects)
    sow_outreach(world)
    sow_customers(world)
    hang_notes(world)
    hang_tasks(world)
    hang_comments(world)
    hang_meetings(world)
