"""What readers of the feed may ask for."""

from pathlib import Path

import pytest

from integration_tests.relay.stores import delivery, event, webhook
from unit_tests.attio_relay.asking import CONFIG, SECRET, Asked, a_relay


def test_a_position_that_no_store_reaches_is_refused_in_a_sentence(relay: Asked) -> None:
    """Thousands of digits are read no further than a position can be long."""
    asked = relay.ask(
        "GET", f"/feeds/acme/changes?after={'9' * 5000}", authorization="Bearer token-of-the-feed"
    )

    assert (422, "after must be a whole number from 0 to 4611686018427387904.") == (
        asked.status,
        asked.json()["error"],
    )


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("event=record.updatd", "Did you mean record.updated?"),
        ("event=record.updated&event=recrod.*", "event: recrod.* is not an event of Attio."),
        ("event=", "There are for example record.updated and task.*."),
        ("event=*.created", "event may hold * at its end and no other wildcard, not '*.created'."),
        ("event=record.[cu]*", "no other wildcard"),
        ("object=people", "object must be an id such as 97052eb9-e65e-443f-a297-f2d9a4a7f795, not 'people'"),
        ("list=", "Attio names it in GET /v2/lists."),
        ("objct=97052eb9-e65e-443f-a297-f2d9a4a7f795", "Did you mean object?"),
    ],
)
def test_a_filter_that_no_change_could_pass_is_refused(relay: Asked, filters: str, said: str) -> None:
    """A page without any change would look as if nothing had happened."""
    asked = relay.ask("GET", f"/feeds/acme/changes?{filters}", authorization="Bearer token-of-the-feed")

    assert (422, True) == (asked.status, said in asked.json()["error"]), asked.body


@pytest.mark.parametrize(
    "filters",
    ["event=*", "event=record.*", "event=task.created", "object=97052eb9-e65e-443f-a297-f2d9a4a7f795"],
)
def test_a_filter_that_no_change_has_passed_yet_is_answered(relay: Asked, filters: str) -> None:
    """Whether an object exists, the relay does not know."""
    asked = relay.ask("GET", f"/feeds/acme/changes?{filters}", authorization="Bearer token-of-the-feed")

    assert (200, []) == (asked.status, asked.json()["changes"])


@pytest.mark.parametrize("kind", ["object", "list"])
def test_a_reader_may_name_an_id_in_capital_letters(relay: Asked, kind: str) -> None:
    """It means the id that events name in small ones: a page without any change would look complete."""
    ours = "97052eb9-e65e-443f-a297-f2d9a4a7f795"
    relay.relay.store.delivery_store.accept([delivery("k", event(ours, list_id=ours), event())])
    answer = relay.ask(
        "GET", f"/feeds/acme/changes?{kind}={ours.upper()}", authorization="Bearer token-of-the-feed"
    )

    assert [ours] == [each["object_id"] for each in answer.json()["changes"]]


@pytest.mark.parametrize(
    ("status", "gap"), [("active", None), ("degraded", None), ("inactive", "webhook_down")]
)
def test_a_route_without_a_webhook_that_delivers_is_a_gap(
    tmp_path: Path, status: str, gap: str | None
) -> None:
    """Nothing arrives, so that a reader who went on from its position would miss every change."""
    relay = a_relay(tmp_path, CONFIG.replace(f'secret = "{SECRET}"\n', "", 1).replace("old_secret", "#", 1))

    def found() -> str | None:
        answer = relay.ask("GET", "/feeds/acme/changes", authorization="Bearer token-of-the-feed").json()
        return answer["gap"] and str(answer["gap"]["reason"])

    none = found()
    relay.relay.store.secret_store.keep_webhook(webhook(status=status))
    made = found()
    relay.relay.store.secret_store.retire("acme", now=2.0)
    gone = found()
    relay.relay.store.database.close()

    assert ("webhook_down", gap, "webhook_down") == (none, made, gone)


def test_a_route_whose_secret_is_in_the_file_has_a_webhook_that_somebody_made(relay: Asked) -> None:
    """The relay may know nothing of it."""
    answer = relay.ask("GET", "/feeds/acme/changes", authorization="Bearer token-of-the-feed").json()

    assert (None, None) == (answer["gap"], answer["webhook"])
