"""Conflicts among the rows of one input: rival claims to one value are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk


def test_rival_claims_are_a_conflict_and_same_key_is_superseded(desk: Desk) -> None:
    """The last row of a key counts; another row with the same domain is refused, naming the first."""
    rows = [
        {"domains": ["m.example.com", "shared.example.com"], "name": "First"},
        {"domains": ["u.example.com", "shared.example.com"], "name": "Rival"},
        {"domains": "k.example.com", "name": "Old"},
        {"domains": "K.example.com", "name": "Last"},
    ]
    report = desk.push(rows)

    assert (2, 1, 1, 4) == (
        report.counts.create,
        report.counts.rejected,
        report.counts.superseded,
        report.counts.rows,
    )
    assert [["First"], ["Last"]] == desk.values("companies", "name")
    assert "Row 1 has another key" in str(report.rejected[0].reason)
