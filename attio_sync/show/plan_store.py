"""Stores a plan in a DuckDB file of its own, to show it page by page.

No view holds the plan in memory: each is one query with a limit, so a plan of two hundred thousand changes is
shown like one of three.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any, Final, Self

from attio_sync.files import need_database
from attio_sync.show import look_at_first, wording
from attio_sync.show.plan_views import Figure, Filter, Group, Pattern
from destination_attio.model.plan import ACTIONS, Change
from destination_attio.storage.database import open_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import duckdb

    from attio_api.wire import JsonObject

PAGE: Final = 50
_BATCH: Final = 2_000
_PAIRS: Final = 20
_FEW: Final = 3
"""Patterns of an attribute up to which all are listed, also those with a single change."""
_NAMED: Final = 12
_LIMITS: Final = "SET threads = 1; SET memory_limit = '128MB'"
_CHANGES: Final = {
    "n": "BIGINT",
    "kind": "VARCHAR",
    "name": "VARCHAR",
    "attribute": "VARCHAR",
    "reason": "VARCHAR",
    "remedy": "VARCHAR",
    "signals": ["VARCHAR"],
    "search": "VARCHAR",
    "doc": "VARCHAR",
}
_FIELDS: Final = {"n": "BIGINT", "attribute": "VARCHAR", "before": "VARCHAR", "after": "VARCHAR"}
_SCHEMA: Final = """
CREATE TABLE changes (n BIGINT, kind VARCHAR, name VARCHAR, attribute VARCHAR, reason VARCHAR,
    remedy VARCHAR, signals VARCHAR[], search VARCHAR, doc VARCHAR);
CREATE TABLE fields (n BIGINT, attribute VARCHAR, before VARCHAR, after VARCHAR);
"""
_PATTERNS: Final = """
WITH moved AS (
    SELECT c.kind, f.attribute, f.before, f.after FROM fields f
    JOIN (SELECT n, kind FROM changes WHERE kind <> 'delete' AND {where}) c USING (n)
), pairs AS (
    SELECT *, count(*) AS times FROM moved GROUP BY ALL
), ranked AS (
    SELECT *, count(*) OVER (PARTITION BY kind, attribute) AS many, row_number() OVER (
        PARTITION BY kind, attribute ORDER BY times DESC, before, after) AS place
    FROM pairs
), told AS (
    SELECT *, place <= ? AND (times > 1 OR many <= ?) AS is_told FROM ranked
)
SELECT kind, attribute, CASE WHEN is_told THEN before END AS b, CASE WHEN is_told THEN after END AS a,
    sum(times)::BIGINT AS times, count(DISTINCT before), count(DISTINCT after), is_told
FROM told GROUP BY kind, attribute, is_told, b, a
ORDER BY max(sum(times)) OVER (PARTITION BY kind, attribute) DESC, kind, attribute, is_told DESC, times DESC
"""
_ALIKE: Final = (
    "FROM changes c JOIN changes o ON o.n = ? AND c.kind = o.kind "
    "AND c.attribute IS NOT DISTINCT FROM o.attribute AND c.reason IS NOT DISTINCT FROM o.reason "
    "AND c.remedy IS NOT DISTINCT FROM o.remedy"
)
_GROUPED: Final = (
    "kind = ? AND contains(search, ?) GROUP BY attribute, reason, remedy, "
    "CASE WHEN kind = 'superseded' AND n IN (SELECT n FROM fields) THEN n END"
)
_ORDER: Final = "CASE kind WHEN 'delete' THEN 0 WHEN 'update' THEN 1 ELSE 2 END, n"


class PlanStore:
    """One plan's changes; used from one thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._db = connection
        self._waiting: list[tuple[JsonObject, list[JsonObject]]] = []
        self._count = 0

    @classmethod
    def create(cls, path: Path | None = None) -> Self:
        """A new store, in a file or in memory."""
        store = cls(open_database(str(path) if path else ":memory:"))
        store._db.execute(_LIMITS)
        store._db.execute(_SCHEMA)
        return store

    @classmethod
    def open(cls, path: Path) -> Self:
        """An existing store, for reading only; raises WrongUsage for a file that is not a database."""
        need_database(path)
        store = cls(open_database(str(path), read_only=True))
        store._db.execute(_LIMITS)
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # --- writing -------------------------------------------------------------------------------------

    def extend(self, changes: Iterable[Change]) -> Self:
        """Add changes, in their order."""
        for change in changes:
            self._waiting.append(_rows(self._count, change))
            self._count += 1
            if len(self._waiting) == _BATCH:
                self._flush()
        self._flush()
        return self

    def _flush(self) -> None:
        into = "INSERT INTO {} SELECT unnest(from_json(?::JSON, ?), recursive := true)"
        heads = json.dumps([one for one, _ in self._waiting])
        fields = json.dumps([field for _, some in self._waiting for field in some])
        if self._waiting:
            self._db.execute(into.format("changes"), [heads, json.dumps([_CHANGES])])
            self._db.execute(into.format("fields"), [fields, json.dumps([_FIELDS])])
        self._waiting.clear()

    # --- asking --------------------------------------------------------------------------------------

    def kinds(self) -> dict[str, int]:
        """The number of changes of each kind."""
        return dict(self._all("SELECT kind, count(*) FROM changes GROUP BY kind"))

    def attributes(self, look: Filter) -> list[Figure]:
        """The number of changes of each attribute, among those that a filter selects."""
        where, values = _where(look.without_attributes())
        found = self._all(
            f"SELECT attribute, count(DISTINCT n) AS changes FROM fields WHERE n IN "  # noqa: S608 -- see _where
            f"(SELECT n FROM changes WHERE {where}) GROUP BY attribute ORDER BY changes DESC, attribute",
            values,
        )
        return [Figure(name=name, count=count) for name, count in found]

    def signals(self, look: Filter) -> dict[str, int]:
        """The number of selected changes to look at first, by reason."""
        where, values = _where(look.without_signal())
        return dict(
            self._all(
                "SELECT signal, count(*) FROM (SELECT unnest(signals) AS signal FROM changes "  # noqa: S608 -- see _where
                f"WHERE {where}) GROUP BY signal",
                values,
            )
        )

    def count(self, look: Filter) -> int:
        """The number of selected changes that need a write."""
        where, values = _where(look)
        return int(self._all(f"SELECT count(*) FROM changes WHERE {where}", values)[0][0])  # noqa: S608 -- see _where

    def page(self, look: Filter, *, limit: int = PAGE) -> list[tuple[int, Change]]:
        """One page of them with their numbers, deletions first."""
        where, values = _where(look)
        found = self._all(
            f"SELECT n, doc FROM changes WHERE {where} ORDER BY {_ORDER} LIMIT ? OFFSET ?",  # noqa: S608 -- see _where
            [*values, limit, look.at],
        )
        return [(number, Change.from_json(json.loads(doc))) for number, doc in found]

    def refused(self, kind: str, *, limit: int = PAGE) -> list[tuple[int, Change]]:
        """The first rows or records of a kind that needs no write, with their numbers."""
        query = "SELECT n, doc FROM changes WHERE kind = ? ORDER BY n LIMIT ?"
        return [(n, Change.from_json(json.loads(doc))) for n, doc in self._all(query, [kind, limit])]

    def change(self, number: int) -> Change | None:
        """One change by its number."""
        found = self._all("SELECT doc FROM changes WHERE n = ?", [number])
        return Change.from_json(json.loads(found[0][0])) if found else None

    def groups(self, kind: str, look: Filter, *, limit: int = PAGE) -> list[Group]:
        """Rejected and superseded rows by reason; a superseded row that says something else stands alone."""
        found = self._all(
            "SELECT count(*) AS rows, min(n), attribute, reason, remedy, list(name ORDER BY n)[:?] "  # noqa: S608 -- a literal
            f"FROM changes WHERE {_GROUPED} ORDER BY rows DESC, min(n) LIMIT ? OFFSET ?",
            [_NAMED, kind, fold(look.text), limit, look.at if kind in look.kinds else 0],
        )
        return [Group.of(kind, row) for row in found]

    def count_groups(self, kind: str, look: Filter) -> int:
        """The number of these groups."""
        query = f"SELECT count(*) FROM (SELECT 1 FROM changes WHERE {_GROUPED})"  # noqa: S608 -- a literal
        return int(self._all(query, [kind, fold(look.text)])[0][0])

    def count_alike(self, number: int) -> int:
        """The number of rows rejected for the same reason as this one."""
        return int(self._all(f"SELECT count(*) {_ALIKE}", [number])[0][0])

    def alike(self, number: int, *, at: int = 0, limit: int = PAGE) -> list[tuple[int, Change]]:
        """The rows rejected for the same reason as this one."""
        found = self._all(f"SELECT c.n, c.doc {_ALIKE} ORDER BY c.n LIMIT ? OFFSET ?", [number, limit, at])
        return [(n, Change.from_json(json.loads(doc))) for n, doc in found]

    def patterns(self, look: Filter) -> list[Pattern]:
        """Patterns: the same change of an attribute on many records as one line, the most frequent first.

        Deletions have no pattern, since they remove the whole record. Where an attribute has many patterns,
        those with a single change become one line.
        """
        where, values = _where(look)
        found = self._all(_PATTERNS.format(where=where), [*values, _PAIRS, _FEW])
        return [Pattern.of(row) for row in found]

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._db.execute(query, list(values)).fetchall()


def fold(text: str) -> str:
    """A text in the form for searches: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))


def _where(look: Filter) -> tuple[str, list[Any]]:
    """An SQL condition on `changes` with its values; its text has only our own words."""
    parts = ["list_contains(?, kind)"]
    values: list[Any] = [[kind for kind in look.kinds if kind in ACTIONS] or list(ACTIONS)]
    if look.kinds and not set(look.kinds) & set(ACTIONS):
        parts.append("false")
    if look.text:
        parts.append("contains(search, ?)")
        values.append(fold(look.text))
    if look.signal:
        parts.append("list_contains(signals, ?)")
        values.append(look.signal)
    if look.attributes:
        sides = {"before": look.before, "after": look.after}
        given = {side: text for side, text in sides.items() if text is not None}
        inner = " AND ".join(("list_contains(?, attribute)", *(f"{side} = ?" for side in given)))
        parts.append(f"n IN (SELECT n FROM fields WHERE {inner})")  # noqa: S608 -- see above
        values += [list(look.attributes), *given.values()]
    return " AND ".join(parts), values


def _rows(number: int, change: Change) -> tuple[JsonObject, list[JsonObject]]:
    fields = _fields(number, change)
    name, held = wording.name(change), wording.cell(change.value)
    values = [str(one[side]) for one in fields for side in ("before", "after")]
    said = [name, wording.key(change), change.record_id or "", change.reason or "", held, *values]
    head: JsonObject = {
        "n": number,
        "kind": change.kind,
        "name": _with_row(wording.shortened(name, wording.NAME), change.row_number, held),
        "attribute": change.attribute,
        "reason": change.reason,
        "remedy": change.remedy,
        "signals": [*sorted(look_at_first.signals(change))],
        "search": fold("\n".join(said)),
        "doc": json.dumps(change.to_json()),
    }
    return head, fields


def _fields(number: int, change: Change) -> list[JsonObject]:
    return [
        {
            "n": number,
            "attribute": one.attribute,
            "before": wording.value(one.before),
            "after": wording.value(one.after),
        }
        for one in change.fields
        if one.before != one.after and wording.says_something(one)  # no page shows what stays empty
    ]


def _with_row(name: str, number: int | None, held: str) -> str:
    """The name with the number of its row and the cell for which it was rejected.

    A row without a name of its own is called by its number once.
    """
    row = f"row {number}" if number else ""
    where = ": ".join(filter(None, (row, held)))
    if name == row:
        return where
    return f"{name} ({where})" if where else name
