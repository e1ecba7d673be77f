"""Examines the cells of rows before a push: which columns are not empty, and how cells are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_api.values import is_empty
from destination_attio.rows.cells.evidence import Evidence, needs_evidence
from destination_attio.rows.cells.reading import content
from destination_attio.rows.columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.attributes import Attribute
    from attio_sync.rows.rows import Rows

_LOOKED_AT: Final = 200
"""Rows of a warehouse that are examined, unless a column is empty so far; of a file all are."""
_SAMPLES: Final = 50


def columns_of(rows: Rows) -> tuple[Column, ...]:
    """Each column with the number of its non-empty cells, and its first different values."""
    filled = dict.fromkeys(rows.columns, 0)
    samples: dict[str, dict[str, object]] = {name: {} for name in rows.columns}
    for number, row in enumerate(rows.read()):
        if number >= _LOOKED_AT and not rows.is_written and (rows.filled or all(filled.values())):
            break
        for name, value in row.items():
            if name not in filled or is_empty(value):
                continue
            filled[name] += 1
            if len(samples[name]) < _SAMPLES and content(value) is not None:
                samples[name].setdefault(str(value), value)
    filled = rows.filled() if rows.filled else filled
    return tuple(
        Column(name=name, filled=count, samples=tuple(samples[name].values()))
        for name, count in filled.items()
    )


def evidence_of(rows: Rows, wanted: Mapping[str, Attribute]) -> dict[str, Evidence]:
    """The evidence on how these columns are written, for the attributes they go to."""
    found = {
        name: Evidence(attribute=attribute)
        for name, attribute in wanted.items()
        if needs_evidence(attribute) and name in rows.columns
    }
    if found:
        for row in rows.read():
            for name, evidence in found.items():
                if name in row:
                    evidence.see(row[name])
    return found
