"""Dumps whose members have the right types and contradict each other."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE
from unit_tests.attio_emulator.test_lists import LIST
from unit_tests.attio_emulator.test_meetings import NEW
from unit_tests.attio_emulator.test_notes import TITLE_AND_TEXT

if TYPE_CHECKING:
    from unit_tests.attio_emulator.calling import Api

ONCE = [
    "workspaces",
    "webhooks",
    "workspaces/0/members",
    "workspaces/0/objects",
    "workspaces/0/lists",
    "workspaces/0/objects/0/attributes",
    "workspaces/0/objects/people/rows",
    "workspaces/0/lists/0/rows",
    *(f"workspaces/0/annexes/{kind}" for kind in ("notes", "tasks", "comments", "meetings", "files")),
]


@pytest.fixture
def dumped(api: Api) -> Any:
    """The dump of a workspace with a person, a company, an entry, and something of all that hangs on them."""
    company = api.record("companies", {"name": "Northmill", "domains": ["northmill.com"]})
    about = {"target_object": "companies", "target_record_id": company}
    ada = api.record("people", {"company": [about], "email_addresses": ["ada@northmill.com"]})
    who = api.member["id"]["workspace_member_id"]
    hook = {"event_type": "task.created", "filter": None}
    parent = {"parent_object": "people", "parent_record_id": ada}
    task = {"content": "Call", "format": "plaintext", "deadline_at": None, "is_completed": False}
    links = [{"target_object": "people", "target_record_id": ada}]
    assignees = [{"referenced_actor_type": "workspace-member", "referenced_actor_id": who}]
    comment = {"format": "plaintext", "content": "Hm", "author": {"type": "workspace-member", "id": who}}
    guest = {"is_organizer": True, "status": "accepted", "email_address": "ada@northmill.com"}
    for path, data in (
        ("webhooks", {"target_url": "https://northmill.com", "subscriptions": [hook]}),
        ("lists", {**LIST, "parent_object": "people"}),
        ("lists/sales/entries", {**parent, "entry_values": {}}),
        ("notes", {**parent, **TITLE_AND_TEXT}),
        ("tasks", {**task, "linked_records": links, "assignees": assignees}),
        ("comments", {**comment, "record": {"object": "people", "record_id": ada}}),
        ("meetings", {**NEW, "participants": [guest]}),
    ):
        api("POST", f"/v2/{path}", {"data": data})
    folder = {"object": "people", "record_id": ada, "file_type": "folder", "name": "Offers"}
    api("POST", "/v2/files", folder)
    return api("GET", "/_emulator/dump")


def placed(document: Any, path: str) -> tuple[Any, Any]:
    """What holds the last step of a path, and the step; a word steps into a list by slug."""
    held, steps = document, path.split("/")
    for n, step in enumerate(steps):
        key: Any = step
        if isinstance(held, list):
            slugs = [each.get("slug") if isinstance(each, dict) else None for each in held]
            key = slugs.index(step) if step in slugs else int(step)
        if n == len(steps) - 1:
            return held, key
        held = held[key]
    raise AssertionError(path)


def refused(api: Api, document: Any) -> str:
    """The message with which a dump is refused; nothing may have changed."""
    before = api("GET", "/_emulator/dump")
    answer = api.raw("POST", "/_emulator/load", document)
    assert 400 == answer.status
    assert before == api("GET", "/_emulator/dump")
    return str(api.parsed(answer)["message"])


@pytest.mark.parametrize("path", ONCE)
def test_two_of_one_id_are_refused_by_their_places(api: Api, dumped: Any, path: str) -> None:
    """Whatever has an id is there once in a dump, and the refusal names both places."""
    holder, key = placed(dumped, path)
    holder[key].append(deepcopy(holder[key][0]))

    assert f" 0 and {len(holder[key]) - 1} are the same" in refused(api, dumped)


def test_two_tokens_are_refused_without_showing_them(api: Api, dumped: Any) -> None:
    """A token opens the workspace, so the message has its places alone."""
    dumped["tokens"].append(deepcopy(dumped["tokens"][0]))

    message = refused(api, dumped)
    assert "tokens 0 and 1 are the same." in message
    assert dumped["tokens"][0]["token"] not in message


@pytest.mark.parametrize(
    ("path", "wrong", "named"),
    [
        ("workspaces/0/lists/0/parent_object_id", NOWHERE, '"sales"'),
        ("workspaces/0/lists/0/rows/0/parent/1", NOWHERE, '"sales"'),
        ("workspaces/0/lists/0/rows/0/parent", None, '"sales"'),
        ("workspaces/0/objects/people/attributes/company/reverse", [NOWHERE, NOWHERE], '"company"'),
        ("workspaces/0/objects/people/attributes/company/reverse", None, '"team"'),
        ("workspaces/0/objects/people/attributes/company/allowed_object_ids", [NOWHERE], '"company"'),
        ("workspaces/0/objects/deals/attributes/stage/statuses", {NOWHERE: {"title": "x"}}, '"stage"'),
        ("workspaces/0/objects/people/rows/0/values/company/0/target_record_id", NOWHERE, '"company"'),
        ("workspaces/0/objects/people/rows/0/values/company", [], '"team"'),
        ("workspaces/0/objects/people/rows/0/values/company/0/attribute_type", "text", '"company"'),
        ("workspaces/0/objects/people/rows/0/values/company/0", {}, '"company"'),
        ("workspaces/0/objects/people/rows/0/values/record_id/0/value", 5, '"record_id"'),
        ("workspaces/0/objects/people/rows/0/values/nothing", [], '"nothing"'),
        ("workspaces/0/objects/people/rows/0/history", {"job_title": [{}]}, '"job_title"'),
        ("workspaces/0/annexes/notes/0/parent_record_id", NOWHERE, "the note"),
        ("workspaces/0/annexes/tasks/0/links/0/1", NOWHERE, "the task"),
        ("workspaces/0/annexes/tasks/0/assignees/0", NOWHERE, "the task"),
        ("workspaces/0/annexes/comments/0/thread_id", NOWHERE, "the comment"),
        ("workspaces/0/annexes/comments/0/entry_id", NOWHERE, "the comment"),
        ("workspaces/0/annexes/meetings/0/links/0/0", NOWHERE, "the meeting"),
        ("workspaces/0/annexes/meetings/0/start", {"date": "soon"}, "the meeting"),
        ("workspaces/0/annexes/meetings/0/participants/0", {}, "the meeting"),
        ("workspaces/0/annexes/files/0/parent_folder_id", NOWHERE, "the file"),
        ("workspaces/0/annexes/files/0/file_type", "drawer", "the file"),
        ("webhooks/0/subscriptions/0/event_type", "task.dreamt", "the webhook"),
        ("workspaces/0/annexes/notes/0/created_at", "yesterday", "notes"),
        ("workspaces/0/objects/people/rows/0/created_at", "2026-01-01", '"people"'),
        ("workspaces/0/objects/people/rows/0/note", "x", '"note"'),
        ("workspaces/0/annexes/emails", [], '"emails"'),
        ("workspaces/0/plan", "free", '"plan"'),
        ("faults", [], '"faults"'),
        ("version", 2, "version 2"),
        ("clock/now", "9999-12-31T23:59:59Z", "clock"),
    ],
)
def test_what_leads_nowhere_is_refused_by_its_place(
    api: Api, dumped: Any, path: str, wrong: Any, named: str
) -> None:
    """A dump that would load and answer 500 later is refused, and the refusal says where the fault is."""
    holder, key = placed(dumped, path)
    holder[key] = wrong

    message = refused(api, dumped)
    assert message.startswith("This dump is damaged: ")
    assert named in message


def test_a_value_twice_is_refused(api: Api, dumped: Any) -> None:
    """A multi-valued attribute holds each value once, a single-valued one holds one."""
    for slug in ("email_addresses", "company"):
        document = deepcopy(dumped)
        holder, key = placed(document, f"workspaces/0/objects/people/rows/0/values/{slug}")
        holder[key].append(deepcopy(holder[key][0]))
        assert f'more values of "{slug}"' in refused(api, document)


def test_a_recording_whose_transcript_is_none_is_refused(api: Api, dumped: Any) -> None:
    """A transcript is a list of segments as the API takes them."""
    meeting = dumped["workspaces"][0]["annexes"]["meetings"][0]
    made = {name: meeting[name] for name in ("created_at", "created_by_actor")}
    recording = {"key": NOWHERE, "meeting_id": meeting["key"], "status": "completed", **made}
    recordings = dumped["workspaces"][0]["annexes"]["call_recordings"]
    recordings.append({**recording, "transcript": [{"speech": 5}]})
    assert "transcript" in refused(api, dumped)

    recordings[0] = {**recording, "transcript": [], "meeting_id": NOWHERE}
    assert "the recording" in refused(api, dumped)
