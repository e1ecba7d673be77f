"""Saved plans: the same again after saving and reading, and refused where they are none or damaged."""

import json
from pathlib import Path

import pytest

from destination_attio.model.plan import Change, FieldChange, Plan, PlanError, dumps, loads
from destination_attio.storage.plan_file import read_plan, write_plan

CREATED = Change(
    kind="create",
    stream="s",
    target="companies",
    key={"domains": ["d.example.com"]},
    row_number=1,
    fields=(FieldChange(attribute="name", before=None, after="Zürich\n0\ud800"),),
    row={"n": 10**30},
)


def plan_of(changes: tuple[Change, ...]) -> Plan:
    return Plan(changes=changes, unchanged=7, workspace_id="w", streams=({"stream": "s"},))


def test_a_saved_plan_is_read_again(tmp_path: Path) -> None:
    """Line by line or as one text, in this format or spread over lines, a plan is the same plan."""
    plan = plan_of((CREATED, CREATED))
    plain = plan_of((Change(kind="create", stream="s", target="companies", key={"name": "Zürich"}),))
    path = tmp_path / "plan.json"
    for one in (plan, plain, plan_of(())):
        write_plan(one, path)
        again = read_plan(path)
        assert (one.counts, one.digest()) == (again.counts, again.digest())
        assert list(one.changes) == list(again.changes) == list(loads(dumps(one)).changes)
        path.write_text(json.dumps(one.to_json(), indent=1))
        assert list(one.changes) == list(read_plan(path).changes)
    assert plan.digest() != plain.digest()


@pytest.mark.parametrize("spoilt", ["", "[]", "no json", '{"format": 99, "changes": []}'])
def test_what_is_no_plan_is_said_in_a_sentence(spoilt: str, tmp_path: Path) -> None:
    """Another file, another format."""
    path = tmp_path / "plan.json"
    path.write_text(spoilt)
    with pytest.raises(PlanError):
        read_plan(path)


def test_a_plan_that_was_cut_off_is_damaged(tmp_path: Path) -> None:
    """A plan without its end is not applied as far as it goes."""
    path = tmp_path / "plan.json"
    write_plan(plan_of((Change(kind="create", stream="s", target="companies"),) * 3), path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:4]))
    with pytest.raises(PlanError, match="damaged"):
        read_plan(path)
