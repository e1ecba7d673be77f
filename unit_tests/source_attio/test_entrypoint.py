"""Rows that are JSON already leave as the CDK would have printed them, and in their place."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteMessageSerializer,
    AirbyteStateMessage,
    AirbyteStreamStatus,
    ConfiguredAirbyteCatalog,
    ConnectorSpecification,
)
from airbyte_cdk.sources.abstract_source import AbstractSource

from source_attio.decode.rows import Key, make_row
from source_attio.emit import entrypoint
from source_attio.emit.entrypoint import Entrypoint
from source_attio.emit.messages import Outbox, PrintedRecord

MOMENT = "2026-05-01T10:00:00.000000000Z"
COLUMNS: list[dict[str, Any]] = [
    {"record_id": "a"},
    {"record_id": "b", "name": 'Łódź "quoted" \\ \n 🙂', "place": {"city": None}, "tags": ["x", 1.5, True]},
]
OUTBOX = Outbox(stream='things "new"', wall_ms=lambda: 7)


def rows(*columns: dict[str, Any]) -> Iterator[AirbyteMessage]:
    made = [make_row(Key(MOMENT, "id"), MOMENT, each) for each in columns]
    return OUTBOX.printed(each.delivered(MOMENT) for each in made)


class Scripted(AbstractSource):
    """Gives the messages that it was made with, then fails if it was told to."""

    check_config_against_spec = False

    def __init__(self, *messages: AirbyteMessage, trouble: Exception | None = None) -> None:
        self.given, self.trouble = messages, trouble

    def check_connection(self, *_: Any) -> Any:
        return True, None

    def streams(self, *_: Any) -> Any:
        return []

    def read(self, *_: Any) -> Iterator[AirbyteMessage]:
        yield from self.given
        if self.trouble:
            raise self.trouble


def read(source: Scripted, out: BytesIO) -> Iterator[AirbyteMessage]:
    spec, catalog = ConnectorSpecification(connectionSpecification={}), ConfiguredAirbyteCatalog(streams=[])
    yield from Entrypoint(source, out).read(spec, {}, catalog, list[AirbyteStateMessage]())


@pytest.mark.parametrize("columns", COLUMNS)
def test_a_row_is_printed_as_the_cdk_prints_it(columns: dict[str, Any]) -> None:
    """To the byte, and whoever asks for its data gets them."""
    (message,) = rows(columns)
    assert isinstance(message.record, PrintedRecord)

    assert orjson.dumps(AirbyteMessageSerializer.dump(message)) + b"\n" == message.record.line()
    assert {**columns, "_changed_at": MOMENT, "_deleted": False} == message.record.data
    assert 7 == message.record.emitted_at


@pytest.mark.parametrize("bytes_a_write", [1, 1 << 20])
def test_a_state_goes_out_between_the_rows_it_stands_between(
    bytes_a_write: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which they were read, with the number of rows since the last one."""
    monkeypatch.setattr(entrypoint, "_BYTES_A_WRITE", bytes_a_write)
    out, state = BytesIO(), OUTBOX.state({"n": 1})

    assert [] == list(read(Scripted(*rows(*COLUMNS), state, *rows(COLUMNS[0])), out))
    printed = [orjson.loads(line) for line in out.getvalue().splitlines()]
    assert ["RECORD", "RECORD", "STATE", "RECORD"] == [each["type"] for each in printed]
    assert {"n": 1} == printed[2]["state"]["stream"]["stream_state"]
    assert {"recordCount": 2.0} == printed[2]["state"]["sourceStats"]


def test_what_comes_after_rows_is_given_when_they_are_out() -> None:
    """A status or an error that the CDK prints never overtakes a row."""
    out, status = BytesIO(), OUTBOX.status(AirbyteStreamStatus.COMPLETE)
    given = read(Scripted(*rows(*COLUMNS), status), out)

    assert status is next(given)
    assert 2 == out.getvalue().count(b"\n")


def test_rows_before_a_failure_go_out() -> None:
    """An error ends the sync after the rows that were read before it."""
    out = BytesIO()
    with pytest.raises(ZeroDivisionError):
        list(read(Scripted(*rows(*COLUMNS), trouble=ZeroDivisionError()), out))

    assert 2 == out.getvalue().count(b"\n")
