"""Things that point at each other, and a colleague who lets something of his point at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integration_tests import additions
from integration_tests.destination.office import Office

if TYPE_CHECKING:
    from destination_attio.model.plan import Report

FIELDS = [
    {"column": "code", "attribute": "code"},
    {"column": "parent", "attribute": "parent", "reference": "code"},
]
ROOT_AND_LEAF = [{"code": "root"}, {"code": "leaf", "parent": "root"}]
CIRCLE = [{"code": "root", "parent": "leaf"}, {"code": "leaf", "parent": "root"}]


class Desk(Office):
    """Things that point at each other, and a list of companies whose entries point at things."""

    def __init__(self) -> None:
        super().__init__()
        config = {"record_reference": {"allowed_objects": ["things"]}}
        self.attribute("objects/things", "parent", "record-reference", config=config)
        self.attribute("lists/queue", "thing", "record-reference", config=config)

    def pushed(self, rows: list[Any], **more: Any) -> Report:
        """A run."""
        return self.push(rows, "things", match="code", fields=FIELDS, **more)

    def ids(self) -> dict[str, str]:
        """The ids of all things, by their codes."""
        return {one["code"][0]["value"]: own for own, one in self.all("things").items()}

    def at(self, code: str) -> list[Any]:
        """A reference to a thing, as Attio has it."""
        return [{"target_object": "things", "target_record_id": self.ids()[code]}]

    def record(self, code: str) -> None:
        """The colleague makes a thing that points at another."""
        values = {"code": "his", "parent": self.at(code)}
        self.theirs("POST", "/v2/objects/things/records", {"data": {"values": values}})

    def entry(self, code: str) -> None:
        """He makes an entry that points at a thing."""
        self.theirs("POST", *additions.entry("companies", self.company(1), thing=self.at(code)))

    def note(self, code: str) -> None:
        """He writes a note on a thing."""
        self.theirs("POST", *additions.note("things", self.ids()[code]))
