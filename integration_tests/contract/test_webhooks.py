"""Webhooks: made once, listed without their secret, refused twice."""

from typing import Any

import pytest

from attio_api.wire import Json
from integration_tests.contract.ground import Ground, needs, refusal, unique
from integration_tests.whole_client import WholeClient

DELETED: list[Json] = [{"event_type": "record.deleted", "filter": None}]


@pytest.fixture
def webhook(companies: Ground) -> dict[str, Any]:
    """A webhook to nowhere, deleted at the end."""
    needs(companies.client, "relay")
    made: dict[str, Any] = companies.client.create_webhook(f"https://example.com/{unique('hook')}", DELETED)
    companies.later(lambda: companies.client.delete_webhook(made["id"]["webhook_id"]))
    return made


def test_the_secret_is_told_once(client: WholeClient, webhook: dict[str, Any]) -> None:
    """Only the answer to the creation holds the secret; the webhook is active at once."""
    read: dict[str, Any] = client.get_webhook(webhook["id"]["webhook_id"])

    assert len(webhook["secret"]) >= 32
    assert "secret" not in read
    assert "active" == read["status"]
    assert webhook["id"] in [each["id"] for each in client.webhooks()]


def test_the_same_subscription_twice(client: WholeClient, webhook: dict[str, Any]) -> None:
    """A second webhook with the same target, event and filter is 409."""
    assert ("AlreadyExists", 409, "uniqueness_conflict") == refusal(
        lambda: client.create_webhook(webhook["target_url"], DELETED)
    )


def test_a_target_must_be_https(client: WholeClient) -> None:
    """Attio sends to https only."""
    needs(client, "relay")

    assert ("InvalidValue", 400, "validation_type") == refusal(
        lambda: client.create_webhook("http://example.com/hook", DELETED)
    )


def test_a_deleted_webhook_is_gone(client: WholeClient, webhook: dict[str, Any]) -> None:
    """After deletion a webhook is unknown."""
    gone = webhook["id"]["webhook_id"]
    client.delete_webhook(gone)

    assert ("Gone", 404, "not_found") == refusal(lambda: client.get_webhook(gone))
