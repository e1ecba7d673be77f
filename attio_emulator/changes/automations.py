"""Changes that Attio makes automatically after a write: it links people to companies, and computes formulas.

Linking is off until `company_linking` is set. A moment after a person without a company was saved with an
e-mail address, the system links the company of the address's domain, and makes it where there is none. That
free-mail providers are excepted is a guess. Formulas are computed anew a second after a part changed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeAlias

from attio_emulator.changes.formulas import depending, recompute
from attio_emulator.changes.writing import Write, create, never, update
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.clock import BILLION
from attio_emulator.model.schema import Attribute, Kind, ObjectType
from attio_emulator.model.tables import Row
from attio_emulator.model.workspace import SYSTEM, Workspace

FREE_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de"}
)
DELAY_SECONDS = 0.3
FORMULA_SECONDS = 1.0
SAVED = frozenset({"record.created", "record.updated", "record.merged"})
AutomaticChange: TypeAlias = Callable[[Workspace], None]


@dataclass(kw_only=True)
class AutomaticChanges:
    """Switches and delays of the automatic changes, and those due: (time, order, workspace, change)."""

    company_linking: bool = False
    delay_seconds: float = DELAY_SECONDS
    formula_seconds: float = FORMULA_SECONDS
    due: list[tuple[int, int, str, AutomaticChange]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def schedule(self, workspace: Workspace, event: JsonObject) -> None:
        """Schedule the changes that follow from a saved record."""
        if event["event_type"] not in SAVED:
            return
        ids: Any = event["id"]
        kind, record_id = workspace.objects[ids["object_id"]], ids["record_id"]
        for attribute in depending(kind, ids.get("attribute_id")):
            self._compute_later(workspace, kind, record_id, attribute)
        merged = event["event_type"] == "record.merged"
        if self.company_linking and kind.slug == "people" and event["actor"] != SYSTEM and not merged:
            self._later(workspace, self.delay_seconds, partial(link_company, record_id=record_id))

    def schedule_formulas(self, workspace: Workspace, kind: Kind, record_id: str, changed: Attribute) -> None:
        """Schedule the formulas of a record whose attribute changed without an event."""
        if isinstance(kind, ObjectType):
            for attribute in depending(kind, changed.attribute_id):
                self._compute_later(workspace, kind, record_id, attribute)

    def _compute_later(
        self, workspace: Workspace, kind: ObjectType, record_id: str, formula: Attribute
    ) -> None:
        change = partial(compute, kind=kind, record_id=record_id, formula=formula)
        self._later(workspace, self.formula_seconds, change)

    def _later(self, workspace: Workspace, seconds: float, change: AutomaticChange) -> None:
        at = workspace.clock.now_ns() + round(seconds * BILLION)
        heappush(self.due, (at, next(self.order), workspace.id, change))

    def next_due(self) -> int | None:
        """The time of the next scheduled change, or None."""
        return self.due[0][0] if self.due else None

    def run_due(self, workspaces: dict[str, Workspace], now: int) -> None:
        """Make the changes that are due; changes that follow from them are scheduled for later."""
        while self.due and self.due[0][0] <= now:
            _, _, workspace_id, change = heappop(self.due)
            if workspace_id in workspaces:
                change(workspaces[workspace_id])


def compute(workspace: Workspace, *, kind: ObjectType, record_id: str, formula: Attribute) -> None:
    """Compute a formula of a record; does nothing if the record or its object was deleted meanwhile."""
    row = kind.table.rows.get(record_id)
    if row is not None and kind.id in workspace.objects:
        recompute(workspace, kind, row, formula, silent=False)


def link_company(workspace: Workspace, *, record_id: str) -> None:
    """Link a person without a company to the company of the first e-mail address's domain."""
    person = workspace.object("people").table.rows.get(record_id)
    root = "" if person is None else unlinked_root_domain(person)
    if person is None or root in {"", *FREE_MAIL}:
        return
    company = workspace.find_by_unique(workspace.object("companies"), "domains", root)
    if company is None:
        company = create(as_system(workspace, workspace.object("companies")), {"domains": [root]})
    link: JsonObject = {"target_object": "companies", "target_record_id": company.id}
    update(as_system(workspace, workspace.object("people")), person, {"company": link}, never)


def unlinked_root_domain(person: Row) -> str:
    """The root domain of a person's first address; empty without an address and with a company."""
    addresses = person.values.get("email_addresses", [])
    return "" if person.values.get("company") or not addresses else str(addresses[0]["email_root_domain"])


def as_system(workspace: Workspace, kind: ObjectType) -> Write:
    """A write whose actor is the system."""
    return Write(workspace=workspace, kind=kind, now=workspace.clock.tick(), actor=SYSTEM)
