"""Pages by offset and by cursor."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api

VIEWS = "/v2/objects/people/views"


def view(api: Api) -> str:
    return str(api("POST", "/_emulator/views", {"object": "people", "title": "V"})["data"]["view_id"])


def page(api: Api, cursor: str | None = None) -> tuple[list[str], Any]:
    answer = api("GET", f"{VIEWS}?limit=2" + (f"&cursor={cursor}" if cursor else ""))
    return [each["id"]["view_id"] for each in answer["data"]], answer["pagination"]["next_cursor"]


def test_a_cursor_stays_valid_when_things_come_and_go(api: Api) -> None:
    """The next page begins after the last thing of the one before, whatever has become of it."""
    made = sorted(view(api) for _ in range(5))
    first, cursor = page(api)
    api.emulator.workspace.attachments.views.drop(first[1])
    second, cursor = page(api, cursor)
    third, end = page(api, cursor)

    assert [made[:2], made[2:4], made[4:]] == [first, second, third]
    assert end is None


@pytest.mark.parametrize("cursor", ["x", "%C3%A9", "WzFd", "e30"])
def test_a_cursor_of_somebody_else_is_refused(api: Api, cursor: str) -> None:
    """What was not given by a page before leads nowhere."""
    assert (400, "validation_type") == api.refusal("GET", f"{VIEWS}?cursor={cursor}")
