"""How records are shown."""

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define

COMPANIES = "/v2/objects/companies/records"


def test_values_of_a_record_hold_every_attribute(api: Api) -> None:
    """Empty attributes are empty lists; archived ones are left out and come back with their values."""
    define(api, "note", "text")
    record_id = deal(api, note="kept")["id"]["record_id"]
    target = f"/v2/objects/deals/records/{record_id}"
    api("PATCH", "/v2/objects/deals/attributes/note", {"data": {"is_archived": True}})
    hidden = api("GET", target)["data"]["values"]
    api("PATCH", "/v2/objects/deals/attributes/note", {"data": {"is_archived": False}})
    slugs = [each["api_slug"] for each in api("GET", "/v2/objects/deals/attributes")["data"]]

    assert "note" not in hidden
    assert "kept" == api("GET", target)["data"]["values"]["note"][0]["value"]
    assert slugs == list(api("GET", target)["data"]["values"])


def test_a_record_carries_its_own_story(api: Api) -> None:
    """record_id, created_at and created_by are values like any other."""
    company = api.record("companies", {"name": "A"})
    shown = api("GET", f"{COMPANIES}/{company}")["data"]

    assert company == shown["values"]["record_id"][0]["value"]
    assert shown["created_at"] == shown["values"]["created_at"][0]["value"]
    assert "api-token" == shown["values"]["created_by"][0]["referenced_actor_type"]
    assert f"https://app.attio.com/emulator/company/{company}" == shown["web_url"]
