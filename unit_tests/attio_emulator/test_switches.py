"""Behaviour that is switched, because sources about Attio contradict each other or workspaces differ."""

from typing import Any

import pytest

from attio_emulator.model.clock import Clock
from attio_emulator.model.switches import CHOICES, Switches
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_types import attribute

IDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(150)]
QUERY = "/v2/objects/people/records/query"


def switch(api: Api, **changes: str) -> Any:
    return api("POST", "/_emulator/switches", changes)


def test_every_switch_begins_with_its_first_word() -> None:
    """The table of words and the switches name the same questions, and a default is the first word."""
    assert {name: words[0] for name, words in CHOICES.items()} == Switches().shown()


@pytest.mark.parametrize("changes", [{"weather": "fine"}, {"plan": "gold"}, {"plan": "free", "meetings": 1}])
def test_what_is_no_switch_changes_nothing(api: Api, changes: dict[str, Any]) -> None:
    """An unknown switch or word is refused, and with it the whole call."""
    before = api("GET", "/_emulator/switches")

    assert (400, "validation_type") == api.refusal("POST", "/_emulator/switches", changes)
    assert before == api("GET", "/_emulator/switches")


def in_two_sets(first: int, second: int) -> dict[str, Any]:
    sets = [{"record_id": {"$in": IDS[:first]}}, {"record_id": {"$in": IDS[:second]}}]
    return {"filter": {"$or": sets}}


@pytest.mark.parametrize(
    ("counted", "small", "two_sets", "large"),
    [("by_request", 200, 400, 400), ("by_operator", 200, 200, 400), ("unlimited", 200, 200, 200)],
)
def test_a_filter_compares_with_a_hundred_values(
    api: Api, counted: str, small: int, two_sets: int, large: int
) -> None:
    """More values than a hundred are refused: of the request, of one `$in`, or never."""
    switch(api, constraint_values=counted)
    bodies = [in_two_sets(50, 50), in_two_sets(60, 60), in_two_sets(101, 0)]

    assert [small, two_sets, large] == [api.raw("POST", QUERY, body).status for body in bodies]


def test_values_are_counted_however_they_are_asked(api: Api) -> None:
    """Alternatives, ranges and shorthands count as the members of a set do."""
    alternatives = [{"job_title": f"title {number}"} for number in range(100)]
    answer = api.raw(
        "POST", QUERY, {"filter": {"$or": alternatives, "created_at": {"$gte": "2026-01-01T00:00:00Z"}}}
    )

    assert (400, True) == (answer.status, b"too many constraint values used" in answer.body)
    assert 200 == api.raw("POST", QUERY, {"filter": {"$or": alternatives}}).status


@pytest.mark.parametrize(("word", "expected"), [("accepted", 600), ("cut", 500), ("refused", None)])
def test_a_page_of_more_than_five_hundred(api: Api, word: str, expected: int | None) -> None:
    """Pages above 500 are given, cut to 500, or refused."""
    api("POST", "/_emulator/seed", {"name": "light", "readings": 700})
    switch(api, limit_above_500=word)
    answer = api.raw("POST", "/v2/objects/readings/records/query", {"limit": 600})

    assert expected == (len(api.parsed(answer)["data"]) if answer.status == 200 else None)


def test_a_relationship_is_shown_whole_or_by_its_id(api: Api) -> None:
    """Only the id of the other attribute is left when that is switched."""
    path = "/v2/objects/people/attributes/company"
    whole = api("GET", path)["data"]["relationship"]
    switch(api, relationship="id")

    assert {"id": whole["id"]} == api("GET", path)["data"]["relationship"]
    assert "companies" == whole["object_slug"]


def test_offsets_in_filter_times_are_taken_or_refused(api: Api) -> None:
    """A moment with an offset is the same moment, or a bad filter; one with Z is always taken."""
    body = {"filter": {"created_at": {"$gte": "2026-01-01T00:00:00+01:00"}}}
    taken = api.raw("POST", QUERY, body).status
    switch(api, filter_offsets="refused")

    assert 200 == taken
    assert (400, "filter_error") == api.refusal("POST", QUERY, body)
    assert 200 == api.raw("POST", QUERY, {"filter": {"created_at": {"$gte": "2026-01-01T00:00:00Z"}}}).status


def test_a_link_to_a_missing_record_is_refused_or_dropped(api: Api) -> None:
    """A task with such a link is 404, or is made without the link."""
    body = {
        "data": {
            "content": "Call",
            "format": "plaintext",
            "deadline_at": None,
            "is_completed": False,
            "linked_records": [{"target_object": "people", "target_record_id": IDS[0]}],
            "assignees": [],
        }
    }
    refused = api.refusal("POST", "/v2/tasks", body)
    switch(api, gone_task_links="dropped")

    assert (404, "not_found") == refused
    assert [] == api("POST", "/v2/tasks", body)["data"]["linked_records"]


def test_a_missing_configuration_scope_is_told_or_hidden(api: Api) -> None:
    """Without the scope a definition cannot be written: 403, or 404 as one client met it. Reads stay 403."""
    api.emulator.add_token("reader", scopes=("record_permission:read",))
    write = ("POST", "/v2/objects", {"data": {}})
    told = api.refusal(*write, token="reader")
    switch(api, configuration_scope="404")

    assert (403, "unauthorized") == told
    assert (404, "not_found") == api.refusal(*write, token="reader")
    assert (403, "unauthorized") == api.refusal("GET", "/v2/objects", token="reader")


def test_a_free_plan_allows_no_further_object(api: Api) -> None:
    """With three objects or more a free workspace gets no other one."""
    body = {"data": {"api_slug": "ships", "singular_noun": "Ship", "plural_noun": "Ships"}}
    switch(api, plan="free")

    assert (400, "quota_exceeded") == api.refusal("POST", "/v2/objects", body)


PAID: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v2/lists", {"workspace_access": "read-only"}),
    ("POST", "/v2/lists", {"workspace_access": None}),
    ("POST", f"/v2/meetings/{IDS[0]}/call_recordings", {"video_url": "https://example.com/a.mp4"}),
    ("POST", "/v2/files", {}),
    ("POST", "/v2/files/upload", {}),
]


@pytest.mark.parametrize(("method", "path", "data"), PAID)
def test_a_free_plan_lacks_what_costs(api: Api, method: str, path: str, data: dict[str, Any]) -> None:
    """Restricted access to lists, new call recordings and new files are 403 on a free plan alone."""
    base = {"name": "L", "api_slug": "l", "parent_object": "companies", "workspace_member_access": []}
    body = {"data": {**base, **data} if path == "/v2/lists" else data}
    otherwise = api.parsed(api.raw(method, path, body)).get("code")
    switch(api, plan="free")

    assert (403, "billing_error") == api.refusal(method, path, body)
    assert "billing_error" != otherwise
    assert 200 == api.raw("POST", "/v2/lists", {"data": {**base, "workspace_access": "full-access"}}).status


def test_a_workspace_may_have_no_meetings(api: Api) -> None:
    """Where the family is off, its routes are unknown."""
    switch(api, meetings="off")
    answer = api.raw("GET", "/v2/meetings")

    assert (404, True) == (answer.status, b"Could not find endpoint" in answer.body)


def test_option_ids_as_plain_text_are_stored_or_dropped(api: Api) -> None:
    """An id of an option is taken for the option, or dropped without a word; a title is always taken."""
    path = "/v2/objects/companies/attributes/categories/options"
    options = [api("POST", path, {"data": {"title": title}})["data"] for title in ("Red", "Blue")]
    record = {"categories": [options[0]["id"]["option_id"], "Blue"]}

    def titles() -> list[str]:
        made = api("POST", "/v2/objects/companies/records", {"data": {"values": record}})["data"]
        return [each["option"]["title"] for each in made["values"]["categories"]]

    stored = titles()
    switch(api, plain_option_ids="dropped")

    assert (["Red", "Blue"], ["Blue"]) == (stored, titles())


def test_decimals_of_numbers_are_refused_or_rounded(api: Api) -> None:
    """A fifth decimal of a number is refused as that of an amount always is, or rounded away."""
    api("POST", "/v2/objects/deals/attributes", attribute("number"))
    deal = {"name": "D", "stage": "Lead", "owner": "ada@example.com", "field": 0.00065}
    body = {"data": {"values": deal}}
    refused = api.refusal("POST", "/v2/objects/deals/records", body)
    switch(api, number_decimals="rounded")
    rounded = api("POST", "/v2/objects/deals/records", body)["data"]["values"]["field"][0]["value"]

    assert (400, "validation_type") == refused
    assert 0.0006 == rounded


@pytest.mark.parametrize("amount", [0.00065, "0.00065", {"currency_value": 1.23456}, 1e-7])
def test_a_fifth_decimal_of_an_amount_is_refused(api: Api, amount: Any) -> None:
    """Money has four decimals, however the amount is written."""
    deal = {"name": "D", "stage": "Lead", "owner": "ada@example.com", "value": amount}

    assert (400, "validation_type") == api.refusal(
        "POST", "/v2/objects/deals/records", {"data": {"values": deal}}
    )


@pytest.mark.parametrize(("apart", "times"), [(False, [7, 7, 7]), (True, [8, 9, 10])])
def test_writes_of_one_millisecond_tie_or_are_set_apart(*, apart: bool, times: list[int]) -> None:
    """By a wall clock that does not move, writes share the moment, or each is a millisecond later."""
    clock = Clock(wall=lambda: 7_654_321)
    told = [clock.tick(apart=apart) for _ in range(3)]

    assert [f"1970-01-01T00:00:00.{time:03d}000000Z" for time in times] == told


def test_switches_go_with_a_reset(api: Api) -> None:
    """A reset answers every question by default again."""
    switch(api, plan="free")
    api("POST", "/_emulator/reset", {})

    assert "unlimited" == api("GET", "/_emulator/switches")["plan"]


@pytest.mark.parametrize("form", ["plaintext", "markdown"])
def test_blocks_of_a_note_are_unlimited_or_limited(api: Api, form: str) -> None:
    """The 3,477th paragraph is taken, or the note is too large: a new one, and one that grows."""
    person = api("POST", "/v2/objects/people/records", {"data": {"values": {}}})["data"]["id"]["record_id"]
    place = {"parent_object": "people", "parent_record_id": person}
    fits, grown = "a\n\n" * 3476, "a\n\n" * 3477
    note = {**place, "title": "T", "format": form, "content": grown}
    taken = api.raw("POST", "/v2/notes", {"data": note}).status
    switch(api, note_blocks="limited")

    assert 200 == taken
    assert (413, "validation_type") == api.refusal("POST", "/v2/notes", {"data": note})
    kept = api("POST", "/v2/notes", {"data": {**note, "content": fits}})["data"]["id"]["note_id"]
    change = {"data": {"format": form, "content": grown}}
    assert (413, "validation_type") == api.refusal("PATCH", f"/v2/notes/{kept}", change)


@pytest.mark.parametrize(("word", "found"), [("exact", 1), ("any_case", 2)])
def test_a_text_is_found_as_written_or_in_any_case(api: Api, word: str, found: int) -> None:
    """Records whose unique texts differ in case alone are two, and a filter finds one of them, or both."""
    api("POST", "/v2/objects/users/attributes", attribute("text", api_slug="key", is_unique=True))
    for number, text in enumerate(("A-1", "a-1", "b-1")):
        api.record("users", {"key": text, "user_id": text, "primary_email_address": f"u{number}@ada.com"})
    switch(api, text_equality=word)

    for asked in ("A-1", {"$eq": "A-1"}, {"$in": ["A-1", "c-1"]}):
        answer = api("POST", "/v2/objects/users/records/query", {"filter": {"key": asked}})
        assert found == len(answer["data"])


@pytest.mark.parametrize(("word", "held"), [("kept", "www.ada.com"), ("cut", "ada.com")])
def test_a_leading_www_is_kept_or_cut(api: Api, word: str, held: str) -> None:
    """In what is written and in references by domain; `www.com` is a domain of its own."""
    switch(api, www_domains=word)
    api.record("companies", {"domains": ["www.com"]})
    company = api.record("companies", {"domains": ["https://WWW.ada.com/about"]})
    person = api.record("people", {"company": "www.ada.com"})

    def domains() -> list[str]:
        found = api("POST", "/v2/objects/companies/records/query", {"filter": {"domains": held}})["data"]
        return [each["domain"] for record in found for each in record["values"]["domains"]]

    assert [held] == domains()
    linked = api("GET", f"/v2/objects/people/records/{person}")["data"]["values"]["company"]
    assert [company] == [each["target_record_id"] for each in linked]
    assert 1 == len(
        api("POST", "/v2/objects/companies/records/query", {"filter": {"domains": "www.com"}})["data"]
    )
