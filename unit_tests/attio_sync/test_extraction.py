from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from airbyte_cdk.models import (
    AirbyteCatalog,
    AirbyteErrorTraceMessage,
    AirbyteMessage,
    AirbyteRecordMessage,
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStream,
    AirbyteStreamState,
    AirbyteStreamStatus,
    AirbyteStreamStatusTraceMessage,
    AirbyteTraceMessage,
    FailureType,
    StreamDescriptor,
    SyncMode,
    TraceType,
    Type,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from attio_sync.failures import Failed, WrongUsage
from attio_sync.loading.extraction import WhatToPull, pull
from attio_sync.loading.warehouse import Loaded
from source_attio.read.context import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airbyte_cdk.models import ConfiguredAirbyteCatalog

    from attio_sync.loading.extraction import Pulled
    from attio_sync.loading.warehouse import Warehouse

SCHEMA = {"properties": {"record_id": {"type": "string"}, "name": {"type": ["null", "string"]}}}


class Script:
    """A source that says what it is told to, and remembers what it was asked."""

    def __init__(self, *messages: AirbyteMessage | Exception) -> None:
        self.messages = messages
        self.limits = Limits(rows_a_checkpoint=3)
        self.states: list[list[AirbyteStateMessage]] = []
        self.catalogs: list[ConfiguredAirbyteCatalog] = []

    def discover(self, logger: object, config: object) -> AirbyteCatalog:
        both = [SyncMode.full_refresh, SyncMode.incremental]
        key = [["record_id"]]
        return AirbyteCatalog(
            streams=[
                AirbyteStream(name, SCHEMA, modes, source_defined_primary_key=key)
                for name, modes in (("companies", both), ("lists", both[:1]))
            ]
        )

    def read(
        self,
        logger: object,
        config: object,
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterator[AirbyteMessage]:
        self.states.append(state or [])
        self.catalogs.append(catalog)
        for message in self.messages:
            if isinstance(message, Exception):
                raise message
            yield message


class Silent:
    def tell(self, text: str) -> None:
        """Nothing to see."""

    note = tell


def record(stream: str, number: int, name: str = "Ada") -> AirbyteMessage:
    data = {"record_id": f"r{number}", "name": name}
    return AirbyteMessage(
        type=Type.RECORD, record=AirbyteRecordMessage(stream=stream, data=data, emitted_at=0)
    )


def state(stream: str, cursor: str) -> AirbyteMessage:
    blob = AirbyteStreamState(StreamDescriptor(stream), AirbyteStateBlob(cursor=cursor))
    message = AirbyteStateMessage(type=AirbyteStateType.STREAM, stream=blob)
    return AirbyteMessage(type=Type.STATE, state=message)


def status(stream: str, word: str) -> AirbyteMessage:
    told = AirbyteStreamStatusTraceMessage(StreamDescriptor(stream), AirbyteStreamStatus[word])
    trace = AirbyteTraceMessage(type=TraceType.STREAM_STATUS, emitted_at=0.0, stream_status=told)
    return AirbyteMessage(type=Type.TRACE, trace=trace)


def error(stream: str, sentence: str) -> AirbyteMessage:
    told = AirbyteErrorTraceMessage(message=sentence, stream_descriptor=StreamDescriptor(stream))
    trace = AirbyteTraceMessage(type=TraceType.ERROR, emitted_at=0.0, error=told)
    return AirbyteMessage(type=Type.TRACE, trace=trace)


def run(warehouse: Warehouse, source: Script, tmp_path: Path, **request: object) -> Pulled:
    return pull(WhatToPull(config={}, **request), source, warehouse, tmp_path, Silent())  # type: ignore[arg-type]  # fields of the request


WHOLE = (
    record("companies", 1),
    state("companies", "1"),
    status("companies", "COMPLETE"),
    record("lists", 1),
    status("lists", "COMPLETE"),
)


def test_the_second_pull_goes_on_from_the_first(warehouse: Warehouse, tmp_path: Path) -> None:
    """The source gets back the state it gave, for the streams that can use it."""
    source = Script(*WHOLE)
    run(warehouse, source, tmp_path)
    run(warehouse, source, tmp_path)

    assert [] == source.states[0]
    assert ["1"] == [one.stream.stream_state.cursor for one in source.states[1] if one.stream]


def test_a_pull_reads_less_far_ahead_than_the_source_may(warehouse: Warehouse, tmp_path: Path) -> None:
    """Pages read ahead would stay in memory beside DuckDB's own; the other limits stay as they were."""
    source = Script(*WHOLE)
    run(warehouse, source, tmp_path)

    assert source.limits.bytes_ahead < Limits().bytes_ahead
    assert source.limits.rows_a_checkpoint == 3


def test_full_forgets_the_state_and_replaces_the_table(warehouse: Warehouse, tmp_path: Path) -> None:
    """With `--full` nothing of what was there before stays."""
    run(warehouse, Script(*WHOLE), tmp_path)
    again = Script(record("companies", 2), state("companies", "2"))
    run(warehouse, again, tmp_path, anew=True)

    assert [[]] == again.states
    assert [("r2",)] == warehouse.connection.execute("SELECT record_id FROM companies").fetchall()


def test_a_stream_without_incremental_is_replaced_each_time(warehouse: Warehouse, tmp_path: Path) -> None:
    """What is gone from a small stream is gone from its table."""
    run(warehouse, Script(record("lists", 1), record("lists", 2)), tmp_path)
    run(warehouse, Script(record("lists", 2)), tmp_path)

    assert [("r2",)] == warehouse.connection.execute("SELECT record_id FROM lists").fetchall()


def test_one_failing_stream_leaves_the_others_whole(warehouse: Warehouse, tmp_path: Path) -> None:
    """A stream that breaks off is named with its reason; the others are complete."""
    broken = Script(
        record("companies", 1),
        error("companies", "Attio could not be reached."),
        status("companies", "INCOMPLETE"),
        record("lists", 1),
        status("lists", "COMPLETE"),
        AirbyteTracedException(message="A stream failed.", failure_type=FailureType.transient_error),
    )
    pulled = run(warehouse, broken, tmp_path)

    assert {"companies": "Attio could not be reached."} == pulled.failed
    assert (0, 1) == (warehouse.count("companies"), warehouse.count("lists"))
    assert Loaded(rows=1, added=1) == pulled.loaded["lists"]


def test_a_configuration_error_is_wrong_usage(warehouse: Warehouse, tmp_path: Path) -> None:
    """What only a person can mend ends with the code that says so."""
    source = Script(AirbyteTracedException(message="No such token.", failure_type=FailureType.config_error))

    with pytest.raises(WrongUsage, match="No such token"):
        run(warehouse, source, tmp_path)


def test_any_other_error_of_the_source_is_a_failure(warehouse: Warehouse, tmp_path: Path) -> None:
    """What may work later ends with the code that says so."""
    source = Script(
        AirbyteTracedException(message="Attio is away.", failure_type=FailureType.transient_error)
    )

    with pytest.raises(Failed, match="Attio is away"):
        run(warehouse, source, tmp_path)


def test_an_unknown_stream_names_the_nearest(warehouse: Warehouse, tmp_path: Path) -> None:
    """A misspelled stream ends the command before anything is read."""
    with pytest.raises(WrongUsage, match=r"no stream 'companys'.*Did you mean 'companies'"):
        run(warehouse, Script(), tmp_path, streams=["companys"])


def test_only_the_streams_asked_for_are_read(warehouse: Warehouse, tmp_path: Path) -> None:
    """`--stream` leaves the others alone."""
    source = Script(record("lists", 1))
    run(warehouse, source, tmp_path, streams=["lists"])

    assert ["lists"] == [one.stream.name for one in source.catalogs[0].streams]
    assert ["lists"] == warehouse.tables()
