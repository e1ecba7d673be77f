"""Finds the streams with changes that no sync has covered, from the rows of the feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.events import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_relay.store.database import Database, Value

# At most this many of the newest changes are read, so that a question stays fast however many wait.
MOST = 5000
# The newest covered change's position, and the number of changes read to find it.
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
    """The oldest uncovered change of one type in one object or list; `at` is seconds since 1970."""

    event_type: str
    object_id: str | None
    list_id: str | None
    at: float


class UncoveredChanges:
    """Finds the uncovered changes of a route."""

    def __init__(self, database: Database, *, most: int = MOST) -> None:
        self._database = database
        self._most = most

    def since(self, route: str, since: float) -> Sequence[Uncovered] | None:
        """The oldest change of each type, object and list that came at `since` or later.

        None when a gap lies among these changes, or when all of the newest `most` changes came at `since` or
        later.
        """
        with self._database.reading() as transaction:
            looked = transaction.rows(FLOOR, {"route": route, "since": since, "most": self._most})[0]
            if looked["floor"] is None and looked["number"] >= self._most:
                return None
            values: dict[str, Value] = {"route": route, "floor": int(looked["floor"] or 0)}
            found = [Uncovered(**row) for row in transaction.rows(GROUPS, values)]
        return None if any(each.event_type == GAP for each in found) else found
