"""What somebody can add to a record, as calls of Attio's API: the path and the body of each."""

from __future__ import annotations

from typing import Any

Added = tuple[str, dict[str, Any]]


def note(target: str, record: str) -> Added:
    parent = {"parent_object": target, "parent_record_id": record}
    return "/v2/notes", {"data": {**parent, "title": "t", "format": "plaintext", "content": "his"}}


def task(target: str, record: str) -> Added:
    body = {
        "content": "his",
        "format": "plaintext",
        "deadline_at": None,
        "is_completed": False,
        "assignees": [],
        "linked_records": [{"target_object": target, "target_record_id": record}],
    }
    return "/v2/tasks", {"data": body}


def entry(target: str, record: str, **values: Any) -> Added:
    """An entry of the list `queue`."""
    body = {"parent_object": target, "parent_record_id": record, "entry_values": values}
    return "/v2/lists/queue/entries", {"data": body}


def comment(target: str, record: str, *, member: str) -> Added:
    body = {
        "format": "plaintext",
        "content": "his",
        "author": {"type": "workspace-member", "id": member},
        "record": {"object": target, "record_id": record},
    }
    return "/v2/comments", {"data": body}


def meeting(target: str, record: str, *, ref: str) -> Added:
    """A meeting; `ref` tells it apart from others."""
    body = {
        "title": "t",
        "description": "",
        "is_all_day": False,
        "start": {"datetime": "2026-05-01T10:00:00", "timezone": "UTC"},
        "end": {"datetime": "2026-05-01T11:00:00", "timezone": "UTC"},
        "participants": [{"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}],
        "linked_records": [{"object": target, "record_id": record}],
        "external_ref": ref,
    }
    return "/v2/meetings", {"data": body}
