"""The classes that `manifest.yaml` names, through which the CDK describes and reads the engine's streams.

With them, any tool that opens a manifest sees all streams and reads each as a full refresh. `EngineSource`
calls the engine directly instead, since the CDK's queue takes a third of a sync's time.
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
from source_attio.head_start import begin
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
        """Yield all rows of the stream; raises AirbyteTracedException at the end if it failed."""
        refresh = SyncMode.full_refresh
        stream = AirbyteStream(
            name=self._stream, json_schema=dict(records_schema), supported_sync_modes=[refresh]
        )
        wanted = ConfiguredAirbyteStream(
            stream=stream, sync_mode=refresh, destination_sync_mode=DestinationSyncMode.overwrite
        )
        failures: dict[str, Exception] = {}
        begun = begin(_context(self.config), [self._stream])
        for message in engine.read(begun, [wanted], {}, failures):
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
        """Yield `name`, `slug` and `id` for each object's or list's stream."""
        for found in _discovered(self.config).streams.values():
            target = found.blueprint.target
            if target is not None and target.family == self._family:
                yield {"name": found.blueprint.name, "slug": target.slug, "id": target.id}


@dataclass
class Columns(SchemaLoader):
    """Returns the columns of a stream, made from the attributes of its object or list."""

    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]
    _stream: str = field(init=False)

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        """Take the stream that the template was filled in for."""
        self._stream = str(parameters["stream"])

    def get_json_schema(self) -> Mapping[str, Any]:
        """Return the JSON schema of the stream's rows."""
        return _discovered(self.config).streams[self._stream].json_schema


def _context(config: Mapping[str, Any]) -> Context:
    parsed = Config.parse(config)
    return connect(parsed, governor=governor_of_process(parsed.requests_per_second))


def _discovered(config: Mapping[str, Any]) -> engine.Discovered:
    return _discovered_with(json.dumps({**config}, sort_keys=True, default=str))


@lru_cache(maxsize=1)
def _discovered_with(config: str) -> engine.Discovered:
    """Discover the streams; asks Attio once, however many streams are opened with one configuration."""
    try:
        return engine.discover(_context(json.loads(config)))
    except AttioError as trouble:
        raise traced(trouble) from trouble
