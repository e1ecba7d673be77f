"""Freshness: the moment before which every acknowledged change is in the warehouse.

A connection is fresh until its oldest uncovered event. It is fresh until now when each event is covered by a
successful sync that started later. A stream (one object, one list, or a kind such as tasks or notes) is fresh
until its own oldest uncovered event.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from attio_api.webhooks import EVENT_TYPES
from attio_relay.durations import spoken
from attio_relay.events import ID, Event
from attio_relay.scheduling import schedule
from attio_relay.subscribing.slugs import has_slugs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_relay.settings import ConnectionConfig
    from attio_relay.store.lines import Line
    from attio_relay.store.uncovered import Uncovered, UncoveredChanges

# Seconds: a badge is green up to SOON (default max_wait plus min_interval), and red after LATE.
SOON, LATE = 120.0, 900.0
KINDS = frozenset(name.split(".")[0] for name in EVENT_TYPES)


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How fresh one connection is; times are seconds since 1970."""

    until: float
    behind: Mapping[str, float] | None
    """The streams that are behind, each with its time; None when it is unknown which streams are."""


def freshness(
    connection: ConnectionConfig, line: Line, uncovered: UncoveredChanges | None, *, now: float
) -> Freshness:
    """How fresh a connection is; `uncovered` tells its streams apart. Raises StoreError."""
    since = schedule.uncovered_since(line)
    if since is None:
        return Freshness(until=now, behind={})
    # Changes name ids. `attio-relay status` has the slugs of the file, and asks Attio nothing.
    apart = None if has_slugs(connection) else uncovered
    found = apart.since(connection.route, since) if apart else None
    if found is None:
        return Freshness(until=since, behind=None)
    behind: dict[str, float] = {}
    for each in found:
        if connection.interest.covers(_event(each)):
            behind.setdefault(stream(each), each.at)
    return Freshness(until=since, behind=behind)


def until_of(fresh: Freshness, wanted: str | None, *, now: float) -> float:
    """How fresh a connection is, or one of its streams where they can be told apart."""
    if wanted is None or fresh.behind is None:
        return fresh.until
    return fresh.behind.get(wanted, now)


def may_be_a_stream(connection: ConnectionConfig, wanted: str) -> bool:
    """Whether a connection can have such a stream: one that never has events would always look fresh."""
    chosen = connection.objects | connection.lists
    return wanted in (chosen or KINDS) or (not chosen and ID.fullmatch(wanted) is not None)


def stream(change: Uncovered) -> str:
    """The stream of a change: the id of its list or object, else the kind of its event type."""
    return change.list_id or change.object_id or change.event_type.split(".")[0]


def _event(change: Uncovered) -> Event:
    return Event(event_type=change.event_type, object_id=change.object_id, list_id=change.list_id, facts="{}")


def badge(name: str, *, until: float, now: float) -> str:
    """An SVG picture of how far the connection is behind."""
    age = max(0.0, now - until)
    said = "fresh" if age == 0 else f"{spoken(age)} behind"
    colour = "#0d6b4c" if age <= SOON else "#7d5200" if age <= LATE else "#ae231c"
    left, right = 12 + 7 * len(name), 12 + 7 * len(said)
    title = escape(f"{name}: {said}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
        f' aria-label="{title}"><title>{title}</title>'
        f'<rect width="{left}" height="20" fill="#3a3e46"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="6" y="14">{escape(name)}</text><text x="{left + 6}" y="14">{said}</text></g></svg>'
    )
