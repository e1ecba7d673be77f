from attio_emulator.model.attachments import View
from unit_tests.attio_emulator.calling import Api


def test_views_are_read_by_pages(api: Api) -> None:
    """Views come by id, archived ones only when asked for, and are shown with the object they belong to."""
    people = api("GET", "/v2/objects/people")["data"]["id"]["object_id"]
    for number in (2, 1, 3):
        api.emulator.workspace.attachments.views.put(
            View(
                key=f"v{number}",
                target_id=people,
                title=str(number),
                is_archived=number == 3,
                created_at="2026",
            )
        )
    first = api("GET", "/v2/objects/people/views?limit=1")
    rest = api("GET", f"/v2/objects/people/views?cursor={first['pagination']['next_cursor']}")
    everything = api("GET", "/v2/objects/people/views?show_archived=true")

    assert ["1", "2"] == [view["title"] for view in first["data"] + rest["data"]]
    assert ["1", "2", "3"] == [view["title"] for view in everything["data"]]
    assert {"object_id": people, "view_id": "v1"}.items() <= first["data"][0]["id"].items()


def test_views_of_a_list_that_is_not_there(api: Api) -> None:
    """Views of nothing are not found."""
    assert (404, "not_found") == api.refusal("GET", "/v2/lists/nothing/views")
