"""Rate limits: reads, writes, endpoints with their own, and scores."""

from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api

QUERY = "/v2/objects/people/records/query"


def limited() -> Api:
    emulator = Emulator(clock_mode="manual", limits=True)
    emulator.limits.by = "clock"
    return Api(emulator)


def test_writes_and_reads_have_limits_of_their_own() -> None:
    """25 writes and 100 reads a second; the next one is 429 with an HTTP date, and stores nothing."""
    api = limited()
    people = [api.raw("POST", "/v2/objects/people/records", {"data": {"values": {}}}) for _ in range(26)]
    read = [api.raw("POST", QUERY, {}).status for _ in range(101)]
    refused = api.parsed(people[25])

    assert [200] * 25 + [429] == [each.status for each in people]
    assert ("rate_limit_error", "rate_limit_exceeded") == (refused["type"], refused["code"])
    assert "Thu, 01 Jan 2026 09:00:01 GMT" == people[25].headers["retry-after"]
    assert [200] * 100 + [429] == read
    assert 25 == len(api.emulator.workspace.object("people").table.rows)


def test_limits_give_way_with_time() -> None:
    """A second later as many calls pass again."""
    api = limited()
    for _ in range(100):
        api("POST", QUERY, {})
    api.emulator.clock.advance(1)

    assert [200] * 100 + [429] == [api.raw("POST", QUERY, {}).status for _ in range(101)]


def test_some_endpoints_have_limits_of_their_own() -> None:
    """Notes are listed 10 times a second, records merged 5 times."""
    api = limited()
    body = {"data": {"primary_record_id": "x", "secondary_record_id": "x"}}
    merges = [api.raw("POST", "/v2/objects/people/records/merge", body).status for _ in range(6)]

    assert [200] * 10 + [429] == [api.raw("GET", "/v2/notes").status for _ in range(11)]
    assert [400] * 5 + [429] == merges


def test_queries_may_cost_a_score() -> None:
    """On demand what sorted queries cost in ten seconds is limited; those without sorts are free."""
    api = limited()
    api("POST", "/_emulator/limits", {"query_score": 200})
    body = {"sorts": [{"attribute": "created_at", "direction": "asc"}]}
    answers = [api.raw("POST", QUERY, body) for _ in range(3)]
    free = api.raw("POST", QUERY, {})
    api("POST", "/_emulator/clock", {"advance_seconds": 10})

    assert [200, 200, 429] == [each.status for each in answers]
    assert ("84", "0") == tuple(each.headers["x-attio-record-query-score"] for each in (answers[0], free))
    assert 200 == api.raw("POST", QUERY, body).status
