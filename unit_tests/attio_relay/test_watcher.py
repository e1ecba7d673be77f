"""What a look at a webhook makes of what Attio, or something before it, answers."""

from typing import Any

import pytest

from attio_relay.subscribing.watcher import Watcher
from integration_tests.relay.stores import webhook
from unit_tests.attio_relay.asking import Asked

LOOKED_AT, NOW = 100.0, 200.0


class Answering:
    """An Attio that answers a question for a webhook with what it was given."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer

    def get_webhook(self, webhook_id: str) -> dict[str, Any]:
        assert "hook" == webhook_id
        return self.answer


def status_after(relay: Asked, answer: dict[str, Any]) -> tuple[str, float]:
    """The status and the time of the last look, in the store, after one look."""
    store = relay.relay.store
    store.secret_store.keep_webhook(webhook(at=LOOKED_AT))
    client: Any = Answering(answer)
    Watcher(store.secret_store, store.gaps, {}, lambda _: client, lambda: NOW).look()
    (facts,) = (each for each in store.secret_store.webhook_facts() if each.webhook_id == "hook")
    return facts.status, facts.checked_at


def test_an_answer_about_this_webhook_is_stored(relay: Asked) -> None:
    """With the time of the look."""
    assert ("degraded", NOW) == status_after(relay, {"id": {"webhook_id": "hook"}, "status": "degraded"})


@pytest.mark.parametrize(
    "answer",
    [
        {"id": {"webhook_id": "another"}, "status": "active"},
        {"id": {"webhook_id": "hook"}},
        {"id": {"webhook_id": "hook"}, "status": None},
        {"id": "hook", "status": "active"},
        {},
    ],
)
def test_an_answer_that_says_nothing_of_this_webhook_is_no_look(relay: Asked, answer: dict[str, Any]) -> None:
    """Nothing is made anew or called well; the last look gets old, which is an alert in the end."""
    assert ("active", LOOKED_AT) == status_after(relay, answer)
