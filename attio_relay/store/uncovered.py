"""Which streams have changes that no sync covers, asked of the feed's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.events import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_relay.store.database import Database, Value

# So many of the newest changes are looked at, however many wait: who asks must slow nothing down.
MOST = 5000
# The newest change that is covered, and how many were looked at for it.
FLOOR = """
SELECT MAX(CASE WHEN at < :since THEN seq END) AS floor, COUNT(*) AS number
FROM (SELECT seq, at FROM changes WHERE route = :route ORDER BY seq DESC LIMIT :most) AS newest
"""
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

    def __init__(self, database: Database, *, most: int = MOST) -> None:
        self._database = database
        self._most = most

    def since(self, route: str, since: float) -> Sequence[Uncovered] | None:
        """By type, object and list.

        Nothing can be told apart when a hole in the intake lies among them, or when too many wait.
        """
        with self._database.reading() as transaction:
            looked = transaction.rows(FLOOR, {"route": route, "since": since, "most": self._most})[0]
            if looked["floor"] is None and looked["number"] >= self._most:
                return None
            values: dict[str, Value] = {"route": route, "floor": int(looked["floor"] or 0)}
            found = [Uncovered(**row) for row in transaction.rows(GROUPS, values)]
        return None if any(each.event_type == GAP for each in found) else found
