"""What Attio does by itself after a write, on demand: the company of a person's e-mail address.

Off until switched on. A person who was saved with an address and has no company gets the one of that domain
a moment later, made if need be, by the system. Addresses at free-mail providers are left alone: a guess.
"""

from dataclasses import dataclass, field

from attio_emulator.clock import BILLION
from attio_emulator.schema import ObjectType
from attio_emulator.tables import Row
from attio_emulator.wire import JsonObject
from attio_emulator.workspace import SYSTEM, Workspace
from attio_emulator.writing import Write, create, never, update

FREE_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de"}
)
DELAY_SECONDS = 0.3


@dataclass(kw_only=True)
class Echoes:
    """Which echoes there are, and those to come."""

    company_linking: bool = False
    delay_seconds: float = DELAY_SECONDS
    due: list[tuple[int, str, str]] = field(default_factory=list)

    def hear(self, workspace: Workspace, event: JsonObject, now: int) -> None:
        """Remember a person that was saved, to be looked at a moment later."""
        ids = event["id"]
        saved = event["event_type"] in {"record.created", "record.updated"} and isinstance(ids, dict)
        if not self.company_linking or not saved or event["actor"] == SYSTEM:
            return
        if ids["object_id"] == workspace.object("people").id:  # type: ignore[index, call-overload]  # an event's ids
            at = now + round(self.delay_seconds * BILLION)
            self.due.append((at, workspace.id, str(ids["record_id"])))  # type: ignore[index, call-overload]  # an event's ids

    def next_due(self) -> int | None:
        """When the next echo sounds."""
        return min((at for at, _, _ in self.due), default=None)

    def sound(self, workspaces: dict[str, Workspace], now: int) -> None:
        """Do what is due."""
        ripe = [each for each in self.due if each[0] <= now]
        self.due = [each for each in self.due if each[0] > now]
        for _, workspace_id, record_id in ripe:
            workspace = workspaces.get(workspace_id)
            person = None if workspace is None else workspace.object("people").table.rows.get(record_id)
            if workspace is not None and person is not None:
                link_company(workspace, person)


def link_company(workspace: Workspace, person: Row) -> None:
    """Give a person without a company that of the first address."""
    addresses = person.values.get("email_addresses", [])
    if person.values.get("company") or not addresses:
        return
    root = str(addresses[0]["email_root_domain"])
    if root in FREE_MAIL:
        return
    company = workspace.find_by_unique(workspace.object("companies"), "domains", root)
    if company is None:
        company = create(as_system(workspace, workspace.object("companies")), {"domains": [root]})
    link: JsonObject = {"target_object": "companies", "target_record_id": company.id}
    update(as_system(workspace, workspace.object("people")), person, {"company": link}, never)


def as_system(workspace: Workspace, kind: ObjectType) -> Write:
    """A write of Attio's own."""
    return Write(workspace=workspace, kind=kind, now=workspace.clock.tick(), actor=SYSTEM)
