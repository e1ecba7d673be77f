"""Webhooks: made, changed, deleted, and which are refused."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api

TARGET = "https://example.com/hook"


def subscribe(api: Api, target_url: str, *event_types: str) -> Any:
    subscriptions = [{"event_type": each, "filter": None} for each in event_types]
    body = {"data": {"target_url": target_url, "subscriptions": subscriptions}}
    return api("POST", "/v2/webhooks", body)["data"]


@pytest.mark.parametrize(
    "target",
    [
        "HTTPS://example.com/hook",
        "http://example.com/hook",
        "http://127.0.0.1:80@example.com/",
        "ftp://x",
        "https://",
        "x",
        7,
    ],
)
def test_a_target_begins_with_https(api: Api, target: Any) -> None:
    """In small letters, as the pattern in Attio's document has it, and with a host."""
    body = {"data": {"target_url": target, "subscriptions": []}}

    assert (400, "validation_type") == api.refusal("POST", "/v2/webhooks", body)


def test_a_token_of_a_user_has_no_webhooks(api: Api) -> None:
    """They are for tokens of the workspace; others are refused with 403."""
    api.emulator.add_token("personal", level="user")

    assert (403, "unauthorized") == api.refusal("GET", "/v2/webhooks", token="personal")


def test_the_same_subscription_twice_is_a_conflict(api: Api) -> None:
    """Target, event type and filter together are unique in the workspace: 409, also after a change."""
    first = subscribe(api, TARGET, "record.created", "record.updated")
    other = subscribe(api, f"{TARGET}?other", "record.created")
    path = f"/v2/webhooks/{other['id']['webhook_id']}"
    same = [{"event_type": "record.updated", "filter": None}]
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/v2/webhooks", {"target_url": TARGET, "subscriptions": same}),
        ("POST", "/v2/webhooks", {"target_url": "https://example.com", "subscriptions": same * 2}),
        ("PATCH", path, {"target_url": TARGET}),
    ]

    for method, where, change in calls:
        assert (409, "uniqueness_conflict") == api.refusal(method, where, {"data": change})
    assert {first["id"]["webhook_id"], other["id"]["webhook_id"]} == {
        each["id"]["webhook_id"] for each in api("GET", "/v2/webhooks")["data"]
    }


def test_webhooks_are_managed(api: Api) -> None:
    """The secret is shown once, a change replaces what it names, and a deleted webhook is gone."""
    made = subscribe(api, TARGET, "record.created")
    path = f"/v2/webhooks/{made['id']['webhook_id']}"
    subscriptions = [{"event_type": "task.created", "filter": None}]
    changed = api("PATCH", path, {"data": {"subscriptions": subscriptions}})["data"]

    assert 64 == len(made["secret"])
    assert {**made, "subscriptions": subscriptions} == {**changed, "secret": made["secret"]}
    assert [changed] == api("GET", "/v2/webhooks")["data"]
    assert {} == api("DELETE", path)
    assert (404, "not_found") == api.refusal("GET", path)


def test_a_filter_must_name_a_list_that_exists(api: Api) -> None:
    """A subscription whose filter names an unknown list is refused."""
    condition = {"field": "id.list_id", "operator": "equals", "value": NOWHERE}
    subscription = {"event_type": "list-entry.created", "filter": {"$and": [condition]}}
    body = {"data": {"target_url": TARGET, "subscriptions": [subscription]}}

    assert (400, "validation_type") == api.refusal("POST", "/v2/webhooks", body)


@pytest.mark.parametrize(("limit", "status"), [(9, 400), (10, 200), (100, 200), (101, 400)])
def test_a_page_of_webhooks_holds_ten_to_a_hundred(api: Api, limit: int, status: int) -> None:
    """Fewer and more are refused."""
    assert status == api.raw("GET", f"/v2/webhooks?limit={limit}").status


def test_webhooks_come_by_their_ids(api: Api) -> None:
    """Whatever the order in which they were made."""
    made = [subscribe(api, f"{TARGET}/{n}", "record.created")["id"]["webhook_id"] for n in range(8)]
    listed = [each["id"]["webhook_id"] for each in api("GET", "/v2/webhooks")["data"]]

    assert sorted(made) == listed
    assert made != listed


def test_an_event_is_delivered_whatever_became_of_its_record(api: Api) -> None:
    """When it arrives the record may be gone, so that reading it is 404."""
    subscribe(api, TARGET, "record.created")
    record = f"/v2/objects/people/records/{api.record('people', {})}"
    api("DELETE", record)
    [owed] = api("GET", "/_emulator/webhooks")["deliveries"]

    assert ("pending", (404, "not_found")) == (owed["state"], api.refusal("GET", record))
