"""The outcome of a push or revert as `--json` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from destination_attio.model.plan import Report


def outcome(report: Report) -> dict[str, Any]:
    """The outcome as JSON."""
    return {
        "run_id": report.run_id,
        "counts": report.counts.to_json() | {"rows": report.counts.rows},
        "rejected": [one.to_json() for one in report.rejected],
        "conflicts": [one.to_json() for one in report.conflicts],
        "superseded": [one.to_json() for one in report.superseded],
        "skipped": [one.to_json() for one in report.skipped],
        "skipped_cells": report.skipped_cells,
        "left_out": list(report.left_out),
        "remarks": list(report.remarks),
        "dropped": [one.to_json() for one in report.dropped],
        "remaining": [one.to_json() for one in report.remaining],
        "met": [one.to_json() for one in report.met],
        "overwritten": [one.to_json() for one in report.overwritten],
        "duplicates": [one.to_json() for one in report.duplicates],
        "renamed": list(report.renamed),
        "stopped_at": report.stopped_at.to_json() if report.stopped_at else None,
        "rejects_path": report.rejects_path,
        "reads": report.reads,
        "writes": report.writes,
        "seconds": round(report.seconds, 3),
    }
