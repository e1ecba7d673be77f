"""The seed `light`: a chosen number of records of about a kilobyte, for benchmarks.

They are of one custom object, `readings`, that has nothing but a name.
"""

from collections.abc import Mapping

from attio_emulator.contract.refusals import bad_value
from attio_emulator.contract.wire import Json
from attio_emulator.model.workspace import Workspace
from attio_emulator.seeds.kinds import define, new_object
from attio_emulator.seeds.records import RowSeeder
from attio_emulator.seeds.world import plan

USUAL = 1_000


def light(workspace: Workspace, options: Mapping[str, Json]) -> None:
    """Make the object and its records."""
    count = options.get("readings", USUAL)
    if set(options) - {"readings"} or isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise bad_value('This seed has one option, "readings": how many there are.', ["readings"])
    world = plan(workspace, dict.fromkeys(("companies", "people", "deals", "projects"), 0))
    kind = new_object(workspace, "readings", "Reading", "Readings")
    define(workspace, kind, "name", "text")
    seeder = RowSeeder(workspace=workspace, kind=kind, small=False)
    for number in range(1, count + 1):
        seeder.seed(workspace.ids.next(), world.moment(), {"name": [{"value": f"Reading {number}"}]})
