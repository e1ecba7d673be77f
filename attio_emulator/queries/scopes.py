"""The place in a filter that is being read: the kind of rows, the keys that lead there, the depth."""

from dataclasses import dataclass
from typing import TypeAlias

from attio_emulator.contract.refusals import refuse
from attio_emulator.model.schema import Kind
from attio_emulator.model.workspace import Workspace

Path: TypeAlias = tuple[str, ...]
DEEPEST = 50


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where a filter is being read: of what kind of rows, and how deep."""

    workspace: Workspace
    kind: Kind
    path: Path = ()

    def within(self, *keys: str) -> "Scope":
        """The same, further in."""
        if len(self.path) > DEEPEST:
            raise refuse("filter_error", "The filter is nested too deeply.", path=self.path)
        return Scope(workspace=self.workspace, kind=self.kind, path=(*self.path, *keys))

    def of(self, kind: Kind) -> "Scope":
        """The same place, for rows of another kind."""
        return Scope(workspace=self.workspace, kind=kind, path=self.path)
