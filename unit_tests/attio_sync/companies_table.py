"""A table of companies in a warehouse, and rows for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync.loading.loader import Load
from attio_sync.loading.tables import Table

if TYPE_CHECKING:
    from pathlib import Path

    from attio_api.wire import JsonObject
    from attio_sync.loading.warehouse import Warehouse

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "record_id": {"type": "string"},
        "name": {"type": ["null", "string"]},
        "domains": {"type": ["null", "array"], "items": {"type": "string"}},
        "_changed_at": {"type": "string", "format": "date-time"},
        "_deleted": {"type": ["null", "boolean"]},
        "_merged_into": {"type": ["null", "string"]},
    },
}
COMPANIES = Table.of("companies", SCHEMA, ["record_id"])


def company(number: int, name: str | None = "Ada", **more: object) -> JsonObject:
    return {"record_id": f"r{number}", "name": name, "domains": [f"a{number}.com"], **more}  # type: ignore[dict-item]  # any JSON


def names(warehouse: Warehouse) -> list[tuple[str, str | None]]:
    return warehouse.connection.execute("SELECT record_id, name FROM companies ORDER BY 1").fetchall()


def load_all(warehouse: Warehouse, folder: Path, table: Table, way: str, rows: list[JsonObject]) -> None:
    """Bring rows into a table."""
    _, fitted = warehouse.fit(table)
    one = Load(warehouse, fitted, spool=folder / "spool", way=way)  # type: ignore[arg-type]  # one of three
    for row in rows:
        one.row(row)
    one.complete()
