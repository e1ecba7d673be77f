"""Makes missing select options and statuses as writes of their own: journaled, counted, undone."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from destination_attio.engine.outcome import Outcome
    from destination_attio.engine.writer import Writer
    from destination_attio.rows.operation import Operation
    from destination_attio.workspace.catalog import Catalog
    from destination_attio.workspace.options import Options


def make_titles(options: Options, operations: Sequence[Operation], catalog: Catalog, writer: Writer) -> None:
    """Make the options and statuses that the writes need; `options` learns which exist and which failed."""
    for target, making in groupby(options.to_make(operations), key=lambda one: one.change.target):
        gateway = catalog.gateway(catalog.by_name(target))
        for one in writer.write(gateway, list(making), partial(_learn, options)):
            options.refuse(one.operation.change, one.failure)


def _learn(options: Options, outcome: Outcome) -> None:
    if outcome.error is None:
        options.learn(outcome.operation.change)
