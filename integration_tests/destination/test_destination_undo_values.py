"""Values that a revert cannot write any more are listed with the reason."""

from __future__ import annotations

import pytest

from integration_tests.destination.things import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_value_of_an_archived_attribute_is_listed_with_that_reason(desk: Desk) -> None:
    """Nobody is said to have changed it, as its values cannot be read."""
    report = desk.push([{"code": "a", "label": "new"}], "things", match="code")
    desk.attio.api("PATCH", "/v2/objects/things/attributes/label", {"data": {"is_archived": True}})

    assert ["The attribute 'label' is gone or archived."] == [
        one.reason for one in desk.revert(report).conflicts
    ]
