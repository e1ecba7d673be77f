"""When two notes or two tasks are the same."""

from typing import Any

import pytest

from destination_attio.model.targets import NOTES, TASKS, Target
from destination_attio.rows.sameness import sameness

AT = {"object": "people", "record_id": "1"}
NOTE: dict[str, Any] = {"parent_record": AT, "title": "Call", "content": "# Hello\n*world*"}
TASK: dict[str, Any] = {
    "content": "Call back",
    "linked_records": [AT, {"object": "people", "record_id": "2"}],
}


@pytest.mark.parametrize(
    ("target", "values", "other"),
    [
        (NOTES, NOTE, {"content": "Hello world", "title": " Call "}),
        (NOTES, NOTE, {"parent_record": {"object": "an-objects-id", "record_id": "1"}}),
        (TASKS, TASK, {"linked_records": TASK["linked_records"][::-1], "is_completed": True}),
    ],
)
def test_another_form_is_the_same(target: Target, values: dict[str, Any], other: dict[str, Any]) -> None:
    """Marks of a format, the order of links, and the name of an object tell nothing apart."""
    assert sameness(target, values) == sameness(target, values | other)


@pytest.mark.parametrize(
    ("target", "values", "other"),
    [
        (NOTES, NOTE, {"content": "Hello worlds"}),
        (NOTES, NOTE, {"title": "Mail"}),
        (NOTES, NOTE, {"parent_record": {"object": "people", "record_id": "2"}}),
        (TASKS, TASK, {"content": "Call"}),
        (TASKS, TASK, {"linked_records": [AT]}),
    ],
)
def test_another_content_is_another(target: Target, values: dict[str, Any], other: dict[str, Any]) -> None:
    """Each of what is compared counts."""
    assert sameness(target, values) != sameness(target, values | other)
