"""References of rows to records that are not there, or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.engine.batch import Batch
from destination_attio.engine.pending_references import PendingReferences
from destination_attio.rows.desired import desire
from destination_attio.storage.scratch import Scratch
from unit_tests.destination_attio.pipelines import tools

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = [
    {"column": "domains", "attribute": "domains"},
    {"column": "boss", "attribute": "boss", "reference": "domains"},
]
BOSS: dict[str, dict[str, Any]] = {"b1": {"domains": ["boss.com"]}}


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    with Scratch() as made:
        yield made


def settled(
    scratch: Scratch, boss: str, *, phase: str = "open", brings: str | None = None, **settings: Any
) -> tuple[Batch, Any, Any]:
    """A row with this boss, decided in a phase of the run, while a stream may bring records of an object."""
    used = tools(scratch, BOSS, fields=FIELDS, match="domains", **settings)
    if brings:
        used.waiting.enter(brings)
    used.waiting.phase = phase  # type: ignore[assignment]  # one of its words
    pending = PendingReferences(used)
    row = desire(used.binding, {"domains": "a.com", "boss": boss}, 1)
    refused = pending.resolve([row])
    batch = Batch(rows=[row])
    return batch, row, refused | pending.settle(batch)


def test_a_record_that_is_there_is_pointed_at_by_its_id(scratch: Scratch) -> None:
    """Nothing is left to wait for."""
    batch, row, refused = settled(scratch, "boss.com")

    assert "b1" == row.values["boss"]["record_id"]
    assert ({}, {}, {}) == (row.pointers, batch.wants, refused)


def test_a_row_waits_for_a_record_that_a_stream_may_still_bring(scratch: Scratch) -> None:
    """Once no stream can, the row is rejected."""
    waits, _, _ = settled(scratch, "new.com", brings="companies")
    _, _, refused = settled(scratch, "new.com")

    assert [1] == list(waits.wants)
    assert [1] == list(refused)


def test_the_policy_decides_about_a_record_that_never_comes(scratch: Scratch) -> None:
    """The row is written without it and says so, or a stub is made for it."""
    skipped, row, _ = settled(scratch, "new.com", on_missing_reference="skip")
    stubbed, _, _ = settled(scratch, "new.com", on_missing_reference="create_stub")

    assert ("boss" not in row.values, ["boss"]) == (True, [one.attribute for one in row.skipped])
    assert ([], {}) == (skipped.stubs, skipped.wants)
    assert [("companies", "domains")] == [one[:2] for one in stubbed.stubs]
