"""Commands that show what the relay holds, and commands that give it orders."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from attio_api.whole_numbers import Whole
from attio_relay.commands.opening import (
    actions_of,
    config_option,
    json_option,
    known_route,
    opened,
    with_ids,
)
from attio_relay.serving.feed_api import moment
from attio_relay.serving.overview import overview
from attio_relay.store.changes import Question
from attio_relay.subscribing import trial

if TYPE_CHECKING:
    from pathlib import Path

TAIL_PAGE = 500
TAIL_EVERY = 1.0


@click.command("status")
@config_option
@json_option
def status(path: Path, as_json: bool) -> None:  # noqa: FBT001 (click passes a flag)
    """Show connections, how long changes wait, and the last runs."""
    with opened(path) as (config, store):
        found = overview(config, store, now=time.time())
    click.echo(json.dumps(found.as_json(), indent=2) if as_json else found.as_text())


@click.command("replay")
@config_option
@click.option("--key", default=None, help="Only the dead letter with this Idempotency-Key.")
@click.option("--since", default=None, help="Changes of --route since this time, as 2026-11-26T10:00Z.")
@click.option("--until", default=None, help="With --since: changes that came before this time.")
@click.option("--route", default=None, help="With --since: the route of the changes.")
@click.option(
    "--connection", default=None, help="Sync this connection now instead, as if it had just changed."
)
def replay(
    path: Path,
    key: str | None,
    since: str | None,
    until: str | None,
    route: str | None,
    connection: str | None,
) -> None:
    """Read dead letters again, hand changes out again, or let a connection sync now."""
    about = {"connection": connection, "since": since, "until": until, "route": route, "key": key}
    given = {name: value for name, value in about.items() if value is not None}
    with opened(path) as (config, store):
        if connection:
            done = actions_of(config, store).order("trigger", given)
        else:
            # Events name objects and lists by id: no filter with a slug would let one through.
            done = actions_of(with_ids(config, store), store).order("replay", given)
    click.echo(done.sentence)


def _order(action: str, about: str, sentence: str) -> click.Command:
    """The command of an action that names one connection or route, for relays without an admin token."""

    @click.command(action, help=sentence)
    @config_option
    @click.option(f"--{about}", "name", required=True, help=f"The {about} of the file that is meant.")
    def ordered(path: Path, name: str) -> None:
        with opened(path) as (config, store):
            done = actions_of(config, store).order(action, {about: name})
        click.echo(done.sentence)

    return ordered


pause = _order("pause", "connection", "Start no more syncs of a connection until it is resumed.")
resume = _order("resume", "connection", "Let a connection go on that was paused or is blocked.")
scan = _order("scan", "route", "Ask readers of the feed to scan everything once, and sync its connections.")


@click.command("tail")
@config_option
@click.option("--route", required=True, help="The route of the changes.")
@click.option("--lines", "-n", type=Whole(0), default=10, help="First print this many stored changes.")
@click.option("--no-follow", is_flag=True, help="End after the stored changes.")
def tail(path: Path, route: str, lines: int, no_follow: bool) -> None:  # noqa: FBT001 (click passes a flag)
    """Print changes as they come in, one line of JSON each."""
    with opened(path) as (config, store):
        known_route(config, route)
        after = max(0, store.feed.head(route) - lines)
        while True:
            page = store.feed.read(Question(route=route, after=after, limit=TAIL_PAGE))
            for change in page.changes:
                head = {"seq": change.seq, "at": moment(change.at), "event_type": change.event_type}
                click.echo(json.dumps(head | json.loads(change.facts)))
            after = page.next
            if page.next >= page.head:
                if no_follow:
                    return
                time.sleep(TAIL_EVERY)


@click.command("trigger")
@config_option
@click.option("--route", required=True, help="The route that the test event is posted to.")
@click.option("--event", default="record.updated", show_default=True, help="The event type.")
@click.option(
    "--object", "object_id", default=None, help="The id of the object it is about; by default made up."
)
@click.option("--url", default=None, help="Where the relay listens, when not where the file says.")
def trigger(path: Path, route: str, event: str, object_id: str | None, url: str | None) -> None:
    """Post a signed test event to the running relay, as Attio does, and say what it answers."""
    with opened(path) as (config, store):
        known_route(config, route)
        asked = trial.Trial(route=route, event_type=event, object_id=object_id)
        said = trial.post(config, store.secret_store, asked, url)
    click.echo(said)
