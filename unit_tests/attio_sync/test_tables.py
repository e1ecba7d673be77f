from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.loading.tables import column_type

if TYPE_CHECKING:
    from attio_api.wire import Json

CASES: list[tuple[str, Json]] = [
    ("VARCHAR", {"type": ["null", "string"]}),
    ("VARCHAR", {"type": "string", "format": "uuid"}),
    ("DATE", {"type": ["null", "string"], "format": "date"}),
    ("TIMESTAMP WITH TIME ZONE", {"type": ["null", "string"], "format": "date-time"}),
    ("DOUBLE", {"type": ["number", "null"]}),
    ("BIGINT", {"type": "integer"}),
    ("BOOLEAN", {"type": "boolean"}),
    ("VARCHAR[]", {"type": ["null", "array"], "items": {"type": "string"}}),
    ("JSON", {"type": "array"}),
    ("JSON", {"type": ["null", "object"]}),
    ("JSON", {"type": ["string", "number"]}),
    ("JSON", {}),
    ("JSON", None),
    (
        'STRUCT("amount" DOUBLE, "currency" VARCHAR)',
        {"type": "object", "properties": {"amount": {"type": "number"}, "currency": {"type": "string"}}},
    ),
    (
        'STRUCT("object" VARCHAR)[]',
        {"type": "array", "items": {"type": "object", "properties": {"object": {"type": "string"}}}},
    ),
]


@pytest.mark.parametrize(("expected", "schema"), CASES)
def test_every_schema_has_a_column_type(expected: str, schema: Json) -> None:
    """Each JSON schema becomes the DuckDB type that holds all its values, JSON when in doubt."""
    assert expected == column_type(schema)
