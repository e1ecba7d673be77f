"""The classes that `manifest.yaml` names: through them the CDK reads and describes what the engine does.

`SourceAttio` goes past them, straight to the engine: the CDK's queue costs a third of a sync. They let every
tool that opens a manifest see all streams, and read each of them as a full refresh.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from functools import lru_cache
from typing import Any

from airbyte_cdk.models import AirbyteStream, ConfiguredAirbyteStream, DestinationSyncMode, SyncMode
from airbyte_cdk.sources.declarative.retrievers.retriever import Retriever
from airbyte_cdk.sources.declarative.schema.schema_loader import SchemaLoader
from airbyte_cdk.sources.types import StreamSlice

from attio_api.errors import AttioError
from attio_api.wire import JsonObject
from source_attio import engine
from source_attio.config import Config
from source_attio.emit.messages import traced
from source_attio.read.context import Context, connect, governor_of_process


@dataclass
class Engine(Retriever):
    """Reads one stream whole."""

    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]
    _stream: str = field(init=False)

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        """Take the stream that the manifest names."""
        self._stream = str(parameters["stream"])

    def read_records(
        self,
        records_schema: Mapping[str, Any],
        stream_slice: StreamSlice | None = None,  # noqa: ARG002 (there is only one)
    ) -> Iterable[JsonObject]:
        """Give all rows, or raise: there is no such thing as half an answer."""
        refresh = SyncMode.full_refresh
        stream = AirbyteStream(
            name=self._stream, json_schema=dict(records_schema), supported_sync_modes=[refresh]
        )
        wanted = ConfiguredAirbyteStream(
            stream=stream, sync_mode=refresh, destination_sync_mode=DestinationSyncMode.overwrite
        )
        failures: dict[str, Exception] = {}
        for message in engine.read(_context(self.config), [wanted], {}, failures):
            if message.record is not None:
                yield dict(message.record.data)
        for trouble in failures.values():
            raise traced(trouble, self._stream) from trouble


@dataclass
class Targets(Retriever):
    """Lists the objects, or the lists, that streams are made of."""

    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]
    _family: str = field(init=False)

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        """Take the family that the manifest names."""
        self._family = str(parameters["family"])

    def read_records(
        self,
        records_schema: Mapping[str, Any],  # noqa: ARG002 (the CDK's signature)
        stream_slice: StreamSlice | None = None,  # noqa: ARG002 (there is only one)
    ) -> Iterable[JsonObject]:
        """Give the name of each stream, and what it is made of."""
        for found in _discovered(self.config).streams.values():
            target = found.blueprint.target
            if target is not None and target.family == self._family:
                yield {"name": found.blueprint.name, "slug": target.slug, "id": target.id}


@dataclass
class Columns(SchemaLoader):
    """Makes the columns of a stream of the attributes of its object or list."""

    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]
    _stream: str = field(init=False)

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        """Take the stream that the template was filled in for."""
        self._stream = str(parameters["stream"])

    def get_json_schema(self) -> Mapping[str, Any]:
        """Return the columns."""
        return _discovered(self.config).streams[self._stream].json_schema


def _context(config: Mapping[str, Any]) -> Context:
    parsed = Config.parse(config)
    return connect(parsed, governor=governor_of_process(parsed.requests_per_second))


def _discovered(config: Mapping[str, Any]) -> engine.Discovered:
    return _discovered_with(json.dumps({**config}, sort_keys=True, default=str))


@lru_cache(maxsize=1)
def _discovered_with(config: str) -> engine.Discovered:
    """Ask Attio once, however many streams want to know."""
    try:
        return engine.discover(_context(json.loads(config)))
    except AttioError as trouble:
        raise traced(trouble) from trouble
