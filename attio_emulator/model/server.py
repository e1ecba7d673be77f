"""The protocol by which handlers use the emulator: the state that all workspaces share."""

from typing import Protocol

from attio_emulator.hooks.deliveries import Deliveries
from attio_emulator.hooks.workers import DeliveryWorkers
from attio_emulator.model.call_log import CallLog
from attio_emulator.model.clock import Clock
from attio_emulator.model.faults import Faults
from attio_emulator.model.limits import Limits
from attio_emulator.model.oauth import OAuth
from attio_emulator.model.schema import Attribute, Kind
from attio_emulator.model.switches import Switches
from attio_emulator.model.tokens import Token
from attio_emulator.model.workspace import Workspace


class Automations(Protocol):
    """The settings of the automatic changes after a write."""

    company_linking: bool
    delay_seconds: float
    formula_seconds: float

    def schedule_formulas(self, workspace: Workspace, kind: Kind, record_id: str, changed: Attribute) -> None:
        """Schedule the formulas of a record whose attribute changed without an event."""


class Server(Protocol):
    """The emulator as its handlers and its control plane use it."""

    clock: Clock
    limits: Limits
    faults: Faults
    calls: CallLog
    deliveries: Deliveries
    workers: DeliveryWorkers
    oauth: OAuth
    switches: Switches
    tokens: dict[str, Token]
    workspaces: dict[str, Workspace]

    @property
    def automatic_changes(self) -> Automations:
        """The automatic changes."""

    @property
    def workspace(self) -> Workspace:
        """The default workspace."""

    def workspace_of(self, slug: str) -> Workspace:
        """The workspace of a slug or id; a new one where there is none."""

    def adopt(self, workspace: Workspace) -> None:
        """Add a workspace."""

    def add_token(self, token: str, **changes: object) -> Token:
        """Add a token."""

    def reset(self) -> None:
        """Begin anew."""

    def run_automatic_changes(self) -> None:
        """Make the automatic changes that are due."""
