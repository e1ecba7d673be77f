"""The targets of values: records, members, options."""

from typing import Any

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define


def test_options_are_never_made_by_a_write(api: Api) -> None:
    """An unknown option or status is 400 value_not_found, and so is an archived one."""
    define(api, "size", "select")
    options = "/v2/objects/deals/attributes/size/options"
    option = api("POST", options, {"data": {"title": "Large"}})["data"]
    body = {"data": {"values": {"name": "D", "stage": "Lead", "owner": "ada@example.com", "size": "Small"}}}
    unknown = api.refusal("POST", "/v2/objects/deals/records", body)
    by_id = deal(api, size=option["id"]["option_id"])["values"]["size"][0]["option"]
    api("PATCH", f"{options}/Large", {"data": {"is_archived": True}})
    body["data"]["values"]["size"] = "Large"

    assert (400, "value_not_found") == unknown
    assert option == by_id
    assert (400, "value_not_found") == api.refusal("POST", "/v2/objects/deals/records", body)


def test_a_reference_finds_its_target_by_id_by_unique_value_or_by_shorthand(api: Api) -> None:
    """A company can be named in all three ways; one that is not there is refused and not made."""
    company = api.record("companies", {"domains": ["acme.com"]})
    forms: list[Any] = [
        {"target_object": "companies", "target_record_id": company},
        {"target_object": "companies", "domains": [{"domain": "ACME.com"}]},
        "https://acme.com/",
    ]
    people = [api.record("people", {"company": form}) for form in forms]
    held = [api("GET", f"/v2/objects/people/records/{each}")["data"]["values"]["company"] for each in people]
    missing = api.refusal("POST", "/v2/objects/people/records", {"data": {"values": {"company": "no.com"}}})

    assert [company] * 3 == [each[0]["target_record_id"] for each in held]
    assert (400, "value_not_found") == missing
