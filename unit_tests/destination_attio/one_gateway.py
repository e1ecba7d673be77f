"""A target whose records are in memory; asked as Attio is, in pages and by filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from destination_attio.model.current import Current
from destination_attio.workspace.filter_size import FilterSize

if TYPE_CHECKING:
    from destination_attio.model.targets import Target


class OneGateway:
    """Its records by id; `asked` are the filters that it was given, None for all."""

    page_size = 2

    def __init__(self, target: Target, **records: dict[str, Any]) -> None:
        self.target, self.records = target, records
        self.filter_size = FilterSize()
        self.asked: list[Any] = []

    def page(self, offset: int, where: Any = None, limit: int | None = None) -> list[Any]:
        """Those that hold a text of the filter."""
        self.asked.append(where)
        found = [{"id": one, **held} for one, held in self.records.items() if _fits(one, held, where)]
        return found[offset : offset + (limit or self.page_size)]

    def currents(self, offset: int, where: Any, attributes: Any) -> list[Current]:
        """The same, as plain values."""
        return [self.read(raw, attributes) for raw in self.page(offset, where)]

    def read(self, raw: Any, attributes: Any = ()) -> Current:
        """All of its values, and the id."""
        values = {slug: value for slug, value in raw.items() if slug != "id"}
        return Current(record_id=raw["id"], values={**values, self.target.id_attribute: raw["id"]})

    def one(self, own_id: str) -> Any:
        """The record, or None."""
        return {"id": own_id, **self.records[own_id]} if own_id in self.records else None


def _fits(own_id: str, held: dict[str, Any], where: Any) -> bool:
    if where is None:
        return True
    flat = (one for value in held.values() for one in (value if isinstance(value, list) else [value]))
    texts = [own_id, *(str(one.get("record_id")) if isinstance(one, dict) else str(one) for one in flat)]
    return any(f"'{one}'" in str(where) for one in texts)
