"""Runs the source in this process and hands its rows and states to the loader.

The source decides what to read and how; `loader` brings rows into a table.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol, cast

from airbyte_cdk.models import (
    AirbyteStateMessageSerializer,
    AirbyteStreamStatus,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    FailureType,
    Level,
    SyncMode,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from attio_sync.failures import CommandEnded, Failed, WrongUsage
from attio_sync.loading.loader import COMMIT_EVERY, Load
from attio_sync.loading.log_capture import Listener, hearing
from attio_sync.loading.renames import follow_renames
from attio_sync.loading.tables import Table
from source_attio.emit.messages import PrintedRecord
from source_attio.engine_source import EngineSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from airbyte_cdk.models import (
        AirbyteCatalog,
        AirbyteMessage,
        AirbyteRecordMessage,
        AirbyteStateMessage,
        AirbyteStream,
        AirbyteTraceMessage,
    )

    from attio_api.wire import JsonObject
    from attio_sync.loading.incoming import Way
    from attio_sync.loading.warehouse import Fit, Loaded, Warehouse
    from source_attio.read.context import Limits

__all__ = ["EngineSource", "Pulled", "WhatToPull", "pull"]

LOGGER = logging.getLogger("airbyte")
_WORTH_TELLING = (Level.WARN, Level.ERROR, Level.FATAL)
_TELL_EVERY = 500
# Pages read ahead stay in memory while DuckDB loads the rows before them; so fewer than the source allows.
_BYTES_AHEAD = 8 << 20


class Source(Protocol):
    """The methods of an Airbyte source that a pull uses."""

    known_ids: Callable[[str], Iterable[str]] | None
    limits: Limits

    def discover(self, logger: logging.Logger, config: Mapping[str, object]) -> AirbyteCatalog:
        """The source's streams."""

    def read(
        self,
        logger: logging.Logger,
        config: Mapping[str, object],
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterable[AirbyteMessage]:
        """Read the streams of the catalog, from the state on."""


class PullListener(Listener, Protocol):
    """Receives the progress of a pull, besides remarks."""

    def tell(self, text: str) -> None:
        """Show the progress."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatToPull:
    """The request of a pull: the streams, and whether to read them in full."""

    config: JsonObject
    streams: Sequence[str] = ()
    anew: bool = False
    commit_every: int = COMMIT_EVERY


@dataclass(kw_only=True, slots=True)
class Pulled:
    """The outcome of a pull, stream by stream."""

    loaded: dict[str, Loaded] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def pull(
    request: WhatToPull,
    source: Source,
    warehouse: Warehouse,
    spool: Path,
    listener: PullListener,
) -> Pulled:
    """Pull the streams into the warehouse; a stream that fails keeps the rows it had."""
    with _sentences(), hearing(LOGGER, listener):
        catalog = source.discover(LOGGER, request.config)
        follow_renames(warehouse, catalog.streams, listener, everything=not request.streams)
    extraction = Extraction(request, warehouse, listener)
    configured, states = extraction.prepare(chosen(catalog.streams, request.streams), spool)
    try:
        with _sentences(), hearing(LOGGER, listener):
            source.known_ids = extraction.known_ids
            source.limits = replace(source.limits, bytes_ahead=_BYTES_AHEAD)
            for message in source.read(LOGGER, request.config, configured, states):
                extraction.take(message)
        extraction.finish()
    except CommandEnded:
        # The source raises when one of several streams failed; that stream has its own message already.
        if not extraction.pulled.failed:
            raise
    finally:
        extraction.abandon()
    return extraction.pulled


def chosen(streams: Iterable[AirbyteStream], names: Sequence[str]) -> list[AirbyteStream]:
    """The named streams, or all without names; raises WrongUsage for an unknown name."""
    found = {stream.name: stream for stream in streams}
    for name in names:
        if name not in found:
            entries = f"{name}_entries"
            near = [entries] if entries in found else get_close_matches(name, found, n=1)
            meant = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(sorted(found))}."
            raise WrongUsage(f"There is no stream '{name}' in this workspace. {meant}")
    return [found[name] for name in dict.fromkeys(names)] or list(found.values())


class Extraction:
    """One run of the source into one warehouse."""

    def __init__(self, request: WhatToPull, warehouse: Warehouse, listener: PullListener) -> None:
        self.pulled = Pulled()
        self._request = request
        self._warehouse = warehouse
        self._listener = listener
        self._loads: dict[str, Load] = {}
        self._rows: dict[str, int] = {}

    def prepare(
        self, streams: Sequence[AirbyteStream], spool: Path
    ) -> tuple[ConfiguredAirbyteCatalog, list[AirbyteStateMessage]]:
        """Fit the tables to the streams; returns the catalog to read, and the states to read from."""
        known = self._warehouse.states()
        configured, states = [], []
        for number, stream in enumerate(streams):
            incremental = SyncMode.incremental in (stream.supported_sync_modes or [])
            key = tuple(path[0] for path in stream.source_defined_primary_key or [])
            table = Table.of(stream.name, cast("JsonObject", stream.json_schema), key)
            fit, table = self._warehouse.fit(table)
            goes_on = incremental and not self._request.anew and stream.name in known
            if fit == "kept" and goes_on:
                states.append(AirbyteStateMessageSerializer.load(known[stream.name]))
            self._loads[stream.name] = Load(
                self._warehouse,
                table,
                spool=spool / f"{number}.jsonl",
                way=self._way(fit, goes_on=goes_on),
                commit_every=self._request.commit_every,
            )
            configured.append(_configured(stream, incremental=incremental))
        return ConfiguredAirbyteCatalog(streams=configured), states

    def _way(self, fit: Fit, *, goes_on: bool) -> Way:
        if fit == "unfit":
            return "afresh"
        return "merge" if fit == "new" or goes_on else "replace"

    def known_ids(self, stream: str) -> Iterable[str]:
        """The ids in the table, for a source whose state no longer holds them."""
        load = self._loads.get(stream)
        if load is None or load.way != "merge" or not load.table.primary_key:
            return ()
        return self._warehouse.ids(stream, load.table.primary_key[0])

    def take(self, message: AirbyteMessage) -> None:
        """Handle one message of the source."""
        if message.record is not None:
            self._record(message.record)
        elif message.state is not None:
            self._state(message.state)
        elif message.trace is not None:
            self._trace(message.trace)
        elif message.log is not None and message.log.level in _WORTH_TELLING:
            self._listener.note(message.log.message)

    def finish(self) -> None:
        """Complete every stream that the source ended without a message about it."""
        for stream in list(self._loads):
            self._complete(stream)

    def abandon(self) -> None:
        """Abandon the streams that are still open, since the source broke off."""
        for stream in list(self._loads):
            self._close(stream, self._loads[stream].abandon)

    def _record(self, record: AirbyteRecordMessage) -> None:
        stream, load = record.stream, self._loads[record.stream]
        if isinstance(record, PrintedRecord):
            load.printed(record.printed)
        else:
            load.row(record.data)
        self._rows[stream] = self._rows.get(stream, 0) + 1
        if self._rows[stream] % _TELL_EVERY == 0:
            total = sum(self._rows.values())
            self._listener.tell(f"{stream}: {self._rows[stream]:,} rows read; {total:,} in all")

    def _state(self, message: AirbyteStateMessage) -> None:
        if message.stream is None:
            raise Failed("The source gave a state that belongs to no stream.")
        stream = message.stream.stream_descriptor.name
        state = cast("JsonObject", AirbyteStateMessageSerializer.dump(message))
        if stream in self._loads:
            self._loads[stream].checkpoint(state)
        elif stream not in self.pulled.failed:
            self._warehouse.whole(lambda _: self._warehouse.save_state(stream, state))

    def _trace(self, trace: AirbyteTraceMessage) -> None:
        if trace.error is not None and trace.error.stream_descriptor is not None:
            self.pulled.failed[trace.error.stream_descriptor.name] = trace.error.message
        if trace.stream_status is not None:
            stream = trace.stream_status.stream_descriptor.name
            if trace.stream_status.status == AirbyteStreamStatus.COMPLETE:
                self._complete(stream)
            elif trace.stream_status.status == AirbyteStreamStatus.INCOMPLETE:
                self.pulled.failed.setdefault(stream, "The stream broke off.")
                self._close(stream, self._loads[stream].abandon)

    def _complete(self, stream: str) -> None:
        self._listener.tell(f"{stream}: loading {self._rows.get(stream, 0):,} rows")
        self._close(stream, self._loads[stream].complete)

    def _close(self, stream: str, end: Callable[[], None]) -> None:
        end()
        self.pulled.loaded[stream] = self._loads.pop(stream).loaded


def _configured(stream: AirbyteStream, *, incremental: bool) -> ConfiguredAirbyteStream:
    return ConfiguredAirbyteStream(
        stream=stream,
        sync_mode=SyncMode.incremental if incremental else SyncMode.full_refresh,
        destination_sync_mode=DestinationSyncMode.append_dedup
        if incremental
        else DestinationSyncMode.overwrite,
        cursor_field=stream.default_cursor_field,
        primary_key=stream.source_defined_primary_key,
    )


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn the CDK's errors, which carry a sentence and a kind, into failures of the command."""
    try:
        yield
    except AirbyteTracedException as error:
        kind = WrongUsage if error.failure_type == FailureType.config_error else Failed
        raise kind(error.message or "The source failed.") from error
