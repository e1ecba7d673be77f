"""A batch of rows while it is decided, and the changes that describe its rows; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from destination_attio.model.plan import FieldChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Executor

    from destination_attio.engine.deferral import Address, Deferrals, Want
    from destination_attio.model.current import Current
    from destination_attio.model.plan import Change
    from destination_attio.model.skipped import Skipped
    from destination_attio.rows.binding import Binding
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.operation import Operation
    from destination_attio.storage.scratch import Scratch
    from destination_attio.workspace.gateways import Gateway
    from destination_attio.workspace.options import Options
    from destination_attio.workspace.references import References
    from destination_attio.workspace.snapshot import Snapshot

Numbered = tuple[int, "Mapping[str, Any]"]


@dataclass(kw_only=True)
class Batch:
    """One batch: rows that are still undecided, and the changes of those that are decided.

    `wants` are the missing records that rows wait for, by row number.
    """

    rows: list[Desired] = field(default_factory=list)
    refused: list[tuple[Change, Mapping[str, Any]]] = field(default_factory=list)
    superseded: list[Change] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    stubs: list[Address] = field(default_factory=list)
    wants: dict[int, list[Want]] = field(default_factory=dict)
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def list_skipped(self) -> None:
        """List the skipped cells of the rows that are now decided."""
        for row in self.rows:
            if row.skipped and row.row_number not in self.wants:
                self.skipped += row.skipped


@dataclass(frozen=True, kw_only=True)
class Tools:
    """The parts that a stream's pipeline uses; `is_rehearsed` in a dry run."""

    binding: Binding
    gateway: Gateway
    snapshot: Snapshot
    complete: Snapshot
    options: Options
    references: References
    scratch: Scratch
    pool: Executor
    waiting: Deferrals
    rows_expected: int | None = None
    is_rehearsed: bool = False


def told(batch: Batch, binding: Binding) -> list[Change]:
    """The batch's changes for a plan, with the rows behind them and the rows that need no write."""
    written = [(one.change, one.row.row if one.row else {}) for one in batch.operations]
    changes = [replace(change, row=binding.reads(row)) for change, row in written + batch.refused]
    return changes + batch.superseded


def deletion_fields(image: Current, binding: Binding) -> tuple[FieldChange, ...]:
    """The values that a deletion removes, one field change per attribute."""
    own = binding.target.id_attribute
    return tuple(
        FieldChange(attribute=slug, before=value, after=None)
        for slug, value in image.values.items()
        if slug != own and value not in (None, [])
    )


def distinct(groups: Iterable[Iterable[Current]]) -> list[Current]:
    """Each record once, in the order found."""
    return list({one.record_id: one for group in groups for one in group}.values())
