"""What Attio does by itself after a write, when the emulator is told to do it too."""

from typing import Any

from unit_tests.attio_emulator.calling import Api


def linked(api: Api, email: str, *, seconds: float = 0.3) -> Any:
    person = api.record("people", {"email_addresses": [email]})
    api("POST", "/_emulator/clock", {"advance_seconds": seconds})
    return api("GET", f"/v2/objects/people/records/{person}")["data"]["values"]["company"]


def test_nothing_happens_by_itself_unless_asked_for(api: Api) -> None:
    """A person stays without a company."""
    assert [] == linked(api, "ada@app.acme.com")


def test_a_person_gets_the_company_of_the_address(api: Api) -> None:
    """A moment later, made by the system; the next person of that domain joins the same company."""
    api("POST", "/_emulator/echoes", {"company_linking": True})
    early = linked(api, "early@acme.com", seconds=0.1)
    first, second = linked(api, "ada@app.acme.com"), linked(api, "bob@acme.com")
    events = [each["event"] for each in api.emulator.workspace.events]
    created = [each for each in events if each["event_type"] == "record.created"]

    assert [] == early
    assert ["system"] == [each["created_by_actor"]["type"] for each in first]
    assert first[0]["target_record_id"] == second[0]["target_record_id"]
    assert 1 == sum(each["actor"] == {"type": "system", "id": None} for each in created)


def test_free_mail_makes_no_company(api: Api) -> None:
    """Nobody works for a mail provider by having an address there."""
    api("POST", "/_emulator/echoes", {"company_linking": True})

    assert [] == linked(api, "ada@gmail.com")
