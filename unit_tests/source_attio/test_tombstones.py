"""The stream `deleted_records`: which messages it sends, and when."""

import pytest
from airbyte_cdk.models import AirbyteMessage, AirbyteStreamStatus

from source_attio.emit.messages import Outbox
from source_attio.emit.tombstones import Tombstones
from unit_tests.source_attio.engine_bench import bench


def tombstones(newest: str = "") -> Tombstones:
    return Tombstones(outbox=Outbox(stream="deleted_records", wall_ms=lambda: 5), newest=newest)


def states(messages: list[AirbyteMessage]) -> list[object]:
    """The newest moment of each state."""
    return [each.state.stream.stream_state._changed_at for each in messages if each.state]  # type: ignore[union-attr]  # noqa: SLF001 (the cursor's name)


def test_a_tombstone_names_the_row_and_its_stream() -> None:
    """It holds the stream, the id, the time, and the record that the row was merged into."""
    (message,) = tombstones().emit("companies", "1", "2026-05-01", "2")

    assert message.record is not None
    assert "deleted_records" == message.record.stream
    assert {"stream": "companies", "id": "1", "_changed_at": "2026-05-01", "merged_into": "2"} == (
        message.record.data
    )


def test_a_checkpoint_follows_new_tombstones_alone() -> None:
    """A state is sent after tombstones, once, with the newest time of all of them."""
    made = tombstones("2026-04-01")
    nothing = list(made.checkpoint())
    for moment in ("2026-05-02", "2026-05-01"):
        list(made.emit("companies", moment, moment, None))

    assert [] == nothing
    assert ["2026-05-02"] == states(list(made.checkpoint()))
    assert [] == list(made.checkpoint())


def test_the_end_keeps_the_newest_time_of_earlier_syncs() -> None:
    """Where nothing was deleted, the last state has the time that the sync began with."""
    made = tombstones("2026-04-01")
    messages = [*made.begin(), *made.end()]
    statuses = [each.trace.stream_status.status for each in messages if each.trace]  # type: ignore[union-attr]  # a status

    assert ["2026-04-01"] == states(messages)
    assert [AirbyteStreamStatus.STARTED, AirbyteStreamStatus.COMPLETE] == statuses


def test_an_unselected_stream_sends_nothing() -> None:
    """Without an outbox no message comes of any step."""
    made = Tombstones(outbox=None)

    assert [] == [*made.begin(), *made.emit("companies", "1", "t", None), *made.checkpoint(), *made.end()]


@pytest.mark.parametrize("damage", ["", 5, None])
def test_deleted_records_hold_every_mark(damage: object) -> None:
    """The marks of all streams are delivered once more in a stream of their own, a damaged state or not."""
    made = bench(3)
    made.sync(["companies", "deleted_records"])
    made.states["deleted_records"]["_changed_at"] = damage
    gone = next(iter(made.tables["companies"]))
    made.api("DELETE", f"/v2/objects/companies/records/{gone}")
    rows = [
        message.record.data
        for message in made.messages(["companies", "deleted_records"])
        if message.record and message.record.stream == "deleted_records"
    ]

    assert [("companies", gone)] == [(row["stream"], row["id"]) for row in rows]
