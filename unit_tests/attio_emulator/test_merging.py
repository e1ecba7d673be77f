"""Two records that become a third."""

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define
from unit_tests.attio_emulator.relations import change, refer, targets


def merged(api: Api, primary: str, secondary: str) -> str:
    body = {"data": {"primary_record_id": primary, "secondary_record_id": secondary}}
    return str(api("POST", "/v2/objects/people/records/merge", body)["data"]["new_record_id"])


def test_merging_makes_a_third_record(api: Api) -> None:
    """The primary wins, lists are united, entries and references move along, the originals are gone."""
    company = api.record("companies", {})
    one = api.record("people", {"email_addresses": ["one@x.com"], "job_title": "CTO"})
    two = api.record(
        "people",
        {
            "email_addresses": ["two@x.com"],
            "job_title": "CEO",
            "name": "Two",
            "company": refer("companies", company),
        },
    )
    define(api, "sponsor", "record-reference")
    sponsored = deal(api, sponsor=refer("people", two))["id"]["record_id"]
    new = merged(api, one, two)
    values = api("GET", f"/v2/objects/people/records/{new}")["data"]["values"]

    assert new not in {one, two}
    assert ["one@x.com", "two@x.com"] == [each["email_address"] for each in values["email_addresses"]]
    assert ("CTO", "Two") == (values["job_title"][0]["value"], values["name"][0]["full_name"])
    assert [new] == targets(api, "companies", company, "team")
    assert [new] == targets(api, "deals", sponsored, "sponsor")
    for gone in (one, two):
        assert (404, "not_found") == api.refusal("GET", f"/v2/objects/people/records/{gone}")


def test_merging_tells_of_both_originals_and_frees_nothing(api: Api) -> None:
    """Two record.merged events name the new record; the merged addresses still belong to it."""
    one = api.record("people", {"email_addresses": ["one@x.com"]})
    two = api.record("people", {"email_addresses": ["two@x.com"]})
    new = merged(api, one, two)
    events = [each["event"] for each in api.emulator.workspace.events[-2:]]
    claim = {"data": {"values": {"email_addresses": ["two@x.com"]}}}
    again = {"data": {"primary_record_id": one, "secondary_record_id": two}}
    itself = {"data": {"primary_record_id": new, "secondary_record_id": new}}

    assert [(new, one), (new, two)] == [
        (each["id"]["record_id"], each["duplicate_record_id"]) for each in events
    ]
    assert ["record.merged"] * 2 == [each["event_type"] for each in events]
    assert (400, "uniqueness_conflict") == api.refusal("POST", "/v2/objects/people/records", claim)
    assert (404, "not_found") == api.refusal("POST", "/v2/objects/people/records/merge", again)
    assert (400, "self_merge") == api.refusal("POST", "/v2/objects/people/records/merge", itself)


def test_a_merged_record_keeps_the_past_it_had(api: Api) -> None:
    """Its values began when they began; what they were before is still told, and nothing overlaps."""
    company, other = api.record("companies", {}), api.record("companies", {})
    one = api.record("people", {"company": refer("companies", company)})
    change(api, "people", one, company=refer("companies", other))
    before = api("GET", f"/v2/objects/people/records/{one}/attributes/company/values?show_historic=true")[
        "data"
    ]
    new = merged(api, one, api.record("people", {}))
    after = api("GET", f"/v2/objects/people/records/{new}/attributes/company/values?show_historic=true")[
        "data"
    ]

    assert before == after
