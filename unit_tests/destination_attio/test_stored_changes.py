"""Changes on disk: the same as changes in memory."""

import pytest

from destination_attio.model.plan import STUB, Change, FieldChange, Plan
from destination_attio.storage.stored_changes import StoredChanges

CHANGES = [
    Change(
        kind=("create", "update", "rejected", "superseded")[number % 4],
        stream="s",
        target="companies",
        key={"domains": [f"d{number}.example.com"]},
        row_number=number + 1,
        fields=(FieldChange(attribute="name", before=None, after=f"Zürich\n{number}\ud800"),),
        row={"n": 10**30 + number},
    )
    for number in range(1203)
]
STUBBED = Change(kind="create", stream="s", target="companies", reason=STUB)


def plan_of(changes: object) -> Plan:
    return Plan(changes=changes, unchanged=7, workspace_id="w", streams=({"stream": "s"},))  # type: ignore[arg-type]  # either kind


def test_stored_changes_are_the_changes() -> None:
    """Counted, narrowed, sliced and compared, they are what a tuple of them is; stubs are no row's fate."""
    stored, listed = StoredChanges().add(CHANGES).add([STUBBED]), (*CHANGES, STUBBED)

    assert stored == listed
    assert list(stored) == list(listed)
    assert (listed[3:9], listed[-1], listed[5]) == (stored[3:9], stored[-1], stored[5])
    assert plan_of(listed).counts == plan_of(stored).counts
    assert plan_of(listed).actions == plan_of(stored).actions
    assert len([one for one in listed if one.kind == "update"]) == len(stored.of(["update"]))
    with pytest.raises(IndexError):
        stored[1204]
