"""The CDK's entrypoint, except that rows and states are printed directly.

The CDK's own parses and prints each row again, and copies a state of some megabytes a dozen times. The CDK
still prints all other messages.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, Final

import orjson
from airbyte_cdk.entrypoint import PRINT_BUFFER, AirbyteEntrypoint
from airbyte_cdk.models import AirbyteMessage, AirbyteMessageSerializer, ConnectorSpecification, Type
from airbyte_cdk.sources.connector_state_manager import HashableStreamDescriptor
from airbyte_cdk.sources.source import Source

from attio_api.errors import Misconfigured
from source_attio.config import Config
from source_attio.emit.messages import PrintedRecord, traced

_BYTES_A_WRITE: Final = 256 << 10


class Entrypoint(AirbyteEntrypoint):
    """Prints rows and states, in their order, and passes all other messages on to the CDK."""

    def __init__(self, source: Source, out: BinaryIO) -> None:
        super().__init__(source)
        self._out = out
        self._lines: list[bytes] = []
        self._size = 0
        self._counted: defaultdict[str, int] = defaultdict(int)
        """Stream → its rows since the last message that was not a row."""

    def read(
        self,
        source_spec: ConnectorSpecification,
        config: Mapping[str, Any],
        catalog: Any,  # noqa: ANN401 (the CDK's signature)
        state: list[Any],
    ) -> Iterable[AirbyteMessage]:
        """Read; prints rows and states before it yields the message that comes after them."""
        try:
            for message in super().read(source_spec, config, catalog, state):
                if isinstance(message.record, PrintedRecord):
                    self._keep(message.record.line())
                    continue
                if message.type is Type.STATE:
                    self._keep(_line(message))
                self._write()
                if message.type is not Type.STATE:
                    yield message
        finally:
            self._write()

    @staticmethod
    def validate_connection(
        source_spec: ConnectorSpecification,  # noqa: ARG004 (the CDK's signature)
        config: Mapping[str, Any],
    ) -> None:
        """Raise AirbyteTracedException naming a wrong setting; the CDK would quote its value and a schema."""
        try:
            Config.parse(config)
        except Misconfigured as trouble:
            raise traced(trouble) from trouble

    def handle_record_counts(  # type: ignore[override] # the CDK calls it by the instance
        self, message: AirbyteMessage, stream_message_count: defaultdict[HashableStreamDescriptor, float]
    ) -> AirbyteMessage:
        """Count rows by the name of their stream; the CDK makes and hashes a descriptor for each row."""
        if isinstance(message.record, PrintedRecord):
            self._counted[message.record.stream] += 1
            return message
        for stream, rows in self._counted.items():
            stream_message_count[HashableStreamDescriptor(name=stream)] += float(rows)
        self._counted.clear()
        return AirbyteEntrypoint.handle_record_counts(message, stream_message_count)

    def _keep(self, line: bytes) -> None:
        if len(line) >= _BYTES_A_WRITE:
            # Written alone: a state is of some megabytes, and joined with rows it would be copied.
            self._write()
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _BYTES_A_WRITE:
            self._write()

    def _write(self) -> None:
        if self._lines:
            # The CDK's buffer may still hold messages that come before these lines.
            PRINT_BUFFER.flush()
            self._out.write(b"".join(self._lines))
            self._out.flush()
            self._lines, self._size = [], 0


def _line(message: AirbyteMessage) -> bytes:
    return orjson.dumps(AirbyteMessageSerializer.dump(message), option=orjson.OPT_APPEND_NEWLINE)


def launch(source: Source, args: list[str]) -> None:
    """Run one command, as the CDK's function of that name does."""
    entrypoint = Entrypoint(source, sys.stdout.buffer)
    parsed = entrypoint.parse_args(args)
    with PRINT_BUFFER:
        for line in entrypoint.run(parsed):
            print(f"{line}\n", end="")  # noqa: T201 (stdout is the protocol)
