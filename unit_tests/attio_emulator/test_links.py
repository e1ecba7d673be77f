"""Both sides of a relationship, whatever is written to one; deletes and merges among them."""

from typing import Any

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_coercion import deal, define


def targets(api: Api, object_slug: str, record_id: str, slug: str) -> list[str]:
    values = api("GET", f"/v2/objects/{object_slug}/records/{record_id}")["data"]["values"][slug]
    return [each["target_record_id"] for each in values]


def refer(object_slug: str, record_id: str) -> dict[str, str]:
    return {"target_object": object_slug, "target_record_id": record_id}


def change(api: Api, object_slug: str, record_id: str, **values: Any) -> None:
    api("PUT", f"/v2/objects/{object_slug}/records/{record_id}", {"data": {"values": values}})


def test_a_person_joins_and_leaves_a_team(api: Api) -> None:
    """Changing people.company changes companies.team of the new company and of the former one."""
    first, second = api.record("companies", {"name": "1"}), api.record("companies", {"name": "2"})
    person = api.record("people", {"company": refer("companies", first)})
    joined = targets(api, "companies", first, "team")
    change(api, "people", person, company=refer("companies", second))

    assert [person] == joined
    assert [] == targets(api, "companies", first, "team")
    assert [person] == targets(api, "companies", second, "team")
    updated = [each["event"]["id"] for each in api.emulator.workspace.events[-3:]]
    assert {person, first, second} == {each["record_id"] for each in updated}


def test_a_team_takes_people_from_other_teams(api: Api) -> None:
    """Who is written into one team leaves the other, because a person has one company."""
    person = api.record("people", {})
    first = api.record("companies", {"team": [refer("people", person)]})
    second = api.record("companies", {"team": [refer("people", person)]})

    assert [second] == targets(api, "people", person, "company")
    assert ([], [person]) == (
        targets(api, "companies", first, "team"),
        targets(api, "companies", second, "team"),
    )


def test_relationships_can_be_defined(api: Api) -> None:
    """A new relationship makes the attribute on the other object, one to one if both sides are single."""
    partner = {"object": "workspaces", "title": "Deal", "api_slug": "deal", "is_multiselect": False}
    made = define(api, "workspace", "record-reference", relationship=partner)
    one, two = (api.record("workspaces", {"workspace_id": each}) for each in "12")
    first = deal(api, workspace=refer("workspaces", one))["id"]["record_id"]
    second = deal(api, workspace={"target_object": "workspaces", "workspace_id": [{"value": "1"}]})
    other = api("GET", "/v2/objects/workspaces/attributes/deal")["data"]

    assert "deal" == made["relationship"]["api_slug"]
    assert made["id"]["attribute_id"] == other["relationship"]["id"]["attribute_id"]
    assert [] == targets(api, "deals", first, "workspace")
    assert [second["id"]["record_id"]] == targets(api, "workspaces", one, "deal")
    assert [] == targets(api, "workspaces", two, "deal")


def test_deleting_a_record_drops_what_pointed_at_it(api: Api) -> None:
    """Relationships, one-way references and list entries go with it; one event tells of it."""
    define(api, "sponsor", "record-reference")
    company, person = api.record("companies", {}), api.record("people", {})
    change(api, "people", person, company=refer("companies", company))
    sponsored = deal(api, sponsor=refer("people", person))["id"]["record_id"]
    listed = {"name": "L", "api_slug": "l", "parent_object": "people", "workspace_access": "full-access"}
    api("POST", "/v2/lists", {"data": {**listed, "workspace_member_access": []}})
    entry = {"parent_object": "people", "parent_record_id": person, "entry_values": {}}
    api("POST", "/v2/lists/l/entries", {"data": entry})
    before = len(api.emulator.workspace.events)
    gone = api("DELETE", f"/v2/objects/people/records/{person}")

    assert {} == gone
    assert (404, "not_found") == api.refusal("DELETE", f"/v2/objects/people/records/{person}")
    assert ([], []) == (
        targets(api, "companies", company, "team"),
        targets(api, "deals", sponsored, "sponsor"),
    )
    assert [] == api("POST", "/v2/lists/l/entries/query", {})["data"]
    events = [each["event"]["event_type"] for each in api.emulator.workspace.events[before:]]
    assert ["record.deleted"] == events


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
