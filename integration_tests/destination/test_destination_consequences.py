"""What a planned deletion takes along is told before: attachments, and references of others."""

from __future__ import annotations

import pytest

from destination_attio.model.change import listing
from integration_tests.destination.pointing import ROOT_AND_LEAF, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("what", "code", "told"),
    [
        ("record", "root", {"root": "1 of 'things' points at it with 'parent'."}),
        ("entry", "leaf", {"leaf": "1 of 'lists/queue' points at it with 'thing'."}),
        ("note", "leaf", {"leaf": "It has 1 note."}),
    ],
)
@pytest.mark.parametrize("most", [1, 2])
def test_what_goes_with_a_planned_deletion_is_told(
    desk: Desk, what: str, code: str, told: dict[str, str], most: int
) -> None:
    """References of others count; those from records that the plan deletes as well do not."""
    desk.pushed(ROOT_AND_LEAF)
    getattr(desk, what)(code)
    ids = desk.ids()
    plan = desk.plan(
        [{"code": code}, {"code": "leaf" if code == "root" else "root"}], "things", mode="delete"
    )
    with desk.session() as session:
        found = session.goes_with(listing(plan.changes, "delete"), most)

    assert {ids[one]: sentence for one, sentence in told.items()} == found


def test_what_the_token_may_not_read_is_not_taken_for_nothing(desk: Desk) -> None:
    """The approver reads that it is not known, and which scope would tell."""
    desk.pushed([{"code": "root"}])
    plan = desk.plan([{"code": "root"}], "things", mode="delete")
    desk.attio.add_token(desk.attio.token, scopes=["record_permission:read", "object_configuration:read"])
    with desk.session() as session:
        (found,) = session.goes_with(listing(plan.changes, "delete"), 1).values()

    assert "Whether something points at it is not known (the token lacks list_" in found
