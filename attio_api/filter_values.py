"""Counts the values of a filter, of which Attio takes a hundred in one request."""

from typing import Final

MOST_VALUES: Final = 100
"""Most constraint values in one request's filter; Attio refuses one more with HTTP 400."""


def constraint_values(filtering: object) -> int:
    """Count the values of a filter as Attio does; the steps of a path do not count."""
    count, left = 0, [filtering]
    while left:  # a loop, since a filter may be nested deeper than calls may
        part = left.pop()
        if isinstance(part, dict):
            left += (below for name, below in part.items() if name != "path")
        elif isinstance(part, list):
            left += part
        else:
            count += 1
    return count


def need_room(filtering: object, own: int) -> None:
    """Raise ValueError for a user's filter that leaves no room for the connector's own values."""
    if (count := constraint_values(filtering)) > MOST_VALUES - own:
        raise ValueError(
            f"has {count} values; Attio takes {MOST_VALUES} in one request, and the connector adds {own}"
        )
