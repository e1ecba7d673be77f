"""The platform's field mapping for data activation: what the destination sees is already in its own names.

A stream's mapping says which of its columns are chosen and what each is called at the destination; the rest
does not travel. After `DestinationCatalogGenerator` and the mappers of `airbytehq/airbyte-platform`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """For some streams, the destination's name of each chosen column."""

    names: dict[str, dict[str, str]] = field(default_factory=dict)

    def catalog(self, catalog: Message) -> Message:
        """The configured catalog as the destination gets it."""
        return {"streams": [self._configured(stream) for stream in catalog["streams"]]}

    def message(self, message: Message) -> Message:
        """A record under the destination's names; everything else as it is."""
        if message["type"] != "RECORD" or message["record"]["stream"] not in self.names:
            return message
        record = message["record"]
        chosen = self.names[record["stream"]].items()
        data = {there: record["data"][here] for here, there in chosen if here in record["data"]}
        return {**message, "record": {**record, "data": data}}

    def _configured(self, configured: Message) -> Message:
        names = self.names.get(configured["stream"]["name"])
        if names is None:
            return configured
        columns = configured["stream"]["json_schema"]["properties"]
        properties = {there: columns[here] for here, there in names.items()}
        schema = {"type": "object", "additionalProperties": True, "properties": properties}
        return {**configured, "stream": {**configured["stream"], "json_schema": schema}, "cursor_field": []}
