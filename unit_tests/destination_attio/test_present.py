"""What Attio holds of a run's records before they are undone."""

from types import SimpleNamespace
from typing import Any

from destination_attio.engine.present import present
from destination_attio.model.targets import TASKS
from unit_tests.destination_attio.bindings import target
from unit_tests.destination_attio.one_gateway import OneGateway

SYSTEM = {"value": "found", "created_by_actor": {"type": "system"}}
HIS = {"value": "his", "created_by_actor": {"type": "workspace-member"}}


class Writers:
    """Notes whose values it is shown."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    def note(self, _: str, raws: list[Any]) -> None:
        self.noted += [raw["id"] for raw in raws]


def looked_at(gateway: OneGateway, *ids: str) -> tuple[dict[str, Any], list[str]]:
    tools = SimpleNamespace(gateway=gateway)
    push: Any = SimpleNamespace(
        pipeline=SimpleNamespace(tools=tools, binding=SimpleNamespace(target=gateway.target))
    )
    writers: Any = Writers()
    return present(push, ids, writers), writers.noted


def test_records_come_without_what_no_person_wrote() -> None:
    """Attio's own enrichment is nobody's change; who wrote the rest is noted, also of enriched values."""
    gateway = OneGateway(target(), r1={"values": {"name": [SYSTEM, HIS]}}, r2={"values": {"name": []}})
    found, noted = looked_at(gateway, "r1", "r2", "gone")

    assert {"r1": [HIS], "r2": []} == {one: held.values["values"]["name"] for one, held in found.items()}
    assert ["r1", "r2"] == noted


def test_tasks_are_asked_for_one_by_one() -> None:
    """Attio has no filter for them."""
    gateway = OneGateway(TASKS, t1={"content": "Call"})
    found, _ = looked_at(gateway, "t1", "gone")

    assert (["t1"], []) == (list(found), gateway.asked)


def test_no_record_is_no_question() -> None:
    """A part may have nothing but what is gone."""
    gateway = OneGateway(target(), r1={})

    assert (({}, []), []) == (looked_at(gateway), gateway.asked)
