from typing import Any

import pytest

from attio_api.filter_values import constraint_values, need_room


@pytest.mark.parametrize(
    ("filtering", "count"),
    [
        ({}, 0),
        ({"name": "A"}, 1),
        ({"name": {"$in": ["A", "B"]}, "$not": {"tier": None}}, 3),
        ({"path": [["sales", "parent_record"], ["people", "name"]], "constraints": {"value": "A"}}, 1),
        ({"$or": [{"a": 1}, {"$and": [{"b": 2}, {"c": 3}]}]}, 3),
    ],
)
def test_values_are_counted_wherever_they_stand(filtering: dict[str, Any], count: int) -> None:
    """A null is one; the steps of a path are none."""
    assert count == constraint_values(filtering)


def test_no_depth_is_too_deep() -> None:
    """Filters deeper than Python calls functions are counted too."""
    filtering: Any = {"name": "A"}
    for _ in range(20_000):
        filtering = {"$not": filtering}

    assert 1 == constraint_values(filtering)


def test_room_for_the_connector_s_own_values_is_needed() -> None:
    """One value too many is told with its number."""
    need_room({"name": {"$in": ["x"] * 97}}, 3)
    with pytest.raises(
        ValueError, match="has 98 values; Attio takes 100 in one request, and the connector adds 3"
    ):
        need_room({"name": {"$in": ["x"] * 98}}, 3)
