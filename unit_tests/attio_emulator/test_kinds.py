"""How seeds define objects, lists and attributes."""

import pytest

from attio_emulator.seeds.kinds import add_choices, define, new_list, new_object
from unit_tests.attio_emulator.calling import Api


def test_what_a_seed_defines_the_api_shows(api: Api) -> None:
    """An object and a list of a seed are listed like those that calls made, with Attio's own attributes."""
    workspace = api.emulator.workspace
    new_object(workspace, "ships", "Ship", "Ships")
    new_list(workspace, "fleet", "Fleet", "companies")
    ship = next(each for each in api("GET", "/v2/objects")["data"] if each["api_slug"] == "ships")
    fleet = next(each for each in api("GET", "/v2/lists")["data"] if each["api_slug"] == "fleet")

    assert ("Ship", "Ships") == (ship["singular_noun"], ship["plural_noun"])
    assert ["companies"] == fleet["parent_object"]
    for place, own in (("objects/ships", "record_id"), ("lists/fleet", "entry_id")):
        assert own in {each["api_slug"] for each in api("GET", f"/v2/{place}/attributes")["data"]}


@pytest.mark.parametrize(("type_", "listed"), [("select", "options"), ("status", "statuses")])
def test_choices_of_a_seed_are_like_those_of_a_call(api: Api, type_: str, listed: str) -> None:
    """The options of a select and the statuses of a status have the members of those that a call makes."""
    kind = new_object(api.emulator.workspace, "ships", "Ship", "Ships")
    attribute = define(api.emulator.workspace, kind, "home_port", type_)
    add_choices(api.emulator.workspace, kind, attribute, ("Bergen", "Riga"))
    place = f"/v2/objects/ships/attributes/home_port/{listed}"
    called = api("POST", place, {"data": {"title": "Oslo"}})["data"]
    found = api("GET", place)["data"]

    assert "Home port" == attribute.title
    assert ["Bergen", "Riga", "Oslo"] == [each["title"] for each in found]
    assert [(set(called), set(called["id"]))] * 3 == [(set(each), set(each["id"])) for each in found]
    assert api.record("ships", {"home_port": "Riga"})
