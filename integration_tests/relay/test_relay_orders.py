"""Commands that look at what the relay holds, hand it out again, or try it out."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from attio_relay.cli import main
from attio_relay.serving.actions import Actions, UnknownOrderError
from attio_relay.store.changes import GapReason, Question
from attio_relay.store.deliveries import Delivery
from integration_tests.relay.running import RunningRelay
from integration_tests.relay.stores import KEY, event

SECRET = "s" * 64
OURS = "7a9a3b10-0000-4000-8000-000000000001"
TEXT = f"""
[[routes]]
name = "acme"
secret = "{SECRET}"
[[connections]]
name = "crm"
route = "acme"
objects = ["{OURS}"]
debounce = "1h"
max_wait = "1h"
[connections.target]
type = "command"
command = ["true"]
"""
ENVIRONMENT = {"ATTIO_RELAY_KEY": KEY}


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    logging.disable(logging.ERROR)
    (tmp_path / "relay.toml").write_text(TEXT)
    running = RunningRelay(tmp_path, TEXT, ENVIRONMENT)
    yield running
    running.stop()
    logging.disable(logging.NOTSET)


def command(relay: RunningRelay, *arguments: str) -> Result:
    file = relay.config.storage.path.parent / "relay.toml"
    return CliRunner().invoke(main, [arguments[0], "--config", str(file), *arguments[1:]], env=ENVIRONMENT)


def store(relay: RunningRelay, key: str, at: float, object_id: str = OURS) -> None:
    message = Delivery(
        route="acme",
        webhook_id="hook",
        idempotency_key=key,
        received_at=at,
        events=(event(object_id),),
        bumps={"crm": 1} if object_id == OURS else {},
    )
    relay.relay.store.delivery_store.accept([message])


def changes(relay: RunningRelay) -> list[tuple[int, str]]:
    page = relay.relay.store.feed.read(Question(route="acme", after=0, limit=100))
    return [(change.seq, json.loads(change.facts)["object_id"]) for change in page.changes]


def seen(relay: RunningRelay) -> int:
    return relay.relay.store.schedule_store.lines()[0].seen


def test_a_stretch_of_time_is_handed_out_again(relay: RunningRelay) -> None:
    """Changes from then to then are in the feed once more, and the connections they matter to sync again."""
    for number, object_id in enumerate([OURS, OURS, "object-2", OURS]):
        store(relay, f"k{number}", 1_790_000_000.0 + 60 * number, object_id)
    # From the second change on, up to before the fourth.
    stretch = ["--since", "2026-09-21T14:14:20Z", "--until", "2026-09-21T14:16:20Z"]
    done = command(relay, "replay", "--route", "acme", *stretch)

    assert (0, "Of acme, 2 changes will be handed out once more.\n") == (done.exit_code, done.output)
    assert [(5, OURS), (6, "object-2")] == changes(relay)[4:]
    assert 4 == seen(relay)


def test_a_replay_never_replays_itself(relay: RunningRelay) -> None:
    """Without an end it takes what was there when it began."""
    store(relay, "k", 1_790_000_000.0)
    done = command(relay, "replay", "--route", "acme", "--since", "2026-01-01T00:00Z")

    assert "1 change " in done.output
    assert 2 == len(changes(relay))


def test_what_a_problem_asks_for_can_be_ordered_without_an_admin_token(relay: RunningRelay) -> None:
    """The status page and its orders need one; a blocked connection and a restored store need no page."""

    def line() -> tuple[bool, str]:
        (found,) = relay.relay.store.schedule_store.lines()
        return found.paused, found.state.value

    with relay.relay.store.database.transaction() as transaction:
        transaction.run("UPDATE connections SET state = 'blocked'")
    said = [command(relay, "pause", "--connection", "crm")]
    held = line()
    said += [command(relay, "resume", "--connection", "crm"), command(relay, "scan", "--route", "acme")]
    wrong = command(relay, "resume", "--connection", "crn")
    gap = relay.relay.store.feed.read(Question(route="acme", after=0, limit=1)).gap

    assert [
        (0, "crm starts no more syncs until it is resumed.\n"),
        (0, "crm goes on.\n"),
        (0, "Readers of acme are asked to scan everything once.\n"),
    ] == [(each.exit_code, each.output) for each in said]
    assert ((True, "blocked"), (False, "idle"), 1) == (held, line(), seen(relay))
    assert gap is not None
    assert GapReason.REQUESTED is gap.reason
    assert (2, True) == (wrong.exit_code, "There is no connection 'crn'" in wrong.output)


@pytest.mark.parametrize("about", [{"since": "yesterday"}, {"since": "2026-01-01", "until": "soon"}])
def test_a_time_that_is_none_is_named(relay: RunningRelay, about: dict[str, str]) -> None:
    """The sentence shows how to write one."""
    actions = Actions(relay.config, relay.relay.store, None, lambda: 0.0)  # type: ignore[arg-type] # nobody asks Attio
    with pytest.raises(UnknownOrderError, match="must be a time such as"):
        actions.order("replay", {"route": "acme"} | about)


def test_tail_prints_what_is_stored(relay: RunningRelay) -> None:
    """The newest changes, a line of JSON each."""
    for number in range(5):
        store(relay, f"k{number}", 1_790_000_000.0)
    done = command(relay, "tail", "--route", "acme", "-n", "2", "--no-follow")
    lines: list[Any] = [json.loads(line) for line in done.output.splitlines()]

    assert [4, 5] == [line["seq"] for line in lines]
    assert {"record.updated"} == {line["event_type"] for line in lines}
    assert "record_id" in lines[0]


def test_a_trial_event_proves_address_secret_and_store(relay: RunningRelay) -> None:
    """It is signed as Attio signs, stored as Attio's are, and leads to a sync where its object matters."""
    done = command(relay, "trigger", "--route", "acme", "--object", OURS, "--url", relay.url)

    assert (0, "The relay has stored a record.updated for route acme.\n") == (done.exit_code, done.output)
    assert ([(1, OURS)], 1) == (changes(relay), seen(relay))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--route", "acme", "--url", "http://127.0.0.1:9"],
            "Nothing answers at http://127.0.0.1:9/hooks/acme",
        ),
        (["--route", "nowhere", "--url", "http://127.0.0.1:9"], "There is no route nowhere in the file"),
        (["--route", "acme", "--url", "http://["], "--url must be an address such as https://"),
        (["--route", "acme", "--url", "http://127.0.0.1:port"], "--url must be an address such as https://"),
    ],
)
def test_a_trial_that_cannot_arrive_says_why(
    relay: RunningRelay, arguments: list[str], sentence: str
) -> None:
    """One sentence and exit code 2."""
    done = command(relay, "trigger", *arguments)

    assert 2 == done.exit_code
    assert sentence in done.output
