"""Whether a webhook's subscriptions are the wanted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_relay.subscribing.comparison import comparable

if TYPE_CHECKING:
    from attio_api.wire import Json

ONE: Json = {"field": "id.object_id", "operator": "equals", "value": "1"}
TWO: Json = {"field": "id.object_id", "operator": "equals", "value": "2"}
TURNED: Json = {"value": "2", "operator": "equals", "field": "id.object_id"}


def subscribed(event: str, *conditions: Json) -> Json:
    return {"event_type": event, "filter": {"$or": [*conditions]}}


def test_the_order_of_subscriptions_conditions_and_members_is_no_difference() -> None:
    """Attio may give each in another order."""
    asked: Json = [subscribed("record.created", ONE, TWO), subscribed("record.deleted", ONE)]
    held: Json = [subscribed("record.deleted", ONE), subscribed("record.created", TURNED, ONE)]

    assert comparable(asked) == comparable(held)


@pytest.mark.parametrize(
    "other",
    [
        [subscribed("record.created", ONE)],
        [subscribed("record.deleted", ONE, TWO)],
        [{"event_type": "record.created", "filter": {"$and": [ONE, TWO]}}],
        [],
        None,
    ],
)
def test_another_event_condition_or_operator_is_a_difference(other: Json) -> None:
    """Also where Attio holds none."""
    assert comparable([subscribed("record.created", ONE, TWO)]) != comparable(other)
