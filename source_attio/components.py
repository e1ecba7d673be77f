"""What the manifest cannot say in YAML, with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any

from airbyte_cdk.sources.declarative.retrievers.retriever import Retriever
from airbyte_cdk.sources.types import StreamSlice

from attio_api.client import AttioClient
from attio_api.errors import AttioError
from attio_api.wire import JsonObject, as_object, as_objects, decode
from source_attio.config import Config
from source_attio.decode.rows import without_nul
from source_attio.emit.messages import traced
from source_attio.read.context import governor_of_process


@dataclass
class Listing(Retriever):
    """Reads what Attio answers in one piece, with the ids of its composite `id` as columns.

    The CDK's own requester would go at a pace of its own beside the governor's, cannot read a `Retry-After`
    that is an HTTP date, and takes an answer that is cut for an empty one.
    """

    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]
    _path: str = field(init=False)

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        """Take the resource that the manifest names."""
        self._path = f"/v2/{parameters['resource']}"

    def read_records(
        self,
        records_schema: Mapping[str, Any],  # noqa: ARG002 (the CDK's signature)
        stream_slice: StreamSlice | None = None,  # noqa: ARG002 (there is only one)
    ) -> Iterable[JsonObject]:
        """Return all rows, or raise: there is no such thing as half an answer."""
        try:
            config = Config.parse(self.config)
            client = AttioClient(
                config.credentials.access_token.get_secret_value(),
                api_url=config.api_url,
                governor=governor_of_process(config.requests_per_second),
            )
            return client.fetch("GET", self._path, _rows)
        except AttioError as trouble:
            raise traced(trouble) from trouble


def _rows(body: bytes) -> list[JsonObject]:
    whole = as_object(decode(body), "the body")
    rows = as_objects(whole["data"], "`data`") if "data" in whole else [whole]
    return [{name: without_nul(value) for name, value in _with_ids(row).items()} for row in rows]


def _with_ids(row: JsonObject) -> JsonObject:
    ids = row.get("id")
    return (
        {**{name: value for name, value in row.items() if name != "id"}, **ids}
        if isinstance(ids, dict)
        else row
    )
