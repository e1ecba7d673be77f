from collections.abc import Callable
from typing import Any

import pytest

from attio_emulator.routes import notes
from unit_tests.attio_emulator.calling import Api

TITLE_AND_TEXT = {"title": "Call", "format": "plaintext", "content": "We spoke."}

Write = Callable[..., Any]


@pytest.fixture
def person(api: Api) -> str:
    return api.record("people", {"name": "Lovelace, Ada"})


@pytest.fixture
def write(api: Api, person: str) -> Write:
    def write(**changes: Any) -> Any:
        about = {"parent_object": "people", "parent_record_id": person, **TITLE_AND_TEXT}
        return api("POST", "/v2/notes", {"data": {**about, **changes}})["data"]

    return write


def test_a_note_names_its_parent_and_writer(api: Api, write: Write, person: str) -> None:
    """A new note has the slug of its parent's object, both renderings, and the token as its writer."""
    note = write()

    assert ("people", person, []) == (note["parent_object"], note["parent_record_id"], note["tags"])
    assert "We spoke." == note["content_plaintext"] == note["content_markdown"]
    assert "api-token" == note["created_by_actor"]["type"]
    assert note == api("GET", f"/v2/notes/{note['id']['note_id']}")["data"]


def test_markdown_is_given_back_and_plain(write: Write) -> None:
    """A note written in Markdown comes back as Markdown and as plain text."""
    note = write(format="markdown", content="# Recap\n\n**Bold** [link](https://example.com)")

    assert "# Recap\n\n**Bold** [link](https://example.com)" == note["content_markdown"]
    assert "Recap\n\nBold link" == note["content_plaintext"]


def test_notes_come_oldest_first_ten_at_a_time(api: Api, write: Write) -> None:
    """Without a limit ten notes come, with one at most fifty, and a backdated note comes first."""
    made = [write(title=str(number))["id"]["note_id"] for number in range(11)]
    early = write(created_at="2020-02-03T04:05:06Z")["id"]["note_id"]

    ids = [note["id"]["note_id"] for note in api("GET", "/v2/notes")["data"]]
    rest = [note["id"]["note_id"] for note in api("GET", "/v2/notes?limit=50&offset=10")["data"]]
    assert [early, *made] == ids + rest
    assert (400, "validation_type") == api.refusal("GET", "/v2/notes?limit=51")


def test_notes_of_one_record(api: Api, write: Write, person: str) -> None:
    """Notes are listed by record, by object, or both; an unknown object is not found."""
    company = api.record("companies", {"domains": ["example.com"]})
    write()
    write(parent_object="companies", parent_record_id=company)

    def count(query: str) -> int:
        return len(api("GET", f"/v2/notes?{query}")["data"])

    assert [1, 1, 1, 0] == [
        count(f"parent_object=people&parent_record_id={person}"),
        count(f"parent_record_id={company}"),
        count("parent_object=companies"),
        count("parent_object=deals"),
    ]
    assert (404, "not_found") == api.refusal("GET", "/v2/notes?parent_object=nothing")
    assert (400, "validation_type") == api.refusal("GET", "/v2/notes?parent_record_id=nothing")


def test_a_change_touches_only_what_was_sent(api: Api, write: Write) -> None:
    """Title and content change apart from each other, and each real change is an event of its own."""
    note = write()
    path = f"/v2/notes/{note['id']['note_id']}"
    changed = api("PATCH", path, {"data": {"title": "New"}})["data"]
    again = api("PATCH", path, {"data": {"title": "New"}})["data"]
    rewritten = api("PATCH", path, {"data": {"format": "markdown", "content": "**x**"}})["data"]

    assert {**note, "title": "New"} == changed == again
    assert {**changed, "content_plaintext": "x", "content_markdown": "**x**"} == rewritten
    assert ["note.created", "note.updated", "note-content.updated"] == api.events("note")


def test_a_deleted_note_is_gone(api: Api, write: Write, person: str) -> None:
    """Deleting answers an empty object once and 404 afterwards; the event still names the parent."""
    note_id = write()["id"]["note_id"]

    assert {} == api("DELETE", f"/v2/notes/{note_id}")
    assert (404, "not_found") == api.refusal("DELETE", f"/v2/notes/{note_id}")
    event = api.last_event()
    assert ("note.deleted", person, note_id) == (
        event["event_type"],
        event["parent_record_id"],
        event["id"]["note_id"],
    )


def test_notes_go_with_their_record(api: Api, write: Write, person: str) -> None:
    """Deleting a record deletes its notes, and says nothing of them."""
    write()
    api("DELETE", f"/v2/objects/people/records/{person}")

    assert [] == api("GET", "/v2/notes")["data"]
    assert ["note.created"] == api.events("note")


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ((404, "not_found"), {"parent_object": "nothing"}),
        ((400, "value_not_found"), {"parent_object": "meetings"}),
        ((404, "not_found"), {"parent_record_id": "00000000-0000-4000-8000-000000000000"}),
        ((400, "validation_type"), {"parent_record_id": "nothing"}),
        ((400, "validation_type"), {"format": "html"}),
        ((400, "validation_type"), {"title": None}),
        ((400, "validation_type"), {"created_at": "1969-12-31T23:59:59Z"}),
        ((400, "validation_type"), {"created_at": "2999-01-01T00:00:00Z"}),
        ((400, "validation_type"), {"created_at": "yesterday"}),
        ((404, "not_found"), {"meeting_id": "00000000-0000-4000-8000-000000000000"}),
        ((413, "validation_type"), {"content": "x" * (notes.LONGEST_CONTENT + 1)}),
    ],
)
def test_what_a_note_may_not_say(
    api: Api, write: Write, person: str, expected: tuple[int, str], changes: dict[str, Any]
) -> None:
    """A note that Attio would refuse is refused alike, and nothing is stored."""
    body = {"parent_object": "people", "parent_record_id": person, **TITLE_AND_TEXT, **changes}

    assert expected == api.refusal("POST", "/v2/notes", {"data": body})
    assert [] == api("GET", "/v2/notes")["data"]
