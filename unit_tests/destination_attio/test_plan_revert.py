"""The plan of a revert, which makes none of its changes and treats them as made."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from destination_attio.engine.plan_revert import _Planned, plan_revert
from destination_attio.model.plan import Change, Counts, FieldChange
from destination_attio.rows.operation import Operation
from unit_tests.destination_attio.contexts import context
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from pathlib import Path

    import requests_mock

    from destination_attio.engine.run_context import RunContext

NOTED = replace(RUN, target="notes")
PUSH: Any = SimpleNamespace(results=SimpleNamespace(kinds=Counter(), counts=Counts()))


def begun(made: RunContext) -> _Planned:
    assert made.journal
    made.journal.begin(NOTED)
    return _Planned(made, made.journal, NOTED, lambda *_: None)


def change(kind: Any, record: str, **values: Any) -> Change:
    fields = tuple(FieldChange(attribute=slug, before=None, after=one) for slug, one in values.items())
    return Change(kind=kind, stream="revert", target="things", record_id=record, fields=fields)


def test_what_is_planned_counts_as_done(requests_mock: requests_mock.Mocker, tmp_path: Path) -> None:
    """A later decision sees the records as they would be; those that stay are unknown to it."""
    with context(requests_mock, tmp_path) as made:
        plan = begun(made)
        back = [change("update", "r1", label="old"), change("update", "r1", rank=1)]
        writes = [Operation(change=one, verb="replace") for one in back]
        plan._take(PUSH, [*writes, Operation(change=change("delete", "r2"), verb="delete")])  # noqa: SLF001 (the step of a plan)

        assert {"label": "old", "rank": 1} == plan._by_now("r1")  # noqa: SLF001 (as above)
        assert (None, {}) == (plan._by_now("r2"), plan._by_now("r3"))  # noqa: SLF001 (as above)
        assert [*back, change("delete", "r2")] == list(plan.changes)


def test_a_run_without_changes_has_an_empty_plan(requests_mock: requests_mock.Mocker, tmp_path: Path) -> None:
    """It names the run and the workspace, and no run is begun."""
    with context(requests_mock, tmp_path) as made:
        begun(made)
        plan = plan_revert(made, "r1", (), lambda *_: None)
        assert made.journal

        assert (0, "r1", "w") == (len(list(plan.changes)), plan.reverts, plan.workspace_id)
        assert ["r1"] == [one.run_id for one in made.journal.runs()]
