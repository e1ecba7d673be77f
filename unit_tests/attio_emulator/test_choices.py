"""Options of selects, and statuses."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define

DEALS = "/v2/objects/deals/attributes"


def test_options_are_made_changed_and_archived(api: Api) -> None:
    """A title is taken once; a renamed option shows its new title inside the values that hold it."""
    define(api, "size", "select")
    options = f"{DEALS}/size/options"
    made = api("POST", options, {"data": {"title": "L"}})["data"]
    record_id = deal(api, size="L")["id"]["record_id"]
    api("PATCH", f"{options}/{made['id']['option_id']}", {"data": {"title": "Large"}})
    taken = api.refusal("POST", options, {"data": {"title": "Large"}})
    shown = api("GET", f"/v2/objects/deals/records/{record_id}")["data"]["values"]["size"]
    api("PATCH", f"{options}/Large", {"data": {"is_archived": True}})

    assert (409, "slug_conflict") == taken
    assert "Large" == shown[0]["option"]["title"]
    assert [] == api("GET", options)["data"]
    assert 1 == len(api("GET", f"{options}?show_archived=true")["data"])
    assert 1 == len(api("POST", "/v2/objects/deals/records/query", {"filter": {"size": "Large"}})["data"])
    assert (400, "value_not_found") == api.refusal("PATCH", f"{options}/Small", {"data": {"title": "x"}})
    assert (404, "not_found") == api.refusal(
        "PATCH", f"{DEALS}/sizes/options/Small", {"data": {"title": "x"}}
    )


def test_statuses_know_celebration_and_time(api: Api) -> None:
    """Their extra members are kept; attributes of another type have none, and can be given none."""
    extras = {"celebration_enabled": True, "target_time_in_status": "P2D"}
    made = api("POST", f"{DEALS}/stage/statuses", {"data": {"title": "Signed", **extras}})["data"]
    titles = [each["title"] for each in api("GET", f"{DEALS}/stage/statuses")["data"]]
    bad = {"data": {"title": "x", "target_time_in_status": "soon"}}

    assert extras == {key: made[key] for key in extras}
    assert ["Lead", "In Progress", "Won 🎉", "Lost", "Signed"] == titles
    assert (400, "validation_type") == api.refusal("POST", f"{DEALS}/stage/statuses", bad)
    quiet = {"data": {"title": "Quiet", "celebration_enabled": None}}
    assert api("POST", f"{DEALS}/stage/statuses", quiet)["data"]["celebration_enabled"] is False
    no_more = {"data": {"celebration_enabled": None}}
    assert (400, "value_not_found") == api.refusal("PATCH", f"{DEALS}/stage/statuses/Signde", no_more)
    assert api("PATCH", f"{DEALS}/stage/statuses/Signed", no_more)["data"]["celebration_enabled"] is False
    assert [] == api("GET", f"{DEALS}/name/statuses")["data"]
    assert [] == api("GET", f"{DEALS}/stage/options")["data"]
    title = {"data": {"title": "x"}}
    assert (400, "validation_type") == api.refusal("POST", f"{DEALS}/stage/options", title)
    assert (
        "Won 🎉" == api("PATCH", f"{DEALS}/stage/statuses/Won%20%F0%9F%8E%89", {"data": {}})["data"]["title"]
    )


@pytest.mark.parametrize(
    ("attribute", "kind", "changes", "refusal"),
    [
        ("size", "options", {"title": "L"}, (409, "slug_conflict")),
        ("size", "options", {"title": ""}, (400, "validation_type")),
        ("size", "options", {"is_archived": None}, (400, "validation_type")),
        ("stage", "statuses", {"title": "Lost"}, (409, "slug_conflict")),
        ("stage", "statuses", {"target_time_in_status": "soon"}, (400, "validation_type")),
        ("stage", "options", {"title": "x"}, (400, "validation_type")),
        ("size", "statuses", {"title": "x"}, (400, "validation_type")),
    ],
)
def test_changes_that_cannot_be_are_refused(
    api: Api, attribute: str, kind: str, changes: Any, refusal: tuple[int, str]
) -> None:
    """Titles that another one has or that are empty, and options of what has none."""
    define(api, "size", "select")
    for title in ("S", "L"):
        api("POST", f"{DEALS}/size/options", {"data": {"title": title}})
    changed = "Lead" if attribute == "stage" else "S"

    assert refusal == api.refusal("PATCH", f"{DEALS}/{attribute}/{kind}/{changed}", {"data": changes})
