"""What a handler may ask of the emulator behind a call: the state that all workspaces share."""

from typing import Protocol

from attio_emulator.hooks.courier import Courier
from attio_emulator.hooks.deliveries import Deliveries
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
    """What Attio does by itself after a write."""

    company_linking: bool
    delay_seconds: float
    formula_seconds: float

    def touch(self, workspace: Workspace, kind: Kind, record_id: str, changed: Attribute) -> None:
        """Remember a record of which an attribute changed without an event."""


class Server(Protocol):
    """The emulator as its handlers and its control plane see it."""

    clock: Clock
    limits: Limits
    faults: Faults
    calls: CallLog
    deliveries: Deliveries
    courier: Courier
    oauth: OAuth
    switches: Switches
    tokens: dict[str, Token]
    workspaces: dict[str, Workspace]

    @property
    def echoes(self) -> Automations:
        """What Attio does by itself."""

    @property
    def workspace(self) -> Workspace:
        """The default workspace."""

    def workspace_of(self, slug: str) -> Workspace:
        """The workspace of a slug; made when there is none."""

    def adopt(self, workspace: Workspace) -> None:
        """Add a workspace."""

    def add_token(self, token: str, **changes: object) -> Token:
        """Make a token known."""

    def reset(self) -> None:
        """Begin anew."""

    def sound_echoes(self) -> None:
        """Run what Attio does by itself, as far as it is due."""
