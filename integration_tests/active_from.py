"""When a record's values were set, as an observer who knows only the answers would say."""

from collections.abc import Mapping

from attio_api.wire import Json


def newest_active_from(values: Mapping[str, Json]) -> str | None:
    """The newest time at which any of the values was set: UTC, nine decimals, comparable as text."""
    since = [
        value["active_from"]
        for found in values.values()
        if isinstance(found, list)
        for value in found
        if isinstance(value, dict) and isinstance(value.get("active_from"), str)
    ]
    return max(map(str, since), default=None)
