"""Definitions: options and attributes by their names."""

from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.schema import Attribute, choice_id, find_choice

FIRST, SECOND = ("00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b")


def option(option_id: str, title: str, *, is_archived: bool) -> JsonObject:
    ids: JsonObject = {"attribute_id": "x", "option_id": option_id}
    return {"id": ids, "title": title, "is_archived": is_archived}


def test_an_option_is_found_by_id_or_title() -> None:
    """Of two of one title the one that can still be chosen; titles are compared exactly."""
    options = {
        FIRST: option(FIRST, "Red", is_archived=True),
        SECOND: option(SECOND, "Red", is_archived=False),
    }
    attribute = Attribute(
        attribute_id="x", slug="x", title="X", type="select", created_at="2026", options=options
    )

    assert options[FIRST] == find_choice(attribute, FIRST.upper())
    assert options[SECOND] == find_choice(attribute, "Red")
    assert find_choice(attribute, "red") is None
    assert SECOND == choice_id(options[SECOND])
