"""What the journal keeps of an answered write."""

from typing import Any

import pytest

from attio_api.errors import AttioError
from destination_attio.engine.after_images import AfterImages
from destination_attio.engine.outcome import Image, Outcome
from destination_attio.engine.ownership import ADDED, MET
from destination_attio.model.plan import UNCLEAR, Change, FieldChange
from destination_attio.model.targets import object_target
from destination_attio.rows.operation import Operation
from destination_attio.workspace.gateways import Records
from unit_tests.destination_attio.samples import NAME, RANK

US, HIM = {"type": "api-token", "id": "us"}, {"type": "api-token", "id": "him"}
BEFORE, MADE, LATER = (f"2026-05-01T10:00:0{second}.000000000Z" for second in (0, 1, 5))
TARGET = object_target("things", {one.slug: one for one in (NAME, RANK)})


class Workspace:
    """The catalog and the client in one: a target, its gateway, and the history of values."""

    def __init__(self, history: list[Any] | None) -> None:
        self.history = history

    def by_name(self, _: str) -> Any:
        return TARGET

    def gateway(self, target: Any) -> Records:
        return Records(None, target)  # type: ignore[arg-type]  # only reads answers

    def value_history(self, *_: Any) -> list[Any]:
        if self.history is None:
            raise AttioError("Attio keeps no history of it.")
        return self.history


def value(text: Any, by: Any = US, since: str = MADE) -> list[Any]:
    return [{"value": text, "active_from": since, "active_until": None, "created_by_actor": by}]


def answer(by: Any = US, **values: Any) -> Any:
    return {
        "id": {"record_id": "r"},
        "created_at": MADE,
        "created_by_actor": by,
        "values": values,
        "web_url": "https://app.attio.com/r",
    }


def image(found: Any, *, verb: str = "upsert", before: Any = None, history: Any = None) -> Image:
    """The image of a write of the name `A`, once an answer has told who the run is."""
    place: Any = Workspace(history)
    images = AfterImages(place, place, lambda _: None)
    fields = (FieldChange(attribute="name", before=before, after="A"),)
    change = Change(
        kind="update" if verb == "update" else "create", stream="s", target="things", fields=fields
    )
    first = Operation(change=change, verb="create")
    images(Outcome(operation=first, number=1, answer=answer(name=value("A")), is_exclusive=True))
    operation = Operation(change=change, verb=verb)  # type: ignore[arg-type]  # one of its words
    return images(Outcome(operation=operation, number=2, answer=found, asked_at=BEFORE))


def test_a_record_of_the_runs_holds_what_was_sent_and_beside_it_what_attio_added() -> None:
    """A revert can tell a default value from what somebody has written since."""
    found = image(answer(name=value("A"), rank=value(1)))

    assert ("r", {"name": "A"}, {"rank": 1}) == (found.record_id, found.after, found.beside)
    assert (None, None, "https://app.attio.com/r") == (found.kind, found.reason, found.web_url)


@pytest.mark.parametrize(
    ("history", "before"), [([*value("his", HIM), *value("A", US, LATER)], {"name": "his"}), (None, {})]
)
def test_a_record_that_somebody_else_had_made_was_updated(history: Any, before: Any) -> None:
    """With the value before, as far as Attio's history tells it."""
    if history:
        history[0]["active_until"] = LATER
    found = image(answer(HIM, name=value("A", US, LATER)), history=history)

    assert ("update", MET, before, {"name": "A"}) == (found.kind, found.reason, found.before, found.after)


def test_a_record_of_the_runs_that_somebody_added_to_is_told_apart() -> None:
    """No revert deletes it."""
    assert ADDED == image(answer(name=value("A"), rank=value(1, HIM, LATER))).reason


def test_who_made_a_record_may_not_be_told() -> None:
    """Where Attio names nobody."""
    assert UNCLEAR == image(answer({}, name=value("A"))).reason


def test_a_value_that_somebody_had_set_to_the_same_is_his() -> None:
    """The run wrote nothing there, and so puts nothing back."""
    found = image(answer(name=value("A", HIM)), verb="update", before="old")
    ours = image(answer(name=value("A")), verb="update", before="old")

    assert ({}, {}) == (found.before, found.after)
    assert {"name": "A"} == ours.after


def test_a_deletion_has_no_values() -> None:
    """It has the record's id."""
    place: Any = Workspace(None)
    gone = Operation(change=Change(kind="delete", stream="s", target="things", record_id="r"), verb="delete")

    assert Image(record_id="r") == AfterImages(place, place, lambda _: None)(
        Outcome(operation=gone, number=1)
    )
