"""Compares a webhook's subscriptions with those that are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attio_api.wire import Json


def comparable(raw: Json) -> Sequence[str]:
    """The subscriptions as sorted text, since Attio may reorder subscriptions and conditions."""
    rows: Iterable[Json] = raw if isinstance(raw, list) else []
    return sorted(_written(row) for row in rows)


def _written(raw: Json) -> str:
    if isinstance(raw, dict):
        return "{" + ",".join(f"{name}:{_written(raw[name])}" for name in sorted(raw)) + "}"
    if isinstance(raw, list):
        return "[" + ",".join(sorted(map(_written, raw))) + "]"
    return repr(raw)
