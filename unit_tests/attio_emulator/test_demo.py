"""The seed `demo`."""

from unit_tests.attio_emulator.calling import Api

PEOPLE = "/v2/objects/people/records"


def test_the_demo_is_a_crm_of_the_wanted_size(api: Api) -> None:
    """Companies with teams, deals with past stages, a custom object, two lists, notes, tasks."""
    sizes = {"companies": 30, "people": 60, "deals": 20, "projects": 5}
    counts = api("POST", "/_emulator/seed", {"name": "demo", **sizes})["counts"]
    people = api("POST", f"{PEOPLE}/query", {})["data"]
    addresses = [each["values"]["email_addresses"][0]["email_address"] for each in people]
    deals = api("POST", "/v2/objects/deals/records/query", {})["data"]
    stages = [
        api(
            "GET",
            f"/v2/objects/deals/records/{each['id']['record_id']}/attributes/stage/values?show_historic=true",
        )
        for each in deals
    ]

    assert sizes == {name: counts[name] for name in sizes}
    assert 60 == len(set(addresses))
    assert {1, 2, 3} == {len(each["data"]) for each in stages}
    assert 0 < counts["sales_outreach_entries"] <= 40
    assert (10, 40) == (len(api("GET", "/v2/notes")["data"]), len(api("GET", "/v2/tasks")["data"]))


def test_the_demo_can_be_written_to_as_if_it_had_been_typed(api: Api) -> None:
    """Seeded domains are taken, seeded people can be found, moved and deleted."""
    api("POST", "/_emulator/seed", {"name": "demo"})
    company = api("POST", "/v2/objects/companies/records/query", {"limit": 1})["data"][0]
    domain = company["values"]["domains"][0]["domain"]
    claim = {"data": {"values": {"domains": [domain]}}}
    person = api.record("people", {"company": domain})
    team = api("GET", f"/v2/objects/companies/records/{company['id']['record_id']}")["data"]["values"]["team"]

    assert (400, "uniqueness_conflict") == api.refusal("POST", "/v2/objects/companies/records", claim)
    assert person == team[-1]["target_record_id"]
