"""Decides which conditions hold, from one round's observations; pure.

Each rule is a function from the observations to conditions, whose sentence says what is wrong and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.durations import spoken
from attio_relay.store.alerts import Condition, Silence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A silence is unusual when it lasts this many times the longest pause of the last two weeks.
UNUSUAL = 2.0
LEAST_FREE = 256 * 1024 * 1024
# Seconds between the clocks; NTP corrects a clock by less in a minute.
LARGEST_JUMP = 60.0
GIVEN_UP = (
    "The webhook of route {route}, which a person made, is {status}: changes may be missing. Look at it in"
    " Attio's settings, or let the relay make one: attio-relay subscribe --route {route}."
)
ILL = (
    "The webhook of route {route} is {status}: changes may be missing."
    " The relay makes it anew by itself if its token may; look at the log if this stays."
)
CHANGED = (
    "Somebody changed the webhook of route {route} at Attio: it posts elsewhere or lacks events, so changes"
    " are missing. Run attio-relay subscribe --route {route} again, with the options that it had before."
)
REFUSED = (
    "Messages that seem to be Attio's are refused at route {route}. Compare its secret, query_secret,"
    " webhook_id and workspace_id with the webhook in Attio's settings, or let the relay make one:"
    " attio-relay subscribe --route {route}, or attio-relay rotate --route {route} where it made the present"
    " one."
)
BY_HAND = {
    "none": (
        "Route {route} has no webhook, so no change arrives. Make one: attio-relay subscribe --route {route}."
    ),
    "unwatched": (
        "The webhook of route {route}, which a person made, is not watched: nothing reports when Attio stops"
        " delivering to it. Give the route a token with webhook:read, and its webhook_id if the log asks for"
        " it."
    ),
}


@dataclass(frozen=True, kw_only=True)
class ConnectionSeen:
    """The facts about a connection that rules use."""

    name: str
    route: str
    uncovered_since: float | None
    """When the oldest event came that no sync covers, in seconds since 1970; None when all are covered."""
    attention: bool
    problem: str | None


@dataclass(frozen=True, kw_only=True)
class Observations:
    """The observations of one round; times are seconds since 1970."""

    now: float
    connections: Sequence[ConnectionSeen]
    webhooks: Mapping[str, str]
    """The status of each route's webhook that does not deliver or was not checked for long, by route."""
    hand_made: Mapping[str, str]
    """The same for routes whose webhook was made by a person, or that have none."""
    refused: Sequence[str]
    """The routes at which messages that seem to be Attio's are refused."""
    silences: Mapping[str, Silence]
    gaps: Mapping[str, float]
    """When each route's newest gap was marked."""
    free: int | None
    """Bytes free on the disk of the store; None for a Postgres."""
    sealed: str
    """Why the secrets in the store cannot be opened; empty when they can."""
    jump: float
    """Seconds by which the clock was set since the last round: its advance minus real time."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The seconds after which uncovered events and silence lead to an alert."""

    uncovered: float
    silence: float


def conditions(seen: Observations, limits: Limits) -> list[Condition]:
    """All conditions that hold."""
    return [
        *_uncovered(seen, limits),
        *_connections(seen),
        *_webhooks(seen),
        *_hand_made(seen),
        *_refused(seen),
        *_silences(seen, limits),
        *_gaps(seen),
        *_machine(seen),
    ]


def _uncovered(seen: Observations, limits: Limits) -> Iterator[Condition]:
    for each in seen.connections:
        since = each.uncovered_since
        if since is not None and seen.now - since > limits.uncovered:
            yield Condition(
                name="uncovered",
                subject=each.name,
                sentence=(
                    f"Changes wait for a sync of {each.name} for longer than {spoken(limits.uncovered)}."
                    " Look at its runs on the status page."
                ),
            )


def _connections(seen: Observations) -> Iterator[Condition]:
    for each in seen.connections:
        if each.attention:
            said = each.problem or "Events have waited too long for a sync."
            yield Condition(
                name="connection", subject=each.name, sentence=f"{each.name} needs attention. {said}"
            )


def _webhooks(seen: Observations) -> Iterator[Condition]:
    for route, status in seen.webhooks.items():
        yield Condition(
            name="webhook",
            subject=route,
            sentence=(CHANGED if status == "changed" else ILL).format(route=route, status=status),
        )


def _hand_made(seen: Observations) -> Iterator[Condition]:
    for route, status in seen.hand_made.items():
        sentence = BY_HAND.get(status, GIVEN_UP).format(route=route, status=status)
        yield Condition(name="webhook", subject=route, sentence=sentence)


def _refused(seen: Observations) -> Iterator[Condition]:
    for route in seen.refused:
        yield Condition(name="signature", subject=route, sentence=REFUSED.format(route=route))


def _silences(seen: Observations, limits: Limits) -> Iterator[Condition]:
    for route, silence in seen.silences.items():
        longest = max(limits.silence, UNUSUAL * silence.longest)
        if seen.now - silence.last_at > longest:
            yield Condition(
                name="silence",
                subject=route,
                sentence=(
                    f"No event came for route {route} for longer than {spoken(longest)}, which is unusual."
                    " Change a record in Attio and see whether it arrives."
                ),
            )


def _gaps(seen: Observations) -> Iterator[Condition]:
    """A gap is open until every connection of its route has had a sync that started after it was marked."""
    for route, marked in seen.gaps.items():
        waiting = [each.uncovered_since for each in seen.connections if each.route == route]
        if any(since is not None and since <= marked for since in waiting):
            yield Condition(
                name="gap",
                subject=route,
                sentence=f"Events of route {route} may be missing. A sync that reads all again is due.",
            )


def _machine(seen: Observations) -> Iterator[Condition]:
    if seen.free is not None and seen.free < LEAST_FREE:
        yield Condition(
            name="disk",
            subject="store",
            sentence=f"Only {seen.free // 2**20} MB are free where the store lies. Make room.",
        )
    if seen.sealed:
        yield Condition(
            name="key",
            subject="secrets",
            sentence=f"Deliveries are refused, since their secrets cannot be opened. {seen.sealed}",
        )
    if abs(seen.jump) > LARGEST_JUMP:
        yield Condition(
            name="clock",
            subject="clock",
            sentence=f"The machine's clock jumped by {spoken(abs(seen.jump))}. Keep it by NTP.",
        )
