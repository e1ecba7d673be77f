"""`subscribe`, `unsubscribe`, `rotate` and `make-key`: webhooks at Attio, and their signing secrets."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from attio_api.errors import AttioError
from attio_relay.commands.opening import (
    WRONG_USAGE,
    actions_of,
    config_option,
    json_option,
    known_route,
    opened,
    plainly,
    stop,
)
from attio_relay.config import load
from attio_relay.events import ID, known_pattern, lowered
from attio_relay.reading import ConfigError
from attio_relay.store.sealing import Sealer, add_key, keys_of, new_key, write_keys
from attio_relay.store.secrets import SecretStore
from attio_relay.store.store import open_store
from attio_relay.subscribing.clients import client_for, target_url
from attio_relay.subscribing.slugs import id_of, known_to
from attio_relay.subscribing.subscription import Wanted
from attio_relay.words import counted

if TYPE_CHECKING:
    from pathlib import Path

    from attio_relay.settings import RelayConfig
    from attio_relay.subscribing.clients import ClientFor


@click.command("subscribe")
@config_option
@click.option("--route", required=True, help="The route that the webhook posts to.")
@click.option("--url", default=None, help="Where Attio reaches this relay, when not public_url of the file.")
@click.option("--event", "events", multiple=True, help="Only this event type or pattern; may be repeated.")
@click.option(
    "--object", "objects", multiple=True, help="Only records of this object, by slug or id; may be repeated."
)
@click.option("--list", "lists", multiple=True, help="Only entries of this list; may be repeated.")
@click.option(
    "--adopt", is_flag=True, help="Replace the webhooks of this address that the store does not know."
)
@json_option
def subscribe(  # noqa: PLR0913, PLR0917 (one argument an option)
    path: Path,
    route: str,
    url: str | None,
    events: tuple[str, ...],
    objects: tuple[str, ...],
    lists: tuple[str, ...],
    adopt: bool,  # noqa: FBT001 (click passes a flag)
    as_json: bool,  # noqa: FBT001 (as above)
) -> None:
    """Make or change the webhook at Attio; its secret is kept sealed."""
    with plainly():
        _ensure_key(load(path, os.environ))
    with opened(path) as (config, store):
        public_url = (url or config.server.public_url or "").rstrip("/")
        if not public_url:
            raise ConfigError("subscribe needs --url, or public_url in [server].")
        address = target_url(public_url, known_route(config, route))
        given = Wanted(
            route=route,
            target_url=address,
            events=events,
            objects=tuple(map(lowered, objects)),
            lists=tuple(map(lowered, lists)),
        )
        wanted = _by_ids(given, partial(client_for, config, store.secret_store))
        subscriber = actions_of(config, store).subscriber(route)
        done = subscriber.adopt(wanted) if adopt else subscriber.ensure(wanted)
    facts = {"webhook_id": done.webhook_id, "result": done.what, "events": done.events}
    kinds = counted(done.events, "event type")
    text = f"The webhook {done.webhook_id} for route {route} is {done.what}, with {kinds}."
    click.echo(json.dumps(facts) if as_json else text)


def _by_ids(wanted: Wanted, client_of: ClientFor) -> Wanted:
    """The same with ids in place of slugs; raises ConfigError for events, objects or lists that are unknown.

    Attio accepts a filter that no event fits, so such a webhook would never send anything. A token that may
    not look them up can still name ids.
    """
    try:
        for pattern in wanted.events:
            known_pattern(pattern)
    except ValueError as error:
        raise ConfigError(f"--event: {error}") from None
    named = (*wanted.objects, *wanted.lists)
    if not named:
        return wanted
    try:
        known = known_to(wanted.route, client_of)
    except AttioError as error:
        if not all(map(ID.fullmatch, named)):
            raise
        click.echo(f"attio-relay: the ids of objects and lists were not looked up: {error}", err=True)
        return wanted
    return replace(
        wanted,
        objects=tuple(id_of("object", each, known.objects) for each in wanted.objects),
        lists=tuple(id_of("list", each, known.lists) for each in wanted.lists),
    )


def _ensure_key(config: RelayConfig) -> None:
    """Make the key file if it is configured but missing; raises ConfigError when no key is configured."""
    if not keys_of(config.secrets):
        if config.secrets.key_file is None:
            raise ConfigError("There is no sealing key: set ATTIO_RELAY_KEY, or key_file in [secrets].")
        add_key(config.secrets.key_file)
        click.echo(f"Made a sealing key in {config.secrets.key_file}: keep a copy in a safe place.", err=True)


@click.command("unsubscribe")
@config_option
@click.option("--route", required=True, help="The route whose webhook is deleted at Attio.")
def unsubscribe(path: Path, route: str) -> None:
    """Delete the route's webhook at Attio; the relay keeps what it posted."""
    with opened(path) as (config, store):
        count = actions_of(config, store).subscriber(known_route(config, route).name).remove(route)
    click.echo(f"Route {route} has no webhook any more: {counted(count, 'webhook')} deleted.")


@click.command("rotate")
@config_option
@click.option("--route", default=None, help="Give this route a new webhook with a new secret.")
@click.option(
    "--key", "renew_key", is_flag=True, help="Seal all secrets with a new key, and drop the old ones."
)
def rotate(path: Path, route: str | None, renew_key: bool) -> None:  # noqa: FBT001 (click passes a flag)
    """Renew a webhook's secret, or the key that seals secrets in the store."""
    if renew_key == (route is not None):
        stop("rotate needs either --route NAME or --key.", WRONG_USAGE)
    with opened(path) as (config, store):
        if route is None:
            click.echo(_rotate_key(config))
            return
        click.echo(actions_of(config, store).order("rotate", {"route": route}).sentence)


@click.command("make-key")
def make_key() -> None:
    """Print a new sealing key for ATTIO_RELAY_KEY."""
    click.echo(new_key())


def _rotate_key(config: RelayConfig) -> str:
    """Add a key, seal everything again, drop the old keys: a crash leaves a key for every secret."""
    file = config.secrets.key_file
    if config.secrets.keys:
        if len(config.secrets.keys) < 2:  # noqa: PLR2004 (a new one and an old one)
            raise ConfigError(
                "The key is in ATTIO_RELAY_KEY, which only you can change: put a new one before it"
                ' (ATTIO_RELAY_KEY="NEW OLD"; `attio-relay make-key` prints one), run this again, drop OLD.'
            )
        count = _reseal(config, config.secrets.keys[0])
        return f"Sealed {counted(count, 'secret')} with the first key of ATTIO_RELAY_KEY; drop the others."
    if file is None:
        raise ConfigError("rotate --key needs key_file in [secrets], or keys in ATTIO_RELAY_KEY.")
    key = add_key(file)
    count = _reseal(config, key)
    write_keys(file, [key])
    return f"Sealed {counted(count, 'secret')} with a new key."


def _reseal(config: RelayConfig, key: str) -> int:
    """Seal every secret with this key, and check that it alone opens them; returns the number of secrets."""
    store = open_store(config)
    try:
        count = store.secret_store.reseal()
        SecretStore(store.database, Sealer(lambda: [key])).check()
    finally:
        store.database.close()
    return count
