import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import requests_mock

from attio_api.auth import Identity
from attio_api.client import AttioClient
from attio_api.errors import Unreadable

URL = "http://127.0.0.1:8377"
ENDPOINTS: list[tuple[str, str, Any, Callable[[AttioClient], Any]]] = [
    ("GET", "/v2/objects", None, lambda c: c.objects()),
    ("GET", "/v2/lists", None, lambda c: c.lists()),
    ("GET", "/v2/workspace_members", None, lambda c: c.workspace_members()),
    ("GET", "/v2/objects/o/attributes/a/options", None, lambda c: c.options("objects", "o", "a")),
    (
        "GET",
        "/v2/lists/l/attributes/a/statuses?show_archived=true",
        None,
        lambda c: c.statuses("lists", "l", "a", show_archived=True),
    ),
    (
        "POST",
        "/v2/objects/o/attributes/a/options",
        {"data": {"title": "New"}},
        lambda c: c.create_option("objects", "o", "a", "New"),
    ),
    (
        "POST",
        "/v2/lists/l/attributes/a/statuses",
        {"data": {"title": "New"}},
        lambda c: c.create_status("lists", "l", "a", "New"),
    ),
    (
        "POST",
        "/v2/objects/o/records/query",
        {
            "limit": 5,
            "offset": 10,
            "filter": {"name": "A"},
            "sorts": [{"attribute": "name", "direction": "asc"}],
        },
        lambda c: c.query_records(
            "o", filter={"name": "A"}, sorts=[{"attribute": "name", "direction": "asc"}], limit=5, offset=10
        ),
    ),
    ("POST", "/v2/lists/l/entries/query", {"limit": 500, "offset": 0}, lambda c: c.query_entries("l")),
    (
        "POST",
        "/v2/objects/o/records",
        {"data": {"values": {"a": [1]}}},
        lambda c: c.create_record("o", {"a": 1}),
    ),
    (
        "PUT",
        "/v2/objects/o/records?matching_attribute=a",
        {"data": {"values": {"a": [1]}}},
        lambda c: c.upsert_record("o", "a", {"a": 1}),
    ),
    (
        "GET",
        "/v2/objects/o/records/r/attributes/a/values?show_historic=true&limit=50&offset=0",
        None,
        lambda c: c.value_history("objects", "o", "r", "a"),
    ),
    (
        "GET",
        "/v2/lists/l/entries/e/attributes/a/values?show_historic=true&limit=50&offset=0",
        None,
        lambda c: c.value_history("lists", "l", "e", "a"),
    ),
    (
        "POST",
        "/v2/lists/l/entries",
        {"data": {"parent_object": "o", "parent_record_id": "r", "entry_values": {"a": [1]}}},
        lambda c: c.create_entry("l", "o", "r", {"a": 1}),
    ),
    (
        "PUT",
        "/v2/lists/l/entries",
        {"data": {"parent_object": "o", "parent_record_id": "r", "entry_values": {}}},
        lambda c: c.upsert_entry("l", "o", "r", {}),
    ),
    ("GET", "/v2/notes?limit=50&offset=100", None, lambda c: c.notes(50, 100)),
    (
        "GET",
        "/v2/notes?limit=50&offset=0&parent_object=o&parent_record_id=r",
        None,
        lambda c: c.notes(parent_object="o", parent_record_id="r"),
    ),
    ("POST", "/v2/notes", {"data": {"title": "T"}}, lambda c: c.create_note({"title": "T"})),
    ("DELETE", "/v2/notes/n", None, lambda c: c.delete_note("n")),
    (
        "GET",
        "/v2/tasks?limit=1000&offset=0&is_completed=false",
        None,
        lambda c: c.tasks(1000, params={"is_completed": False}),
    ),
    ("POST", "/v2/tasks", {"data": {"content": "C"}}, lambda c: c.create_task({"content": "C"})),
    ("DELETE", "/v2/tasks/t", None, lambda c: c.delete_task("t")),
    ("GET", "/v2/webhooks?limit=100&offset=0", None, lambda c: c.webhooks()),
    (
        "POST",
        "/v2/webhooks",
        {"data": {"target_url": "https://a.test", "subscriptions": []}},
        lambda c: c.create_webhook("https://a.test", []),
    ),
    ("GET", "/v2/webhooks/w", None, lambda c: c.get_webhook("w")),
    (
        "PATCH",
        "/v2/webhooks/w",
        {"data": {"subscriptions": []}},
        lambda c: c.update_webhook("w", {"subscriptions": []}),
    ),
    ("DELETE", "/v2/webhooks/w", None, lambda c: c.delete_webhook("w")),
]


@pytest.fixture
def client(attio: requests_mock.Mocker) -> AttioClient:
    return AttioClient("emulator-token", api_url=f"{URL}/")


@pytest.mark.parametrize(
    ("method", "path", "body", "ask"), ENDPOINTS, ids=[" ".join(row[:2]) for row in ENDPOINTS]
)
def test_every_method_asks_its_endpoint(
    client: AttioClient,
    attio: requests_mock.Mocker,
    method: str,
    path: str,
    body: Any,
    ask: Callable[[AttioClient], Any],
) -> None:
    """Each method sends one request, as Attio documents it."""
    last = path.partition("?")[0].rpartition("/")[2]
    many = last == "query" or (method == "GET" and last.endswith("s"))
    attio.register_uri(requests_mock.ANY, requests_mock.ANY, json={"data": [] if many else {}})
    ask(client)
    sent = attio.request_history

    assert [(method, URL + path)] == [(each.method, each.url) for each in sent]
    assert body == (sent[0].json() if sent[0].body else None)


@pytest.mark.parametrize(
    ("archived", "query"),
    [(False, "limit=200&offset=0"), (True, "show_archived=true&limit=200&offset=0")],
)
def test_attributes_are_asked_for_with_archived_ones_on_demand(
    client: AttioClient, attio: requests_mock.Mocker, archived: bool, query: str
) -> None:
    """The first page is asked for as Attio documents it; an answer without any attribute is unreadable."""
    attio.get(f"{URL}/v2/lists/sales/attributes", json={"data": []})

    with pytest.raises(Unreadable, match="no attribute of sales"):
        client.attributes("lists", "sales", show_archived=archived)
    assert f"{URL}/v2/lists/sales/attributes?{query}" == attio.request_history[0].url


def test_the_token_tells_who_it_is(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """The identity is read from an answer that, unlike all others, has no `data`."""
    attio.get(
        f"{URL}/v2/self",
        json={"active": True, "scope": "note:read task:read-write", "workspace_name": "Acme"},
    )
    expected = Identity(
        active=True, scopes=frozenset({"note:read", "task:read-write"}), workspace_name="Acme"
    )

    assert expected == client.whoami()


def test_a_dead_token_is_not_active(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """Attio answers 200 for a revoked token; the identity says that it is not active."""
    attio.get(f"{URL}/v2/self", json={"active": False})

    assert not client.whoami().active


def test_listings_are_read_to_their_end(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A page is followed by the next one, also a short one, until none has a row."""
    hooks: list[dict[str, Any]] = [{"id": {"webhook_id": f"{number}"}} for number in range(120)]
    answers = [{"json": {"data": each}} for each in (hooks[:100], hooks[100:], [])]
    attio.get(f"{URL}/v2/webhooks", answers)

    assert hooks == client.webhooks()
    assert ["0", "100", "120"] == [each.qs["offset"][0] for each in attio.request_history]


def test_a_history_of_one_value_at_a_time_ends_with_the_value_that_holds(
    client: AttioClient, attio: requests_mock.Mocker
) -> None:
    """Then nothing is asked for behind it; behind a value that has ended, another may follow."""
    then, now = {"active_until": "2026-01-01"}, {"active_until": None}
    path = "/v2/objects/people/records/1/attributes/job_title/values"
    attio.get(f"{URL}{path}", [{"json": {"data": page}} for page in ([then, now], [then], [now])])

    assert [then, now] == client.value_history("objects", "people", "1", "job_title", single=True)
    assert [then, now] == client.value_history("objects", "people", "1", "job_title", single=True)
    assert attio.call_count == 3


def test_the_client_is_light() -> None:
    """Importing the client loads neither the phone numbers of the world nor the Airbyte CDK."""
    script = "import sys, attio_api.client; print(sorted({'phonenumbers', 'airbyte_cdk'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "[]" == told.stdout.strip()
