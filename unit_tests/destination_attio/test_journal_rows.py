"""The journal's rows, to its tables and back."""

from typing import Any

import pytest

from destination_attio.model.plan import Change, FieldChange
from destination_attio.storage.journal_rows import (
    CHANGE_COLUMNS,
    JournalError,
    RunFacts,
    Settlement,
    change_row,
    read_change,
    read_run,
)

CHANGE = Change(
    kind="update",
    stream="s",
    target="companies",
    key={"domains": ["a.example.com"]},
    row_number=3,
    record_id="r",
    fields=(FieldChange(attribute="name", before=None, after="A"),),
    name="A",
)


def row(**changes: Any) -> tuple[Any, ...]:
    """A row of the table `changes`, as the database gives it."""
    held = {
        **change_row("r1", 7, CHANGE, "2026-01-01"),
        "key": '{"domains": ["a.example.com"]}',
        "before": '{"name": null}',
        "after": '{"name": "A"}',
        "beside": None,
        "asked_at": None,
        **changes,
    }
    return tuple(held[one.partition("::")[0]] for one in CHANGE_COLUMNS)


def test_a_change_is_read_as_it_was_journaled() -> None:
    """It is intended until its outcome is known."""
    found = read_change(row())

    assert (CHANGE, 7, "intended") == (found.change, found.change_no, found.status)
    assert ("r1", {}, "") == (found.run_id, found.beside, found.asked_at)


def test_a_value_whose_past_was_not_known_is_not_taken_for_empty() -> None:
    """A before-image that lacks the attribute says nothing of it."""
    lacking, empty = read_change(row(before="{}")), read_change(row())

    assert [False, True] == [one.change.fields[0].is_known for one in (lacking, empty)]


@pytest.mark.parametrize("damage", [{"after": "{"}, {"kind": "merge"}, {"key": "[1"}, {"before": "[1]"}])
def test_what_no_run_writes_is_a_damaged_journal(damage: dict[str, Any]) -> None:
    """It says which change of which run cannot be read."""
    with pytest.raises(JournalError, match="change 7 of run r1"):
        read_change(row(**damage))


def test_a_run_of_an_older_journal_has_no_actors_yet() -> None:
    """What a version did not write is empty, and not wrong."""
    found = read_run(("r1", "push", "t", None, "running", "w", "W", "companies", None, *[None] * 6))

    assert ((), RunFacts(), 0) == (found.actors, found.about, found.counts.rows)


def test_an_outcome_has_a_member_for_each_column() -> None:
    """A member that is not given is null there, which leaves what was intended."""
    told = Settlement(change_no=1, status="written", record_id="r").to_json()

    assert ("r", None) == (told["record_id"], told["after"])
    assert {"change_no", "status", "before", "asked_at"} < set(told)
