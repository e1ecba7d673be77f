from collections.abc import Callable
from typing import Any

import pytest

from attio_emulator.contract.wire import loads
from unit_tests.attio_emulator.calling import NOWHERE, Api

Write = Callable[..., Any]


@pytest.fixture
def person(api: Api) -> str:
    return api.record("people", {"name": "Lovelace, Ada"})


@pytest.fixture
def write(api: Api, person: str) -> Write:
    def write(content: str = "Nice", **where: Any) -> Any:
        author = {"type": "workspace-member", "id": api.member["id"]["workspace_member_id"]}
        place = where or {"record": {"object": "people", "record_id": person}}
        body = {"data": {"format": "plaintext", "content": content, "author": author, **place}}
        return api("POST", "/v2/comments", body)["data"]

    return write


@pytest.fixture
def entry(api: Api, person: str) -> dict[str, str]:
    new_list = {
        "name": "Leads",
        "api_slug": "leads",
        "parent_object": "people",
        "workspace_access": "full-access",
        "workspace_member_access": [],
    }
    api("POST", "/v2/lists", {"data": new_list})
    new_entry = {"parent_record_id": person, "parent_object": "people", "entry_values": {}}
    made = api("POST", "/v2/lists/leads/entries", {"data": new_entry})["data"]
    return {"list": "leads", "entry_id": made["id"]["entry_id"]}


def thread(api: Api, thread_id: str, query: str = "") -> Any:
    return api("GET", f"/v2/threads/{thread_id}?{query}")


def contents(comments: list[Any]) -> list[str]:
    return [comment["content_plaintext"] for comment in comments]


def test_the_first_comment_names_its_thread(api: Api, write: Write, person: str) -> None:
    """The thread of a first comment has the comment's id, and a reply joins it."""
    first = write()
    reply = write("Indeed", thread_id=first["thread_id"])

    assert first["id"]["comment_id"] == first["thread_id"] == reply["thread_id"]
    assert (None, person) == (reply["entry"], reply["record"]["record_id"])
    assert ["Nice", "Indeed"] == contents(thread(api, first["thread_id"])["data"]["comments"])
    assert ["comment.created", "comment.created"] == api.events("comment")


def test_comments_on_an_entry_are_not_those_on_its_record(
    api: Api, write: Write, person: str, entry: dict[str, str]
) -> None:
    """Record and entry list their own threads; a comment on an entry names both."""
    write("on the record")
    on_entry = write("on the entry", entry=entry)

    def listed(query: str) -> list[str]:
        threads = api("GET", f"/v2/threads?{query}")["data"]
        return [text for thread in threads for text in contents(thread["comments"])]

    assert (entry["entry_id"], person) == (on_entry["entry"]["entry_id"], on_entry["record"]["record_id"])
    assert ["on the record"] == listed(f"object=people&record_id={person}")
    assert ["on the entry"] == listed(f"list=leads&entry_id={entry['entry_id']}")
    assert (400, "validation_type") == api.refusal("GET", "/v2/threads")
    told = api.last_event()
    assert (entry["entry_id"], person) == (told["entry_id"], told["record_id"])


def test_listing_entries_needs_the_scopes_of_lists(api: Api, write: Write, entry: dict[str, str]) -> None:
    """Threads of entries need the scopes of lists, and threads of records those of records."""
    api.emulator.add_token("narrow", scopes=("comment:read", "list_entry:read", "list_configuration:read"))
    write(entry=entry)
    of_entry = f"/v2/threads?list=leads&entry_id={entry['entry_id']}"

    assert 1 == len(api("GET", of_entry, token="narrow")["data"])
    refusal = api.refusal("GET", f"/v2/threads?object=people&record_id={NOWHERE}", token="narrow")
    assert (403, "unauthorized") == refusal


@pytest.mark.parametrize("about", ["record", "entry"])
def test_a_comment_needs_the_scopes_of_what_it_is_about(
    api: Api, write: Write, entry: dict[str, str], about: str
) -> None:
    """Reading and writing need those of records or those of lists; deleting needs neither."""
    ways = {"record": {}, "entry": {"entry": entry}}
    own, other = write(**ways[about]), write(**ways["entry" if about == "record" else "record"])
    scopes = {
        "record": ("record_permission:read", "object_configuration:read"),
        "entry": ("list_entry:read", "list_configuration:read"),
    }
    api.emulator.add_token("narrow", scopes=("comment:read-write", *scopes[about]))
    reply = {"format": "plaintext", "content": "x", "author": own["author"]}

    for made, status in ((own, 200), (other, 403)):
        thread_id = made["thread_id"]
        asked = [
            api.raw("GET", f"/v2/comments/{thread_id}", token="narrow"),
            api.raw("GET", f"/v2/threads/{thread_id}", token="narrow"),
            api.raw("POST", "/v2/comments", {"data": {**reply, "thread_id": thread_id}}, token="narrow"),
        ]
        assert [status] * 3 == [answer.status for answer in asked]
    elsewhere = {"record": {"entry": entry}, "entry": {"record": {"object": "people", "record_id": NOWHERE}}}
    body = {"data": {**reply, **elsewhere[about]}}
    assert (403, "unauthorized") == api.refusal("POST", "/v2/comments", body, token="narrow")
    assert {} == api("DELETE", f"/v2/comments/{other['thread_id']}", token="narrow")


def test_a_listing_shows_eighty_replies_and_a_thread_pages_through_all(api: Api, write: Write) -> None:
    """The listing ends after eighty replies; the thread itself is read by pages of any size."""
    first = write("0")
    for number in range(1, 90):
        write(str(number), thread_id=first["thread_id"])
    record_id = first["record"]["record_id"]
    (listed,) = api("GET", f"/v2/threads?object=people&record_id={record_id}")["data"]

    assert 81 == len(listed["comments"])
    found, cursor = [], ""
    while cursor is not None:
        page = thread(api, first["thread_id"], f"limit=40&cursor={cursor}")
        found += contents(page["data"]["comments"])
        cursor = page["pagination"]["next_cursor"]
    assert [str(number) for number in range(90)] == found


def test_comments_after_a_moment(api: Api, write: Write) -> None:
    """`created_after` leaves out what was written before and at that moment."""
    first = write("first")
    write("second", thread_id=first["thread_id"])
    later = thread(api, first["thread_id"], f"created_after={first['created_at']}")

    assert ["second"] == contents(later["data"]["comments"])


def test_deleting_the_first_comment_deletes_the_thread(api: Api, write: Write) -> None:
    """A reply goes alone; the first comment takes all with it."""
    first = write()
    reply = write("one", thread_id=first["thread_id"])
    write("two", thread_id=first["thread_id"])

    assert {} == api("DELETE", f"/v2/comments/{reply['id']['comment_id']}")
    assert ["Nice", "two"] == contents(thread(api, first["thread_id"])["data"]["comments"])
    api("DELETE", f"/v2/comments/{first['id']['comment_id']}")
    assert (404, "not_found") == api.refusal("GET", f"/v2/threads/{first['thread_id']}")


def test_the_id_of_a_record_is_no_thread(api: Api, write: Write, person: str) -> None:
    """Threads are found by their own ids only."""
    write()

    assert (404, "not_found") == api.refusal("GET", f"/v2/threads/{person}")


def test_a_user_token_deletes_only_its_own_comments(api: Api, write: Write) -> None:
    """Another member's token is refused with 403."""
    comment = write()
    api.emulator.add_token("other", level="user", member_id=NOWHERE)

    refusal = api.refusal("DELETE", f"/v2/comments/{comment['id']['comment_id']}", token="other")
    assert (403, "unauthorized") == refusal


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("value_not_found", {"thread_id": NOWHERE}),
        ("value_not_found", {"record": {"object": "people", "record_id": NOWHERE}}),
        ("value_not_found", {"record": {"object": "nothing", "record_id": NOWHERE}}),
        ("value_not_found", {"entry": {"list": "nothing", "entry_id": NOWHERE}}),
        ("validation_type", {}),
        ("validation_type", {"thread_id": NOWHERE, "record": {"object": "people", "record_id": NOWHERE}}),
        ("validation_type", {"thread_id": NOWHERE, "extra": 1}),
    ],
)
def test_what_a_comment_may_not_say(api: Api, expected: str, changes: dict[str, Any]) -> None:
    """A comment has exactly one place, which exists; this 400 says `statusCode`, not `status_code`."""
    author = {"type": "workspace-member", "id": api.member["id"]["workspace_member_id"]}
    body = {"data": {"format": "plaintext", "content": "x", "author": author, **changes}}
    answer = loads(api.raw("POST", "/v2/comments", body).body)

    assert {"statusCode": 400, "type": "invalid_request_error", "code": expected}.items() <= answer.items()
    assert "status_code" not in answer
