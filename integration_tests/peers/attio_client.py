"""Run by the interpreter of the `attio` client from the package index: uses it against an address, unchanged.

Arguments: the address, the token. Prints what it saw as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from attio import SDK
from attio.utils import BackoffStrategy, RetryConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

url, token = sys.argv[1:]
PATIENT = RetryConfig("backoff", BackoffStrategy(50, 1000, 1.5, 60_000), retry_connection_errors=True)


def companies(sdk: SDK) -> dict[str, Any]:
    """Create, refuse, upsert, change, read page by page, query, merge."""
    records = sdk.records
    new = [{"name": [f"C{n:02}"], "domains": [f"c{n:02}.example.com"]} for n in range(12)]
    made = [
        records.post_v2_objects_object_records(object="companies", data={"values": values}).data
        for values in new
    ]
    upserted = records.put_v2_objects_object_records(
        object="companies",
        matching_attribute="domains",
        data={"values": {"domains": ["c03.example.com"], "description": ["Upserted"]}},
    ).data
    read = list(pages(sdk))
    found = records.post_v2_objects_object_records_query(
        object="companies", filter_={"domains": {"domain": {"$eq": "c07.example.com"}}}
    ).data
    merged = records.post_v2_objects_object_records_merge(
        object="companies",
        data={"primary_record_id": made[10].id.record_id, "secondary_record_id": made[11].id.record_id},
    )
    return {
        "same": upserted.id.record_id == made[3].id.record_id,
        "pages": read,
        "found": [record.values["name"][0].value for record in found],
        "merged": merged.data.new_record_id not in {made[10].id.record_id, made[11].id.record_id},
        "company": made[0].id.record_id,
    }


def pages(sdk: SDK) -> Iterator[list[str]]:
    """The names of all companies, five at a time, until a page is empty."""
    offset, names = 0, ["…"]
    while names:
        page = sdk.records.post_v2_objects_object_records_query(
            object="companies",
            sorts=[{"direction": "asc", "attribute": "name"}],
            limit=5,
            offset=offset,
        )
        names = [record.values["name"][0].value for record in page.data]
        offset += len(names)
        yield names


LIST = {
    "name": "Leads",
    "api_slug": "leads",
    "parent_object": "companies",
    "workspace_access": "full-access",
    "workspace_member_access": [],
}
SCORE = {
    "title": "Score",
    "description": None,
    "api_slug": "score",
    "type": "number",
    "is_required": False,
    "is_unique": False,
    "is_multiselect": False,
    "config": {},
}


def leads(sdk: SDK, company: str) -> dict[str, Any]:
    """A list, an attribute of it, an entry, and the list's entries."""
    sdk.lists.post_v2_lists(data=LIST)
    sdk.attributes.post_v2_target_identifier_attributes(target="lists", identifier="leads", data=SCORE)
    new = {"parent_record_id": company, "parent_object": "companies", "entry_values": {"score": [7]}}
    entry = sdk.entries.post_v2_lists_list_entries(list_id="leads", data=new).data
    sdk.entries.patch_v2_lists_list_entries_entry_id_(
        list_id="leads", entry_id=entry.id.entry_id, data={"entry_values": {"score": [8]}}
    )
    entries = sdk.entries.post_v2_lists_list_entries_query(list_id="leads", limit=10).data
    return {"scores": [each.entry_values["score"][0].value for each in entries]}


def notes(sdk: SDK, company: str) -> dict[str, Any]:
    """Eleven notes in pages of ten, the last one changed."""
    about = {"parent_object": "companies", "parent_record_id": company, "format": "markdown"}
    made = [
        sdk.notes.post_v2_notes(data={**about, "title": f"N{number}", "content": "**Hello**"}).data
        for number in range(11)
    ]
    sdk.notes.patch_v2_notes_note_id_(note_id=made[-1].id.note_id, data={"title": "Changed"})
    first = sdk.notes.get_v2_notes().data
    rest = sdk.notes.get_v2_notes(offset=len(first)).data
    return {"notes": [len(first), [each.title for each in rest], rest[-1].content_plaintext]}


def tasks(sdk: SDK, company: str) -> dict[str, Any]:
    """A task from open to done."""
    member = sdk.workspace_members.get_v2_workspace_members().data[0]
    task = sdk.tasks.post_v2_tasks(
        data={
            "content": "Call",
            "format": "plaintext",
            "deadline_at": None,
            "is_completed": False,
            "linked_records": [{"target_object": "companies", "target_record_id": company}],
            "assignees": [{"workspace_member_email_address": member.email_address}],
        }
    ).data
    done = sdk.tasks.patch_v2_tasks_task_id_(task_id=task.id.task_id, data={"is_completed": True}).data
    return {
        "done": [done.is_completed, done.completed_at is not None],
        "open": len(sdk.tasks.get_v2_tasks(is_completed=False).data),
    }


def around(sdk: SDK) -> dict[str, Any]:
    """A meeting, a webhook, and who we are.

    No comment: the client refuses the `resolved_by: null` that Attio sends while one is not resolved.
    """
    meeting = sdk.meetings.post_v2_meetings(
        data={
            "title": "M",
            "description": "",
            "start": {"datetime": "2026-06-01T14:00:00Z"},
            "end": {"datetime": "2026-06-01T15:00:00Z"},
            "is_all_day": False,
            "participants": [{"email_address": "x@example.com", "is_organizer": True, "status": "accepted"}],
        }
    ).data
    webhook = sdk.webhooks.post_v2_webhooks(
        data={
            "target_url": "https://example.com/hook",
            "subscriptions": [{"event_type": "record.created", "filter_": None}],
        }
    ).data
    return {
        "meetings": len(sdk.meetings.get_v2_meetings().data) if meeting else 0,
        "secret": len(webhook.secret),
        "webhooks": [each.status for each in sdk.webhooks.get_v2_webhooks().data],
        "active": sdk.meta.get_v2_self().active,
    }


with SDK(oauth2=token, server_url=url, retry_config=PATIENT) as client:
    seen = companies(client)
    company_id = seen.pop("company")
    seen |= leads(client, company_id) | notes(client, company_id) | tasks(client, company_id) | around(client)
sys.stdout.write(json.dumps(seen))
