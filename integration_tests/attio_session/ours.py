"""Has our parts ask Attio for everything that they ever ask: every stream, target, mode, rule and lookup."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests_mock

from attio_api.pace import Governor
from attio_relay.subscribing.subscription import Wanted, subscriptions
from integration_tests.destination.desk import Desk
from integration_tests.sync.commands import signed_in
from integration_tests.whole_client import WholeClient

if TYPE_CHECKING:
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator

FEED = "http://relay.example.com/feeds/acme"
EURO = {"currency": {"default_currency_code": "EUR", "display_type": "symbol"}}
# A value of every type that can be written, as a warehouse holds it, and another one.
VALUES: dict[str, tuple[Any, Any]] = {
    "text": ("a text", "another"),
    "number": ("42", 43.5),
    "checkbox": ("yes", False),
    "currency": ("99.5", {"amount": 7, "currency": "EUR"}),
    "date": ("2026-05-01", "2026-05-02"),
    "timestamp": ("2026-05-01T10:00:00Z", "2026-05-01 12:00:00+01:00"),
    "rating": (3, "4"),
    "status": ("Open", "Won"),
    "select": ("Small", "Large"),
    "record-reference": ("T1", "T2"),
    "actor-reference": ("MEMBER", None),
    "location": ({"locality": "Bristol", "country_code": "GB"}, "1 High Street, Bristol"),
    "domain": ("a.example.com", "b.example.com"),
    "email-address": ("ada@example.com", "bob@example.com"),
    "phone-number": ("+44 117 234 5678", "+44 117 234 5679"),
}
SEVERAL = frozenset(
    {"select", "record-reference", "actor-reference", "domain", "email-address", "phone-number"}
)
NEVER_MATCHED = frozenset({"location"})


def everything(attio: RemoteEmulator, folder: Path) -> None:
    """Go through all of it; later parts build on earlier ones."""
    attio.reset()
    attio.seed("demo", companies=3)
    desk = Desk(attio, folder)
    prepare(desk)
    every_type(desk)
    entries(desk)
    additions(desk)
    stubs_and_standard_objects(desk)
    commands(attio, folder)
    the_client(attio)


def prepare(desk: Desk) -> None:
    """What the demo lacks: an object of every type, and a list of it, long talk and a recording."""
    for slug in ("things", "targets"):
        desk.custom_object(slug)
    desk.list_of("shelf", "things")
    for target in ("objects/things", "lists/shelf"):
        for kind in VALUES:
            desk.attribute(target, slug_of(kind), kind, **settings_of(kind, many=False))
            if kind in SEVERAL:
                desk.attribute(target, f"{slug_of(kind)}_s", kind, **settings_of(kind, many=True))
    for code in ("T1", "T2"):
        desk.attio.create_record("targets", {"code": code})
    talk(desk.attio)


def talk(attio: RemoteEmulator) -> None:
    """A thread that is too long for a listing, and a recorded meeting."""
    member = attio.api("GET", "/v2/workspace_members")["data"][0]["id"]["workspace_member_id"]
    place = {"record": {"object": "targets", "record_id": attio.records("targets")[0]["id"]["record_id"]}}
    said = {"format": "plaintext", "content": "Hello", "author": {"type": "workspace-member", "id": member}}
    first = attio.api("POST", "/v2/comments", {"data": said | place})["data"]
    for _ in range(250):
        attio.api("POST", "/v2/comments", {"data": said | {"thread_id": first["thread_id"]}})
    meeting = attio.api("GET", "/v2/meetings")["data"][0]["id"]["meeting_id"]
    recording = {"video_url": "https://example.com/call.mp4"}
    attio.api("POST", f"/v2/meetings/{meeting}/call_recordings", {"data": recording})


def slug_of(kind: str) -> str:
    return f"my_{kind.replace('-', '_')}"


def settings_of(kind: str, *, many: bool) -> dict[str, Any]:
    """How an attribute of a type is made."""
    reference = {"record_reference": {"allowed_objects": ["targets"]}}
    config = {"currency": EURO, "record-reference": reference}.get(kind, {})
    return {"is_multiselect": many, "config": config}


def rows_of(attio: RemoteEmulator, which: int) -> dict[str, Any]:
    """A row that fills everything, with one or the other of each type's values."""
    member = attio.api("GET", "/v2/workspace_members")["data"][0]["email_address"]
    found: dict[str, Any] = {}
    for kind, pair in VALUES.items():
        value = member if kind == "actor-reference" else pair[which]
        found[slug_of(kind)] = value
        if kind in SEVERAL:
            found[f"{slug_of(kind)}_s"] = [value]
    return found


def fields_of(row: dict[str, Any], merge: str, *more: str) -> list[dict[str, Any]]:
    """Every column under one merge rule; references are named by their code."""
    named = {slug_of("record-reference"), f"{slug_of('record-reference')}_s"}
    plain = [{"column": each, "attribute": each} for each in more]
    return plain + [
        {
            "column": slug,
            "attribute": slug,
            "merge": merge,
            **({"reference": "code"} if slug in named else {}),
        }
        for slug in row
    ]


def every_type(desk: Desk) -> None:
    """Records of every type, under every mode and merge rule, found by every type, planned and undone."""
    first, second = rows_of(desk.attio, 0), rows_of(desk.attio, 1)
    for merge, row in {"overwrite": first, "append": second, "remove": second, "set_if_empty": first}.items():
        settings = {"match": "code", "fields": fields_of(row, merge, "code"), "on_unknown_option": "create"}
        desk.push([{"code": f"C{n}", **row} for n in range(2)], "things", **settings)
    desk.apply(desk.plan([{"code": "C0", slug_of("text"): "planned"}], "things", match="code"))
    report = desk.push([{"code": "C0", slug_of("text"): "to be undone"}], "things", match="code")
    desk.revert(report)
    for slug in (slug_of(kind) for kind in VALUES if kind not in NEVER_MATCHED):
        by = {"match": slug, "mode": "update", "fields": fields_of({slug: 1}, "overwrite")}
        desk.plan([{slug: first[slug]}, {slug: second[slug] or first[slug]}], "things", **by)
    modes(desk)


def modes(desk: Desk) -> None:
    """The other modes, by the record's id, by several attributes, and a mirror within a scope."""
    desk.push([{"code": "C8"}, {"code": "C9"}], "things", mode="create")
    ids = [record["id"]["record_id"] for record in desk.attio.records("things")]
    desk.push([{"record_id": one, slug_of("text"): "by id"} for one in ids[:2]], "things", match="record_id")
    both = [slug_of("text"), slug_of("number")]
    desk.push([{both[0]: "by id", both[1]: 1}], "things", match=both, mode="update")
    undone = desk.push([{"code": "C8"}], "things", mode="delete", match="code")
    desk.revert(undone)
    scope = {"scope_filter": {"code": {"$starts_with": "C"}}, "max_delete_percent": 100}
    desk.push([{"code": "C0"}], "things", mode="mirror", match="code", **scope)
    marked = {"on_absent": {"attribute": slug_of("text"), "value": "gone"}, **scope}
    desk.push([{"code": "C1"}], "things", mode="mirror", match="code", **marked)


def entries(desk: Desk) -> None:
    """Entries of every type, found by their parent and by their id."""
    thing = {"column": "thing", "attribute": "parent_record", "reference": "code"}
    for which in (0, 1):
        row = rows_of(desk.attio, which)
        fields = [*fields_of(row, "overwrite"), thing]
        settings = {"fields": fields, "on_unknown_option": "create"}
        report = desk.push([{"thing": code, **row} for code in ("C0", "C1")], "lists/shelf", **settings)
    desk.revert(report)
    found = desk.attio.api("POST", "/v2/lists/shelf/entries/query", {})["data"]
    by_id = [{"entry_id": one["id"]["entry_id"], slug_of("text"): "new"} for one in found]
    desk.push(by_id, "lists/shelf", match="entry_id", mode="update")
    domains = [{"entry_id": one["entry_id"], f"{slug_of('domain')}_s": ["new.example.com"]} for one in by_id]
    desk.push(domains, "lists/shelf", match="entry_id", mode="update")
    text = slug_of("text")
    by_text = {"match": text, "fields": [thing, {"column": text, "attribute": text}]}
    desk.push([{"thing": "C0", text: "once more"}], "lists/shelf", **by_text)
    desk.push([], "lists/shelf", mode="mirror", max_delete_percent=100)


def additions(desk: Desk) -> None:
    """Notes and tasks, made once and undone."""
    member = desk.attio.api("GET", "/v2/workspace_members")["data"][0]["email_address"]
    things = [record["id"]["record_id"] for record in desk.attio.records("things")]
    parents = [{"object": "things", "record_id": one} for one in things]
    notes = [{"parent_record": one, "title": "T", "content": "Hello"} for one in parents]
    dated = {"format": "markdown", "created_at": "2025-01-01T00:00:00Z"}
    desk.push([*notes, {**notes[0], "title": "Dated", **dated}], "notes")
    desk.revert(desk.push([{**notes[0], "title": "Of one parent"}], "notes"))
    task = {"content": "Call", "linked_records": parents[:1], "assignees": [member], "is_completed": True}
    report = desk.push([task, {"content": "Bare", "deadline_at": "2026-06-01T09:00:00Z"}], "tasks")
    desk.revert(report)


def stubs_and_standard_objects(desk: Desk) -> None:
    """References that are not there are made, and standard objects are upserted by their own keys."""
    slug = slug_of("record-reference")
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "to", "attribute": slug, "reference": "code"},
    ]
    settings = {"match": "code", "fields": fields, "on_missing_reference": "create_stub"}
    desk.push([{"code": "C0", "to": "T9"}], "things", **settings)
    desk.push([{"domains": "new.example.com", "name": "New"}], "companies")
    person = {
        "email_addresses": ["new@new.example.com"],
        "name": "Ada Lovelace",
        "company": "new.example.com",
    }
    desk.push([person], "people")


def commands(attio: RemoteEmulator, folder: Path) -> None:
    """`attio-sync` reads every stream twice, with everything that can be opted into, and exports."""
    wanted = {
        "include_comments": True,
        "history_attributes": ["deals.stage", "things.my_text"],
        "include_archived_attributes": True,
        "start_date": "2020-01-01",
        "filters": [{"target": "companies", "filter": json.dumps({"name": {"$contains": "a"}})}],
        "change_feed": {"url": FEED, "token": "feed-token"},
    }
    settings = folder / "settings.json"
    settings.write_text(json.dumps(wanted))
    pull = ("pull", "--to", "crm.duckdb", "--settings", settings)
    with signed_in(attio.url, attio.token, folder) as sync, requests_mock.Mocker(real_http=True) as relay:
        relay.get(f"{FEED}/changes", json=heard([]))
        sync.done("check")
        sync.done(*pull)
        relay.get(f"{FEED}/changes", json=heard(named(attio)))
        sync.done(*pull)
        sync.done("export", "companies", "--to", "companies.csv")


def named(attio: RemoteEmulator) -> list[dict[str, Any]]:
    """Some of everything, as a feed names it."""
    entries = attio.api("POST", "/v2/lists/sales_outreach/entries/query", {})["data"][:2]
    places = [("record.updated", one["id"]) for one in attio.records("things")]
    places += [("list-entry.updated", one["id"]) for one in entries]
    places += [("note.updated", attio.api("GET", "/v2/notes")["data"][0]["id"])]
    places += [("task.updated", attio.api("GET", "/v2/tasks")["data"][0]["id"])]
    return [
        {"seq": n, "at": attio.clock(), "event_type": event, **ids}
        for n, (event, ids) in enumerate(places, 1)
    ]


def heard(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """An answer of the relay."""
    head = len(changes)
    return {"epoch": "one", "head": head, "next": head, "more": False, "gap": None, "changes": changes}


def the_client(attio: RemoteEmulator) -> None:
    """What the relay asks, and the calls that no connector makes yet: a merge, a record's entries."""
    client = WholeClient(attio.token, api_url=attio.url, governor=Governor(reads_per_second=5000))
    webhook = Wanted(
        route="acme",
        target_url="https://relay.example.com/hooks/acme",
        objects=tuple(str(one["id"]["object_id"]) for one in attio.api("GET", "/v2/objects")["data"]),  # type: ignore[index]
        lists=tuple(str(one["id"]["list_id"]) for one in attio.api("GET", "/v2/lists")["data"]),  # type: ignore[index]
    )
    made: Any = client.create_webhook(webhook.target_url, subscriptions(webhook))
    own_id = made["id"]["webhook_id"]
    client.webhooks()
    client.get_webhook(own_id)
    client.update_webhook(own_id, {"target_url": webhook.target_url, "subscriptions": subscriptions(webhook)})
    client.delete_webhook(own_id)
    first, second = (str(client.create_record("targets", {"code": code})["id"]["record_id"]) for code in "xy")  # type: ignore[index,call-overload]
    client.record_entries("targets", client.merge_records("targets", first, second))
