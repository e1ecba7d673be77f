"""By which attributes the record of a row is found, and what modes make of those that are found or not."""

from __future__ import annotations

from integration_tests.destination.desk import COMPANIES, Desk


def test_two_records_match_one_row(desk: Desk) -> None:
    """An ambiguous match is refused, never guessed."""
    desk.push([{"domains": "a.example.com", "name": "A"}, {"domains": "b.example.com", "name": "B"}])
    report = desk.push([{"domains": ["a.example.com", "b.example.com"], "name": "Both"}])

    assert ("rejected", "multiple_match_results") == (report.rejected[0].kind, report.rejected[0].code)


def test_update_mode_never_creates_and_create_mode_never_updates(desk: Desk) -> None:
    """Rows without (or with) a record are refused by the modes that must not make (or change) one."""
    desk.push(COMPANIES[:1])
    updated = desk.push([{**COMPANIES[0], "name": "New"}, COMPANIES[1]], mode="update")
    created = desk.push([{**COMPANIES[0], "name": "Newer"}, COMPANIES[1]], mode="create")

    assert (1, 1) == (updated.counts.update, updated.counts.rejected)
    assert (1, 1) == (created.counts.create, created.counts.rejected)
    assert [["Beta"], ["New"]] == desk.values("companies", "name")


def test_match_by_record_id(desk: Desk) -> None:
    """Rows may name the record itself; an id that does not exist is refused."""
    made = desk.attio.create_record("companies", {"name": "Old", "domains": ["a.example.com"]})
    record_id = made["id"]["record_id"]
    lost = "00000000-0000-4000-8000-000000000000"
    report = desk.push(
        [{"record_id": record_id, "name": "New"}, {"record_id": lost, "name": "No"}], match="record_id"
    )

    assert (1, 1) == (report.counts.update, report.counts.rejected)
    assert [["New"]] == desk.values("companies", "name")


def test_match_by_any_attribute_and_by_several(desk: Desk) -> None:
    """Attributes that are not unique are looked up first; together they make a composite key."""
    rows = [
        {"name": "Deal", "description": "north", "domains": "n.example.com"},
        {"name": "Deal", "description": "south", "domains": "s.example.com"},
    ]
    desk.push(rows)
    ambiguous = desk.push([{"name": "Deal", "description": "east"}], match="name")
    exact = desk.push(
        [{"name": "Deal", "description": "north", "domains": "nn.example.com"}], match=["name", "description"]
    )
    fresh = desk.push([{"name": "Other"}], match="name")

    assert (1, 1, 1) == (ambiguous.counts.rejected, exact.counts.update, fresh.counts.create)
