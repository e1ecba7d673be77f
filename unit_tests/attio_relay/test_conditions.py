"""When something is worth an alert."""

from dataclasses import replace

import pytest

from attio_relay.alerting.conditions import LEAST_FREE, ConnectionSeen, Limits, Observations, conditions
from attio_relay.store.alerts import Silence

NOW = 1_000_000.0
HOUR = 3600.0
WELL = ConnectionSeen(name="crm", route="acme", uncovered_since=None, attention=False, problem=None)
ALL_WELL = Observations(
    now=NOW,
    connections=[WELL],
    webhooks={},
    hand_made={},
    refused=[],
    silences={"acme": Silence(last_at=NOW - HOUR, longest=HOUR)},
    gaps={"acme": NOW - HOUR},
    free=LEAST_FREE,
    sealed="",
    jump=1.0,
)
LIMITS = Limits(uncovered=900.0, silence=12 * HOUR)


def names(seen: Observations) -> list[tuple[str, str]]:
    return [(each.name, each.subject) for each in conditions(seen, LIMITS)]


def test_nothing_is_told_while_all_is_well() -> None:
    """A covered connection, a closed hole, a short pause, room on the disk and a steady clock are no news."""
    assert [] == names(ALL_WELL)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (replace(ALL_WELL, connections=[replace(WELL, uncovered_since=NOW - 901)]), ("uncovered", "crm")),
        (replace(ALL_WELL, connections=[replace(WELL, attention=True)]), ("connection", "crm")),
        (replace(ALL_WELL, sealed="A sealing key is not valid."), ("key", "secrets")),
        (replace(ALL_WELL, webhooks={"acme": "degraded"}), ("webhook", "acme")),
        (replace(ALL_WELL, hand_made={"acme": "inactive"}), ("webhook", "acme")),
        (replace(ALL_WELL, hand_made={"acme": "unwatched"}), ("webhook", "acme")),
        (replace(ALL_WELL, hand_made={"acme": "none"}), ("webhook", "acme")),
        (replace(ALL_WELL, refused=["acme"]), ("signature", "acme")),
        (
            replace(ALL_WELL, silences={"acme": Silence(last_at=NOW - 12 * HOUR - 1, longest=HOUR)}),
            ("silence", "acme"),
        ),
        (replace(ALL_WELL, free=LEAST_FREE - 1), ("disk", "store")),
        (replace(ALL_WELL, jump=-61.0), ("clock", "clock")),
        (replace(ALL_WELL, jump=61.0), ("clock", "clock")),
    ],
)
def test_each_trouble_is_told_by_its_name(seen: Observations, told: tuple[str, str]) -> None:
    """One trouble is one condition, named by its rule and by what it is about."""
    assert [told] == names(seen)


def test_a_hole_is_open_until_a_sync_covers_it() -> None:
    """Events that came after the hole was closed open it no more."""
    marked = NOW - 600
    waiting = replace(ALL_WELL, gaps={"acme": marked})

    assert [("gap", "acme")] == names(replace(waiting, connections=[replace(WELL, uncovered_since=marked)]))
    assert [] == names(replace(waiting, connections=[replace(WELL, uncovered_since=marked + 1)]))
    assert [] == names(replace(waiting, connections=[replace(WELL, uncovered_since=marked, route="other")]))


def test_silence_is_measured_by_what_is_usual() -> None:
    """A route that is still every weekend alerts only after twice its longest pause."""
    longest = 60 * HOUR
    still = replace(ALL_WELL, silences={"acme": Silence(last_at=NOW - 2 * longest, longest=longest)})
    longer = replace(ALL_WELL, silences={"acme": Silence(last_at=NOW - 2 * longest - 1, longest=longest)})

    assert ([], [("silence", "acme")]) == (names(still), names(longer))


def test_a_postgres_has_no_disk_of_ours() -> None:
    """The relay cannot see the room on a database server."""
    assert [] == names(replace(ALL_WELL, free=None))


@pytest.mark.parametrize(
    ("status", "said"),
    [("changed", "Run attio-relay subscribe --route acme again"), ("inactive", "makes it anew by itself")],
)
def test_a_webhook_that_somebody_changed_is_put_back_by_a_person(status: str, said: str) -> None:
    """The relay makes a new one only where Attio delivers to none."""
    (found,) = conditions(replace(ALL_WELL, webhooks={"acme": status}), LIMITS)

    assert said in found.sentence
