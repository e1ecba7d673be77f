"""Which of Attio's events concern which stream, and what each of them leads to."""

from typing import Any

import pytest
import requests
import requests_mock

from source_attio.changes.feed import Feed, FeedChanges, Topic
from source_attio.config import ChangeFeed
from unit_tests.source_attio.harness import Row
from unit_tests.source_attio.relay_in_process import FEED

OBJECT, LIST = "object-a", "list-a"
RECORDS = Topic(id_member="record_id", events=("record.",), scope=(("object", OBJECT),))
ENTRIES = Topic(id_member="entry_id", events=("list-entry.",), scope=(("list", LIST),))
NOTES = Topic(id_member="note_id", events=("note.", "note-content."))
TASKS = Topic(id_member="task_id", events=("task.",))
ON_RECORD = {"comment_id": "c", "thread_id": "t", "object_id": OBJECT, "record_id": "r"}
ON_ENTRY = {**ON_RECORD, "list_id": LIST, "entry_id": "e"}
MERGED = {"record_id": "new", "duplicate_object_id": OBJECT, "duplicate_record_id": "old"}


def heard(topic: Topic, *changes: Row) -> FeedChanges:
    """What a stream makes of changes, in whatever way the relay filtered them."""
    numbered = [{"seq": n, "at": "2026-01-01T00:00:00Z", **each} for n, each in enumerate(changes, 1)]
    answer = {"epoch": "one", "head": 9, "next": 9, "more": False, "gap": None, "changes": numbered}
    feed = Feed(ChangeFeed.model_validate(FEED), requests.Session())
    with requests_mock.Mocker() as relay:
        relay.get(f"{FEED['url']}/changes", json=answer)
        return feed.since({"epoch": "one", "after": 0}, topic, now="2026-02-01T00:00:00Z")


def change(event: str, **facts: Any) -> Row:
    return {"event_type": event, **facts}


@pytest.mark.parametrize(
    ("topic", "one"),
    [
        (RECORDS, change("record.created", object_id=OBJECT, record_id="x")),
        (RECORDS, change("record.updated", object_id=OBJECT, record_id="x", attribute_id="a")),
        (ENTRIES, change("list-entry.created", list_id=LIST, entry_id="x", parent_record_id="r")),
        (ENTRIES, change("list-entry.updated", list_id=LIST, entry_id="x", attribute_id="a")),
        (NOTES, change("note.created", note_id="x", parent_record_id="r")),
        (NOTES, change("note.updated", note_id="x", parent_record_id="r")),
        (NOTES, change("note-content.updated", note_id="x", parent_record_id="r")),
        (TASKS, change("task.created", task_id="x")),
        (TASKS, change("task.updated", task_id="x")),
    ],
)
def test_a_row_that_an_event_names_is_read_again(topic: Topic, one: Row) -> None:
    """Whatever is created or updated is read again by its id."""
    found = heard(topic, one)

    assert ({"x"}, set(), {}, None) == (found.changed, found.gone, found.merged, found.why_scan)


@pytest.mark.parametrize(
    ("topic", "one"),
    [
        (RECORDS, change("record.deleted", object_id=OBJECT, record_id="x")),
        (ENTRIES, change("list-entry.deleted", list_id=LIST, entry_id="x", parent_record_id="r")),
        (NOTES, change("note.deleted", note_id="x", parent_record_id="r")),
        (TASKS, change("task.deleted", task_id="x")),
    ],
)
def test_a_row_that_an_event_calls_deleted_is_gone(topic: Topic, one: Row) -> None:
    """A deletion needs no reading."""
    found = heard(topic, one)

    assert (set(), {"x"}) == (found.changed, found.gone)


@pytest.mark.parametrize("what", ["created", "resolved", "unresolved", "deleted"])
@pytest.mark.parametrize(("topic", "place"), [(RECORDS, ON_RECORD), (RECORDS, ON_ENTRY), (ENTRIES, ON_ENTRY)])
def test_a_comment_says_nothing_about_the_row_it_stands_on(topic: Topic, place: Row, what: str) -> None:
    """Attio's comment events name the record and the entry too; a deleted comment deletes neither."""
    found = heard(topic, change(f"comment.{what}", **place))

    assert (set(), set(), None) == (found.changed, found.gone, found.why_scan)


@pytest.mark.parametrize("what", ["created", "updated", "deleted"])
def test_a_list_is_none_of_its_entries(what: str) -> None:
    """An event of the list itself names no entry."""
    found = heard(ENTRIES, change(f"list.{what}", list_id=LIST))

    assert (set(), set()) == (found.changed, found.gone)


@pytest.mark.parametrize("what", ["created", "updated"])
@pytest.mark.parametrize(
    ("topic", "family", "place"),
    [(RECORDS, "object", {"object_id": OBJECT}), (ENTRIES, "list", {"list_id": LIST})],
)
def test_attributes_that_change_lead_to_a_scan(topic: Topic, family: str, place: Row, what: str) -> None:
    """A new or changed attribute can change every row."""
    found = heard(topic, change(f"{family}-attribute.{what}", attribute_id="a", **place))

    assert "attributes changed" == found.why_scan


def test_a_merge_into_a_new_record_is_two_events() -> None:
    """Both originals are gone and live on under the new record's id, which is read."""
    twice = [
        change("record.merged", object_id=OBJECT, **MERGED | {"duplicate_record_id": old}) for old in "ab"
    ]
    found = heard(RECORDS, *twice)

    assert ({"a": "new", "b": "new"}, {"new"}, set()) == (found.merged, found.changed, found.gone)


def test_a_merge_into_one_of_the_two_is_one_event() -> None:
    """Where one of the two survives, it is read again and the other one is gone."""
    found = heard(RECORDS, change("record.merged", object_id=OBJECT, **MERGED))

    assert ({"old": "new"}, {"new"}, set()) == (found.merged, found.changed, found.gone)


@pytest.mark.parametrize(
    ("topic", "parameters"),
    [
        (RECORDS, {"object": [OBJECT], "event": ["record.*", "object-attribute.*", "list-attribute.*"]}),
        (ENTRIES, {"list": [LIST], "event": ["list-entry.*", "object-attribute.*", "list-attribute.*"]}),
        (NOTES, {"event": ["note.*", "note-content.*"]}),
    ],
)
def test_the_relay_is_asked_for_the_streams_own_events(topic: Topic, parameters: Row) -> None:
    """What does not concern a stream does not even travel."""
    asked: Row = {}
    for name, value in topic.select():
        asked.setdefault(name, []).append(value)

    assert parameters == asked


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_address_or_token_is_said_with_what_to_check(status: int) -> None:
    """A feed that is not there, or not for this token, leads to a scan and a sentence that helps."""
    feed = Feed(ChangeFeed.model_validate(FEED), requests.Session())
    with requests_mock.Mocker() as relay:
        relay.get(f"{FEED['url']}/changes", status_code=status)
        found = feed.since({"epoch": "one", "after": 0}, RECORDS, now="2026-02-01T00:00:00Z")

    why = str(found.why_scan)
    assert why.startswith(f"it answers with HTTP {status}; check the token of `change_feed`, and its url")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"text": "<html>"}, "its answer is not JSON; check the url of `change_feed`"),
        ({"text": "null"}, "its answer has an unknown shape"),
        ({"json": {"changes": None}}, "its answer has an unknown shape"),
        ({"json": {"changes": [None]}}, "a change in its answer has an unknown shape"),
        ({"json": {"changes": [{"seq": 1, "at": "soon", "event_type": "x"}]}}, "a change in its answer"),
        ({"json": {"more": True, "next": 0}}, "it says that there is more and does not go on"),
        ({"exc": requests.ConnectTimeout}, "it does not answer (http://relay.test"),
        ({"exc": UnicodeError}, "it does not answer (One of these is malformed: http://relay.test"),
    ],
)
def test_an_answer_that_is_none_leads_to_a_scan(answer: Row, why: str) -> None:
    """Whatever answers in the relay's place, the stream reads everything and says why."""
    whole = {"epoch": "one", "head": 9, "next": 9, "more": False, "gap": None, "changes": []}
    if isinstance(answer.get("json"), dict):
        answer = {"json": {**whole, **answer["json"]}}
    feed = Feed(ChangeFeed.model_validate(FEED), requests.Session())
    with requests_mock.Mocker() as relay:
        relay.get(f"{FEED['url']}/changes", **answer)
        found = feed.since({"epoch": "one", "after": 0}, RECORDS, now="2026-02-01T00:00:00Z")

    assert str(found.why_scan).startswith(why)
    assert {} == found.position
