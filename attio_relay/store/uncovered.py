"""Which streams have changes that no sync covers, asked of the feed's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.events import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_relay.store.database import Database, Value

# Walks back from the newest change to the first that is covered: it costs as much as there is to cover.
FLOOR = "SELECT seq FROM changes WHERE route = :route AND at < :since ORDER BY seq DESC LIMIT 1"
GROUPS = """
SELECT event_type, object_id, list_id, MIN(at) AS at FROM changes WHERE route = :route AND seq > :floor
GROUP BY event_type, object_id, list_id ORDER BY at, event_type, object_id, list_id
"""


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """The oldest uncovered change of one type in one object or list; ids of Attio, times in seconds."""

    event_type: str
    object_id: str | None
    list_id: str | None
    at: float


class UncoveredChanges:
    """Answers for a route."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, route: str, since: float) -> Sequence[Uncovered] | None:
        """By type, object and list; nothing can be told apart when a hole in the intake lies among them."""
        with self._database.reading() as transaction:
            floor = transaction.rows(FLOOR, {"route": route, "since": since})
            values: dict[str, Value] = {"route": route, "floor": int(floor[0]["seq"]) if floor else 0}
            found = [Uncovered(**row) for row in transaction.rows(GROUPS, values)]
        return None if any(each.event_type == GAP for each in found) else found
