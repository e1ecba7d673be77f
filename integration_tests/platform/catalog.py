"""From what a source discovers to the catalog the platform configures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a user ticks for one stream on the connection's page."""

    name: str
    sync_mode: str = "incremental"
    destination_sync_mode: str = "append_dedup"
    primary_key: tuple[str, ...] | None = None
    destination_object_name: str | None = None


def configured(discovered: Message, choices: list[Choice]) -> Message:
    """The configured catalog for those choices; each job adds its number and the generations (`jobs`)."""
    offered = {stream["name"]: stream for stream in discovered["streams"]}
    return {"streams": [_configured(offered[choice.name], choice) for choice in choices]}


def _configured(stream: Message, choice: Choice) -> Message:
    key = (
        [[column] for column in choice.primary_key]
        if choice.primary_key
        else stream.get("source_defined_primary_key", [])
    )
    chosen = {
        "stream": stream,
        "sync_mode": choice.sync_mode,
        "destination_sync_mode": choice.destination_sync_mode,
        "cursor_field": stream.get("default_cursor_field", []),
        "primary_key": key,
    }
    if choice.destination_object_name:
        chosen["destination_object_name"] = choice.destination_object_name
    return chosen
