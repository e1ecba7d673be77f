"""What a write does to indexes and to the other side of a relationship."""

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define
from unit_tests.attio_emulator.relations import change, refer, targets

DEALS = "/v2/objects/deals/attributes"


def test_uniqueness_binds_new_values_only(api: Api) -> None:
    """Duplicates from before stay; from then on a new one is refused."""
    define(api, "field", "text")
    for _ in range(2):
        deal(api, field="same")
    api("PATCH", f"{DEALS}/field", {"data": {"is_unique": True}})
    body = {"data": {"values": {"name": "D", "stage": "Lead", "owner": "ada@example.com", "field": "same"}}}

    assert 2 == len(api("POST", "/v2/objects/deals/records/query", {"filter": {"field": "same"}})["data"])
    assert (400, "uniqueness_conflict") == api.refusal("POST", "/v2/objects/deals/records", body)


def test_duplicates_from_before_are_nobodys_match(api: Api) -> None:
    """An upsert by a value that two records hold is refused; when one is gone, the other is found."""
    define(api, "field", "text")
    ids = [deal(api, field="same")["id"]["record_id"] for _ in range(2)]
    api("PATCH", f"{DEALS}/field", {"data": {"is_unique": True}})
    target = "/v2/objects/deals/records?matching_attribute=field"
    body = {"data": {"values": {"field": "same", "name": "Found"}}}
    refused = api.refusal("PUT", target, body)
    api("DELETE", f"/v2/objects/deals/records/{ids[0]}")

    assert (400, "multiple_match_results") == refused
    assert ids[1] == api("PUT", target, body)["data"]["id"]["record_id"]


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
