"""How the rows of one batch are decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.engine.pipeline import BatchPipeline
from destination_attio.storage.scratch import Scratch
from unit_tests.destination_attio.pipelines import tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from destination_attio.engine.batch import Batch

HELD: dict[str, dict[str, Any]] = {
    "r1": {"domains": ["a.com"], "name": "A", "worth": None},
    "r2": {"domains": ["b.com"], "name": "B"},
}


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    with Scratch() as made:
        yield made


def decided(scratch: Scratch, *rows: dict[str, Any], **settings: Any) -> tuple[BatchPipeline, Batch]:
    pipeline = BatchPipeline(tools(scratch, dict(HELD), match="domains", **settings))
    return pipeline, pipeline.decided(pipeline.mapped(list(enumerate(rows, start=1))))


def verbs(batch: Batch) -> list[tuple[str, str | None]]:
    return [(one.verb, one.change.record_id) for one in batch.operations]


def test_a_row_is_new_changed_or_equal(scratch: Scratch) -> None:
    """A row that Attio already holds costs no write."""
    rows = [{"domains": "a.com", "name": "A"}, {"domains": "b.com", "name": "B2"}, {"domains": "c.com"}]
    pipeline, batch = decided(scratch, *rows)

    assert [("update", "r2"), ("upsert", None)] == verbs(batch)
    assert (1, []) == (batch.unchanged, batch.refused)
    assert ["x"] == pipeline.unseen(["r1", "r2", "x"])


def test_the_later_of_two_rows_with_one_key_is_written(scratch: Scratch) -> None:
    """The earlier one is superseded."""
    _, batch = decided(scratch, {"domains": "c.com", "name": "1"}, {"domains": "c.com", "name": "2"})

    assert [{"domains": ["c.com"], "name": "2"}] == [one.change.after for one in batch.operations]
    assert [1] == [one.row_number for one in batch.superseded]


def test_two_rows_that_claim_one_value_are_not_both_written(scratch: Scratch) -> None:
    """The first one keeps it, and the second is rejected with the number of the first."""
    _, batch = decided(scratch, {"domains": "c.com"}, {"domains": "c.com, d.com"})

    assert [1] == [one.change.row_number for one in batch.operations]
    assert "Row 1" in str(batch.refused[0][0].reason)


def test_a_row_without_its_key_is_rejected_and_counted(scratch: Scratch) -> None:
    """A mirror must not delete what such a row may have been about."""
    pipeline, batch = decided(scratch, {"name": "A"})

    assert (1, ["missing_value"]) == (pipeline.keyless, [change.code for change, _ in batch.refused])


def test_a_deletion_knows_all_values_of_its_record(scratch: Scratch) -> None:
    """Also those that the stream does not write, so that it can be made again."""
    _, batch = decided(scratch, {"domains": "a.com"}, mode="delete")

    assert [("delete", "r1")] == verbs(batch)
    assert {"domains": ["a.com"], "name": "A"} == {
        one.attribute: one.before for one in batch.operations[0].change.fields
    }


def test_a_row_is_decided_again_by_what_is_there_by_then(scratch: Scratch) -> None:
    """Somebody has made its record meanwhile: it is updated, or nothing is left to do."""
    pipeline, batch = decided(scratch, {"domains": "c.com", "name": "C"})
    (row,) = (one.row for one in batch.operations)
    gateway: Any = pipeline.tools.gateway
    gateway.records["r3"] = {"domains": ["c.com"], "name": "his"}
    assert row
    again = pipeline.look_again(row)
    gateway.records["r3"] = {"domains": ["c.com"], "name": "C"}

    assert again
    assert ("update", "r3") == (again.verb, again.change.record_id)
    assert pipeline.look_again(row) is None
