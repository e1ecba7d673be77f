"""Attributes: shown, archived, renamed."""

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define
from unit_tests.attio_emulator.test_definitions import attribute_body

DEALS = "/v2/objects/deals/attributes"


def test_an_attribute_shows_its_whole_definition(api: Api) -> None:
    """Config always has both blocks; a relationship shows the other side."""
    shown = api("GET", "/v2/objects/people/attributes/company")["data"]
    companies = api("GET", "/v2/objects/companies")["data"]["id"]["object_id"]

    assert {"default_currency_code": None, "display_type": None} == shown["config"]["currency"]
    assert [companies] == shown["config"]["record_reference"]["allowed_object_ids"]
    assert ("team", True) == (shown["relationship"]["api_slug"], shown["relationship"]["is_multiselect"])
    assert (True, False, True) == (shown["is_system_attribute"], shown["is_unique"], shown["is_writable"])


def test_archived_attributes_keep_their_slug(api: Api) -> None:
    """They leave the listing unless asked for, can still be read, and their slug stays taken."""
    define(api, "field", "text")
    api("PATCH", f"{DEALS}/field", {"data": {"is_archived": True}})
    listed = [each["api_slug"] for each in api("GET", DEALS)["data"]]
    every = [each["api_slug"] for each in api("GET", f"{DEALS}?show_archived=true")["data"]]

    assert ("field" in every, "field" in listed) == (True, False)
    assert api("GET", f"{DEALS}/field")["data"]["is_archived"]
    assert (409, "slug_conflict") == api.refusal("POST", DEALS, attribute_body())
    assert ["object-attribute.created", "object-attribute.updated"] == api.events("object-attribute.")


def test_an_attribute_can_be_renamed(api: Api) -> None:
    """Its values and their history move to the new slug; system attributes stay as they are."""
    define(api, "field", "text")
    record_id = deal(api, field="x")["id"]["record_id"]
    api("PATCH", f"{DEALS}/field", {"data": {"api_slug": "renamed", "title": "New"}})
    values = api("GET", f"/v2/objects/deals/records/{record_id}")["data"]["values"]

    assert "x" == values["renamed"][0]["value"]
    assert "field" not in values
    assert (400, "system_edit_unauthorized") == api.refusal(
        "PATCH", f"{DEALS}/stage", {"data": {"title": "x"}}
    )
    assert (409, "slug_conflict") == api.refusal("PATCH", f"{DEALS}/renamed", {"data": {"api_slug": "stage"}})
