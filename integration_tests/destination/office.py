"""An office: a desk in a workspace in which a colleague works as well, and what he can add to a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integration_tests.additions import comment, entry, meeting, note, task
from integration_tests.destination.colleague import COLLEAGUE
from integration_tests.in_process import SmallDesk

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [{"name": f"Firm {one}", "domains": f"firm{one}.example.com"} for one in range(6)]


class Office(SmallDesk):
    """A desk with a colleague, who acts right before a write of the run that he is told."""

    def __init__(self) -> None:
        super().__init__()
        self.attio.add_token(COLLEAGUE)
        self.custom_object("things")
        self.attribute("objects/things", "label", "text")
        self.attribute("objects/things", "tags", "select", is_multiselect=True)
        self.list_of("queue", "companies")

    @property
    def member(self) -> str:
        """A member of the workspace, for comments."""
        return str(self.attio.api("GET", "/v2/workspace_members")["data"][0]["id"]["workspace_member_id"])

    def before_write(self, number: int, act: Callable[[], object]) -> None:
        """Let him act right before this write."""

        def heard(when: str, count: int) -> None:
            if (when, count) == ("before", number):
                self.on_write = lambda *_: None
                act()

        self.on_write = heard

    def theirs(self, method: str, path: str, body: Any = None) -> Any:
        """What the colleague does."""
        status, answer = self.attio.call(method, path, body, token=COLLEAGUE)
        assert status < 300, answer
        return answer["data"] if answer else None

    def company(self, number: int, **values: Any) -> str:
        """A company that the colleague makes."""
        given = {"domains": [f"firm{number}.example.com"], **values}
        made = self.theirs("POST", "/v2/objects/companies/records", {"data": {"values": given}})
        return str(made["id"]["record_id"])

    def all(self, slug: str) -> dict[str, Any]:
        """The records of an object, by id."""
        return {one["id"]["record_id"]: one["values"] for one in self.attio.records(slug, limit=500)}


ADDED: dict[str, Callable[[Office, str], object]] = {
    "note": lambda office, one: office.theirs("POST", *note("companies", one)),
    "task": lambda office, one: office.theirs("POST", *task("companies", one)),
    "list entry": lambda office, one: office.theirs("POST", *entry("companies", one)),
    "comment": lambda office, one: office.theirs("POST", *comment("companies", one, member=office.member)),
    "meeting": lambda office, one: office.theirs(
        "POST", *meeting("companies", one, ref=f"m-{len(office.attio.calls())}")
    ),
    "value": lambda office, one: office.theirs(
        "PATCH", f"/v2/objects/companies/records/{one}", {"data": {"values": {"description": "Mine"}}}
    ),
}
