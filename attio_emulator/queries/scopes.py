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
    """The place of a filter that is being read: its kind of rows, and its path in the body."""

    workspace: Workspace
    kind: Kind
    path: Path = ()

    def within(self, *keys: str) -> "Scope":
        """The scope at a deeper place; refused where the filter is nested too deeply."""
        if len(self.path) > DEEPEST:
            raise refuse("filter_error", "The filter is nested too deeply.", path=self.path)
        return Scope(workspace=self.workspace, kind=self.kind, path=(*self.path, *keys))

    def of(self, kind: Kind) -> "Scope":
        """The same place, for rows of another kind."""
        return Scope(workspace=self.workspace, kind=kind, path=self.path)
