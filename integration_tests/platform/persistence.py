"""How the platform keeps acknowledged states: those of all streams in one request, of a size that is limited.

After `SyncPersistence` of `airbytehq/airbyte-platform` (August 2026), which saves every ten seconds and when
the sync ends; here it is every so many acknowledgements, so that nothing depends on the clock. A request that
fails is merged with the next one, and one that fails at the end fails the sync.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]
StreamKey = tuple[str | None, str]

MOST_BYTES = 10_485_760
"""What the platform's server takes in one request."""


def stream_key(descriptor: Message) -> StreamKey:
    """A stream's name within its namespace."""
    return descriptor.get("namespace"), descriptor["name"]


@dataclass(kw_only=True)
class Persistence:
    """States on their way into the platform's database; `saved` is what is there."""

    saved: dict[StreamKey, Message] = field(default_factory=dict)
    most_bytes: int = MOST_BYTES
    every: int = 20
    taken: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    _pending: dict[StreamKey, Message] = field(default_factory=dict)
    _accepted: int = 0

    def accept(self, key: StreamKey, state: Message) -> None:
        """Take an acknowledged state; a later one of the same stream takes its place."""
        self._pending[key] = state
        self._accepted += 1
        if self._accepted % self.every == 0:
            self.flush()

    def flush(self) -> None:
        """Save what is pending in one request; what is too big stays pending."""
        if not self._pending:
            return
        size = self.request_bytes()
        if size > self.most_bytes:
            self.refused.append(size)
            return
        self.taken.append(size)
        self.saved.update(self._pending)
        self._pending.clear()

    def close(self) -> str | None:
        """Save once more at the end of the sync; a sentence when that fails."""
        self.flush()
        if not self._pending:
            return None
        return f"the platform could not save the states: a request of {self.refused[-1]:,} bytes"

    def request_bytes(self) -> int:
        """The size of the request that would save what is pending."""
        states = [
            {
                "streamDescriptor": one["stream"]["stream_descriptor"],
                "streamState": one["stream"]["stream_state"],
            }
            for one in self._pending.values()
        ]
        body = {"connectionId": "0" * 36, "stateType": "stream", "streamState": states}
        request = {"connectionId": "0" * 36, "connectionState": body}
        return len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode())
