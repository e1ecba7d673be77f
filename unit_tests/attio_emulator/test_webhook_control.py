from typing import Any

import pytest

from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_tasks import NEW
from unit_tests.attio_emulator.test_webhooks import TARGET, subscribe


def subscribe_to_tasks(api: Api) -> str:
    return str(subscribe(api, TARGET, "task.created")["id"]["webhook_id"])


def write_task(api: Api) -> None:
    api("POST", "/v2/tasks", {"data": NEW})


def test_what_is_owed_is_shown_with_everything_that_will_be_sent(api: Api) -> None:
    """A delivery shows its body, key and signature before it is made, and the webhook its secret."""
    webhook_id = subscribe_to_tasks(api)
    write_task(api)
    seen = api("GET", "/_emulator/webhooks")

    assert [(webhook_id, "active", 64)] == [
        (each["webhook_id"], each["status"], len(each["secret"])) for each in seen["webhooks"]
    ]
    assert [("pending", webhook_id, 64, [])] == [
        (each["state"], each["webhook_id"], len(each["signature"]), each["tries"])
        for each in seen["deliveries"]
    ]


def test_deliveries_are_narrowed_down(api: Api) -> None:
    """By state, by webhook, and to those after a number."""
    webhook_id = subscribe_to_tasks(api)
    write_task(api)
    write_task(api)

    def numbers(query: str) -> list[int]:
        return [each["number"] for each in api("GET", f"/_emulator/webhooks?{query}")["deliveries"]]

    assert [[1, 2], [2], [], [1, 2]] == [
        numbers(query)
        for query in ("state=pending", "since=1", "state=delivered", f"webhook_id={webhook_id}")
    ]


@pytest.mark.parametrize(
    "options", [{"unknown": 1}, {"batch_size": 0}, {"duplicates": -0.5}, {"retries": "ten"}, {"outside": 1}]
)
def test_options_that_make_no_sense_are_refused(api: Api, options: dict[str, Any]) -> None:
    """A wrong option is refused and nothing changes."""
    before = api("GET", "/_emulator/webhooks")["options"]

    assert (400, "validation_type") == api.refusal("POST", "/_emulator/webhooks", options)
    assert before == api("GET", "/_emulator/webhooks")["options"]


def test_options_last_until_a_reset(api: Api) -> None:
    """Options that are not named stay; a reset brings the usual ones back."""
    usual = api("GET", "/_emulator/webhooks")["options"]
    changed = api("POST", "/_emulator/webhooks", {"batch_size": 5})["options"]
    api("POST", "/_emulator/reset")

    assert {**usual, "batch_size": 5} == changed
    assert usual == api("GET", "/_emulator/webhooks")["options"]


def test_a_state_cannot_be_ordered_for_nothing(api: Api) -> None:
    """An unknown webhook is not found, and an unknown state refused."""
    unknown = "/_emulator/webhooks/00000000-0000-4000-8000-000000000000"
    known = f"/_emulator/webhooks/{subscribe_to_tasks(api)}"

    assert (404, "not_found") == api.refusal("POST", unknown, {"status": "active"})
    assert (400, "validation_type") == api.refusal("POST", known, {"status": "broken"})


def test_the_same_calls_owe_the_same_deliveries() -> None:
    """Two emulators on clocks that stand still owe the same bytes under the same keys and signatures."""

    def owed() -> list[tuple[bytes, str, str]]:
        api = Api(Emulator(clock_mode="manual"))
        subscribe_to_tasks(api)
        write_task(api)
        return [(each.body, each.idempotency_key, each.signature) for each in api.emulator.deliveries.all()]

    assert owed() == owed() != []
