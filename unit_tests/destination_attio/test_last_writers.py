"""Who changed a value that a revert leaves alone, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_api.errors import MissingScope
from destination_attio.engine.last_writers import LastWriters
from destination_attio.engine.undo import CHANGED, GONE
from destination_attio.model.plan import Change, FieldChange

if TYPE_CHECKING:
    from attio_api.wire import JsonObject

IDA = {"type": "workspace-member", "id": "m1"}
MEMBERS: list[JsonObject] = [{"id": {"workspace_member_id": "m1"}, "first_name": "Ida", "last_name": "Moen"}]


def value(actor: dict[str, str] | None, since: str) -> dict[str, Any]:
    return {"active_from": since, "created_by_actor": actor, "value": "x"}


def raw(**values: list[dict[str, Any]]) -> JsonObject:
    return {"id": {"record_id": "r1"}, "values": values}  # type: ignore[dict-item]  # lists of objects are JSON


def left(*fields: tuple[str, str, str], reason: str = CHANGED) -> Change:
    moved = tuple(FieldChange(attribute=slug, before=before, after=after) for slug, before, after in fields)
    return Change(
        kind="rejected", stream="revert", target="companies", record_id="r1", fields=moved, reason=reason
    )


def signed(record: JsonObject, change: Change) -> str:
    writers = LastWriters(lambda: MEMBERS)
    writers.note("record_id", [record])
    return str(writers.signed(change).reason).removeprefix(CHANGED).strip()


def test_the_newest_value_says_who_and_when() -> None:
    """Of several values of an attribute, the one that was written last counts."""
    record = raw(
        tags=[
            value({"type": "app", "id": "a"}, "2026-11-01T08:00:00.000000000Z"),
            value(IDA, "2026-11-26T14:02:11Z"),
        ]
    )

    assert "Ida Moen wrote tags on 2026-11-26 at 14:02 UTC." == signed(record, left(("tags", "a", "b")))


@pytest.mark.parametrize(
    ("asked_at", "own", "found"),
    [
        ("2026-11-26T14:00:00Z", ["api-token t"], {"name"}),
        ("2026-11-26T14:00:00Z", ["workspace-member m1"], set()),
        ("2026-11-26T15:00:00Z", ["api-token t"], set()),
        ("2026-11-26T14:00:00Z", [], set()),
        ("", ["api-token t"], set()),
    ],
)
def test_what_others_wrote_later_is_known_by_actor_and_time(
    asked_at: str, own: list[str], found: set[str]
) -> None:
    """Where one of the two is not known, nothing is said to be somebody else's."""
    writers = LastWriters(lambda: MEMBERS)
    writers.note("record_id", [raw(name=[value(IDA, "2026-11-26T14:02:11.000000000Z")])])

    assert found == writers.later("r1", asked_at, own)


def test_several_writers_are_told_apart() -> None:
    """Each with what is theirs."""
    token = {"type": "api-token", "id": "t"}
    record = raw(
        name=[value(IDA, "2026-11-26T14:02:11Z")],
        stage=[value(token, "2026-11-27T09:30:00Z")],
        tier=[value(IDA, "2026-11-28T07:00:00Z")],
    )
    moved = left(("name", "a", "b"), ("stage", "a", "b"), ("tier", "a", "b"))

    ida, other = signed(record, moved).split("; ")

    assert "Ida Moen wrote name and tier on 2026-11-28 at 07:00 UTC" == ida
    assert "an API token wrote stage on 2026-11-27 at 09:30 UTC." == other


@pytest.mark.parametrize(
    ("record", "change"),
    [
        (raw(), left(("name", "a", "b"))),
        (raw(name=[]), left(("name", "a", ""))),
        (raw(name=[value(IDA, "2026-11-26T14:02:11Z")]), left(("name", "a", "a"))),
    ],
    ids=["nothing is held", "it was cleared", "it is ours, and cannot be cleared"],
)
def test_nobody_is_named_where_attio_does_not_tell(record: JsonObject, change: Change) -> None:
    """A cleared value leaves no trace, and what the run wrote is nobody else's work."""
    assert "" == signed(record, change)


def test_a_record_that_is_gone_has_no_writer() -> None:
    """Only what was changed is signed."""
    writers = LastWriters(lambda: MEMBERS)
    writers.note("record_id", [raw(name=[value(IDA, "2026-11-26T14:02:11Z")])])

    assert GONE == writers.signed(left(("name", "a", "b"), reason=GONE)).reason


def test_names_are_asked_for_once_and_not_needed() -> None:
    """A token that may not see the members does not keep anybody from a revert."""
    asked: list[int] = []

    def members() -> list[JsonObject]:
        asked.append(1)
        raise MissingScope("no")

    writers = LastWriters(members)
    writers.note("record_id", [raw(name=[value(IDA, "2026-11-26T14:02:11Z")])])

    for _ in range(2):
        assert "A member wrote name" in str(writers.signed(left(("name", "a", "b"))).reason)
    assert [1] == asked
