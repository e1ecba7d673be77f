"""Notes and tasks that are there already."""

from types import SimpleNamespace
from typing import Any

from destination_attio.model.targets import NOTES, TASKS
from destination_attio.rows.sameness import sameness
from destination_attio.workspace.existing_notes import ExistingNotes
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.destination_attio.one_gateway import OneGateway


def note(record: str, text: str) -> dict[str, Any]:
    return {"parent_record": {"object": "people", "record_id": record}, "title": text, "content": text}


def row(values: dict[str, Any]) -> Any:
    return SimpleNamespace(values=values)


def existing(gateway: OneGateway) -> ExistingNotes:
    return ExistingNotes(gateway, AtOnce())  # type: ignore[arg-type]  # a stand-in


def test_a_note_is_looked_for_at_its_parent() -> None:
    """Once for each parent; what was made since is known without another question."""
    gateway = OneGateway(NOTES, n1=note("p1", "a"), n2=note("p2", "b"))
    notes = existing(gateway)
    found = notes.find([row(note("p1", "a")), row(note("p1", "new"))])
    asked = len(gateway.asked)
    notes.remember({"id": "n3", **note("p1", "new")})
    again = notes.find([row(note("p1", "a")), row(note("p1", "new"))])

    assert {sameness(NOTES, note("p1", "a")): "n1"} == found
    assert {"n1", "n3"} == set(again.values())
    assert asked == len(gateway.asked) == sum(one is not None for one in gateway.asked)


def test_after_a_lost_answer_it_is_asked_anew() -> None:
    """What the write may have added is found then."""
    gateway = OneGateway(NOTES)
    notes = existing(gateway)
    before = notes.find([row(note("p1", "a"))])
    gateway.records["n1"] = note("p1", "a")
    notes.reread()

    assert ({}, {"n1"}) == (before, set(notes.find([row(note("p1", "a"))]).values()))


def test_tasks_are_read_all_at_once() -> None:
    """Attio lists them by no record."""
    task = {"content": "Call", "linked_records": [{"object": "people", "record_id": "p1"}]}
    gateway = OneGateway(TASKS, t1=task)

    assert {"t1"} == set(existing(gateway).find([row(task)]).values())
    assert {None} == set(gateway.asked)
