"""What Attio holds of one record, as the run keeps it."""

from typing import Any

import pytest

from destination_attio.model.current import Current


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "Northmill"}, "Northmill"),
        ({"name": {"first_name": "Ada", "full_name": "Ada Byron"}}, "Ada Byron"),
        ({"title": "Call"}, "Call"),
        ({"name": None, "title": ""}, None),
        ({"name": {"amount": 1}}, None),
        ({}, None),
    ],
)
def test_a_record_is_called_by_its_name_or_title(values: dict[str, Any], name: str | None) -> None:
    """A person by the full name; one that holds no text has no name."""
    assert name == Current(record_id="r", values=values).name


@pytest.mark.parametrize("more", [{}, {"parent_record_id": "p", "web_url": "https://app.attio.com/r"}])
def test_a_record_is_read_as_it_was_kept(more: dict[str, str]) -> None:
    """The scratch file loses nothing of it."""
    one = Current(record_id="r", values={"tags": ["a"], "rank": 1}, **more)

    assert one == Current.from_json(one.to_json())
