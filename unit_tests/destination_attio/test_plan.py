"""Plans as data: saved, read again, counted."""

import pytest

from destination_attio.model.plan import Change, Counts, FieldChange, Plan, PlanError, dumps, loads

CHANGES = (
    Change(
        kind="update",
        stream="s",
        target="companies",
        key={"domains": ["a.example.com"]},
        row_number=1,
        record_id="r",
        fields=(FieldChange(attribute="name", before=None, after={"deep": [1, "é"]}),),
    ),
    Change(
        kind="rejected", stream="s", target="companies", row_number=2, reason="No.", remedy="Do.", code="c"
    ),
    Change(kind="superseded", stream="s", target="companies", row_number=3),
    Change(kind="delete", stream="s", target="lists/sales", record_id="e", parent_record_id="p"),
)
PLAN = Plan(
    changes=CHANGES,
    unchanged=7,
    mirrored=1,
    workspace_id="w",
    workspace_name="W",
    made_at="now",
    attributes={"companies": {"name": "1"}},
    goes_with={"e": "It has 1 comment."},
    origin={"file": "/firms.csv", "size": 7, "written": "2026-01-02T03:04:05+00:00"},
)

SAVED = dumps(PLAN)


def test_saved_plan_is_the_same_plan() -> None:
    """What is saved is what is read."""
    assert PLAN == loads(dumps(PLAN))


def test_every_row_is_counted_once() -> None:
    """Rows are written, unchanged, rejected or superseded; a mirror's deletions are not rows."""
    counts = PLAN.counts

    assert (10, 2, 7, 1, 1) == (
        counts.rows,
        counts.written,
        counts.unchanged,
        counts.rejected,
        counts.superseded,
    )
    assert Counts(update=2, unchanged=8) == Counts(update=1, unchanged=8) + Counts(update=1)


def test_actions_are_what_costs_a_write() -> None:
    """Rejected and superseded rows cost nothing."""
    assert ["update", "delete"] == [change.kind for change in PLAN.actions]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1}',
        SAVED.replace('"kind":"update"', '"kind":"explode"'),
        SAVED.replace('"size": 7', '"size": "7"'),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(text: str) -> None:
    """Anything else than a plan of this version is refused."""
    with pytest.raises(PlanError, match=r"\.$"):
        loads(text)


def test_plans_of_several_streams_add_up() -> None:
    """Two plans together count as one."""
    both = PLAN + PLAN

    assert (20, 4) == (both.counts.rows, len(both.actions))
