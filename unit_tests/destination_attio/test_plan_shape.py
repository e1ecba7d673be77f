"""A saved plan that was edited by hand is refused with the member that is wrong, and never with its value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from destination_attio.model.plan import Change, FieldChange, Plan, PlanError, dumps, loads

CHANGE = Change(
    kind="update",
    stream="rows",
    target="people",
    key={"code": "a"},
    row_number=1,
    record_id="r",
    fields=(FieldChange(attribute="label", before="old", after="secret"),),
)
PLAN = Plan(changes=(CHANGE,), unchanged=0, workspace_id="w", streams=({"stream": "rows"},))
EDITS: list[tuple[tuple[Any, ...], Any, str]] = [
    (("changes", 0, "kind"), "odd", "kind"),
    (("changes", 0, "stream"), None, "stream"),
    (("changes", 0, "target"), 7, "target"),
    (("changes", 0, "key"), ["secret"], "key"),
    (("changes", 0, "row_number"), "secret", "row_number"),
    (("changes", 0, "record_id"), 7, "record_id"),
    (("changes", 0, "fields"), {"secret": 1}, "fields"),
    (("changes", 0, "fields", 0, "attribute"), None, "attribute"),
    (("changes", 0), "secret", "a change"),
    (("unchanged",), -1, "unchanged"),
    (("streams",), "secret", "streams"),
    (("attributes",), ["secret"], "attributes"),
    (("goes_with",), 3, "goes_with"),
    (("remarks",), [7], "remarks"),
    (("left_out",), [{"column": "secret"}], "reason"),
    (("left_out",), [{"column": None, "reason": "secret"}], "left_out"),
]


def edited(path: tuple[Any, ...], value: Any) -> str:
    """The plan's text with another value at this place."""
    raw = json.loads(dumps(PLAN))
    place = raw
    for one in path[:-1]:
        place = place[one]
    place[path[-1]] = value
    return json.dumps(raw)


@pytest.mark.parametrize(("path", "value", "named"), EDITS)
def test_a_member_of_another_shape_is_named(path: tuple[Any, ...], value: Any, named: str) -> None:
    """Nothing of such a plan reaches Attio."""
    with pytest.raises(PlanError, match="damaged") as caught:
        loads(edited(path, value))

    assert named in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_plan_as_it_was_saved_is_read() -> None:
    """Nothing is added to it and nothing lost."""
    assert loads(dumps(PLAN)) == PLAN
