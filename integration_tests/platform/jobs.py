"""Numbers that the platform gives out: a job's `sync_id`, a stream's generation, and what a refresh empties.

After `AttemptHandler`, `GenerationBumper` and `CatalogGenerationSetter` of `airbytehq/airbyte-platform`
(August 2026). All attempts of a job share its number. The first attempt raises the generation of each stream
that is read from its beginning (a refresh, or the mode full refresh) and drops its state. Rows of earlier
generations are to be removed after a refresh that truncates, and after every overwrite.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from integration_tests.platform.persistence import Message, StreamKey, stream_key


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """What a user asks for in the menu of a connection or a stream."""

    streams: frozenset[str]
    truncates: bool = False


@dataclass(kw_only=True)
class Jobs:
    """The jobs of one connection."""

    number: int = 0
    generations: dict[StreamKey, int] = field(default_factory=dict)
    _refresh: Refresh | None = None

    def begin(self, catalog: Message, refresh: Refresh | None = None) -> list[StreamKey]:
        """Start the next job; the streams that are read from their beginning, without their state."""
        self.number += 1
        self._refresh = refresh
        from_scratch = [key for key, one in _streams(catalog) if self._is_read_anew(one)]
        for key in from_scratch:
            self.generations[key] = self.generations.get(key, 0) + 1
        return from_scratch

    def catalog(self, catalog: Message) -> Message:
        """The catalog as the connectors get it in this job."""
        return {"streams": [{**one, **self._numbers(key, one)} for key, one in _streams(catalog)]}

    def _numbers(self, key: StreamKey, configured: Message) -> dict[str, int]:
        generation = self.generations.get(key, 0)
        least = generation if self._removes_the_old(configured) else 0
        return {"sync_id": self.number, "generation_id": generation, "minimum_generation_id": least}

    def _is_read_anew(self, configured: Message) -> bool:
        return configured["sync_mode"] == "full_refresh" or self._is_refreshed(configured)

    def _removes_the_old(self, configured: Message) -> bool:
        overwrites = configured["destination_sync_mode"].startswith("overwrite")
        truncates = self._refresh is not None and self._refresh.truncates
        return overwrites or (truncates and self._is_refreshed(configured))

    def _is_refreshed(self, configured: Message) -> bool:
        return self._refresh is not None and configured["stream"]["name"] in self._refresh.streams


def _streams(catalog: Message) -> list[tuple[StreamKey, Message]]:
    return [(stream_key(one["stream"]), one) for one in catalog["streams"]]
