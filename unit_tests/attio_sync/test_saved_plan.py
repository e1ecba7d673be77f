from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from attio_sync.ui.saved_plan import SavedPlan

KEPT = SavedPlan(
    id="20260101aaaa",
    title="companies.csv → companies",
    made_at="2026-01-01T12:00:00",
    by="ada",
    digest="d",
    counts={"create": 2, "delete": 1},
    workspace_id="w",
    workspace_name="W",
    streams=[{"target": "companies"}],
    remarks=("Line 3 hidden.",),
)


def test_a_plan_comes_back_from_its_file_as_it_was() -> None:
    """Lists of the file are tuples again, and members that an earlier version lacked have their default."""
    raw = asdict(KEPT) | {"remarks": ["Line 3 hidden."], "only": []}
    del raw["skipped_cells"]

    assert KEPT == SavedPlan.parse(raw)


def test_deletions_have_to_be_typed_with_their_number() -> None:
    """A plan without any asks for no words."""
    assert ("delete 1", "") == (KEPT.word, SavedPlan.parse(asdict(KEPT) | {"counts": {"create": 2}}).word)


def test_a_time_without_a_zone_is_of_utc() -> None:
    """So that every plan has an age."""
    assert datetime(2026, 1, 1, 12, tzinfo=UTC) == KEPT.moment


@pytest.mark.parametrize(
    "member",
    [
        {"counts": {"creat": 1}},
        {"counts": {"create": "many"}},
        {"counts": None},
        {"made_at": "yesterday"},
        {"state": "lost"},
        {"streams": "s"},
        {"streams": [1]},
        {"counts": {"create": -1}},
        {"counts": {"create": 1, "mirrored": 1}},
        {"left_out": [{}]},
        {"left_out": [{"column": "Fax"}]},
        {"left_out": [{"column": "Fax", "reason": None}]},
        {"skipped": [1]},
        {"skipped": [{"row": "1", "column": "Fax", "cell": "?"}]},
        {"title": None},
        {"later": 2},
    ],
)
def test_what_no_plan_has_is_refused(member: dict[str, Any]) -> None:
    """At once, and not by the screen that comes to it first."""
    with pytest.raises((ValueError, TypeError)):
        SavedPlan.parse(asdict(KEPT) | member)
