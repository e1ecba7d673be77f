"""An office: a desk in a workspace in which a colleague works as well, and what he can add to a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integration_tests.in_process import SmallDesk

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [{"name": f"Firm {one}", "domains": f"firm{one}.example.com"} for one in range(6)]
COLLEAGUE = "colleague-token"


class Office(SmallDesk):
    """A desk with a colleague, who acts right before a write of the run that he is told."""

    def __init__(self) -> None:
        super().__init__()
        self.attio.add_token(COLLEAGUE)
        self.attio.api("POST", "/v2/objects", {"data": names("things")})
        self.attribute("objects/things", "code", "text", is_unique=True)
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


def names(slug: str) -> dict[str, str]:
    return {"api_slug": slug, "singular_noun": slug, "plural_noun": f"{slug}s"}


ADDED: dict[str, Callable[[Office, str], object]] = {
    "note": lambda office, one: office.theirs(
        "POST",
        "/v2/notes",
        {
            "data": {
                "parent_object": "companies",
                "parent_record_id": one,
                "title": "t",
                "format": "plaintext",
                "content": "c",
            }
        },
    ),
    "task": lambda office, one: office.theirs(
        "POST",
        "/v2/tasks",
        {
            "data": {
                "content": "c",
                "format": "plaintext",
                "deadline_at": None,
                "is_completed": False,
                "assignees": [],
                "linked_records": [{"target_object": "companies", "target_record_id": one}],
            }
        },
    ),
    "list entry": lambda office, one: office.theirs(
        "POST",
        "/v2/lists/queue/entries",
        {"data": {"parent_object": "companies", "parent_record_id": one, "entry_values": {}}},
    ),
    "comment": lambda office, one: office.theirs(
        "POST",
        "/v2/comments",
        {
            "data": {
                "format": "plaintext",
                "content": "c",
                "author": {"type": "workspace-member", "id": office.member},
                "record": {"object": "companies", "record_id": one},
            }
        },
    ),
    "meeting": lambda office, one: office.theirs(
        "POST",
        "/v2/meetings",
        {
            "data": {
                "title": "t",
                "description": "",
                "is_all_day": False,
                "start": {"datetime": "2026-05-01T10:00:00", "timezone": "UTC"},
                "end": {"datetime": "2026-05-01T11:00:00", "timezone": "UTC"},
                "participants": [
                    {"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}
                ],
                "linked_records": [{"object": "companies", "record_id": one}],
                "external_ref": f"m-{len(office.attio.calls())}",
            }
        },
    ),
    "value": lambda office, one: office.theirs(
        "PATCH", f"/v2/objects/companies/records/{one}", {"data": {"values": {"description": "Mine"}}}
    ),
}
