"""The command line: serve, check-config, subscribe, unsubscribe, status, replay, rotate, make-key.

Every complaint is one sentence on stderr; exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from attio_api.errors import AttioError, Misconfigured
from attio_relay import logs
from attio_relay.config import load
from attio_relay.reading import ConfigError
from attio_relay.serving.actions import Actions, UnknownOrderError
from attio_relay.serving.app import Relay
from attio_relay.serving.listening import Server, address, bound, serve
from attio_relay.serving.overview import overview
from attio_relay.store.database import StoreError
from attio_relay.store.schema import NewerStoreError
from attio_relay.store.sealing import Sealer, SealError, add_key, keys_of, new_key, write_keys
from attio_relay.store.secrets import Vault
from attio_relay.store.store import Store, open_store
from attio_relay.subscribing.clients import client_for, target_url
from attio_relay.subscribing.subscription import NothingToReplaceError, StrangerError, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_relay.settings import RelayConfig, RouteConfig

WRONG_USAGE = 2

config_option = click.option(
    "--config", "path", required=True, type=click.Path(path_type=Path), help="The relay's TOML file."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def stop(sentence: str, code: int) -> NoReturn:
    """End with one sentence."""
    click.echo(f"attio-relay: {sentence}", err=True)
    sys.exit(code)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what may go wrong into one sentence and an exit code."""
    try:
        yield
    except (ConfigError, NewerStoreError, SealError, UnknownOrderError) as error:
        stop(str(error), WRONG_USAGE)
    except Misconfigured as error:
        stop(f"{error} {error.remedy or ''}".strip(), WRONG_USAGE)
    except (AttioError, StoreError, NothingToReplaceError, StrangerError) as error:
        stop(str(error), 1)


@contextmanager
def opened(path: Path) -> Iterator[tuple[RelayConfig, Store]]:
    """The configuration and the store of a command."""
    with plainly():
        config = load(path, os.environ)
        store = open_store(config)
        try:
            yield config, store
        finally:
            store.database.close()


@click.group()
@click.version_option(package_name="airbyte-attio")
def main() -> None:
    """Receive Attio's webhooks, keep them, and trigger syncs."""


@main.command("serve")
@config_option
@click.option(
    "--port", type=int, default=None, help="Listen here instead of where the file says; 0 takes a free port."
)
def serve_command(path: Path, port: int | None) -> None:
    """Receive webhooks and run the schedule until stopped."""
    with plainly():
        config = load(path, os.environ)
        logs.set_up()
        wanted = config.server.port if port is None else port
        store = _with_its_keys(open_store(config))
        try:
            listener = bound(config.server.host, wanted)
        except OSError as error:
            store.database.close()
            stop(f"cannot listen on {config.server.host}, port {wanted}: {error.strerror}", 1)
        relay = Relay(config, store, os.environ)
        relay.start()
        try:
            serve(
                Server(relay.router, config.server, lambda: click.echo(f"listening on {address(listener)}")),
                listener,
            )
        finally:
            relay.close()


@main.command("check-config")
@config_option
def check_config(path: Path) -> None:
    """Say whether the file can be used, without starting anything."""
    with plainly():
        config = load(path, os.environ)
        Sealer(lambda: keys_of(config.secrets)).check()
    click.echo(f"{path} is fine: {len(config.routes)} routes, {len(config.connections)} connections.")


@main.command("subscribe")
@config_option
@click.option("--route", required=True, help="The route that the webhook posts to.")
@click.option("--url", default=None, help="Where Attio reaches this relay, when not public_url of the file.")
@click.option("--event", "events", multiple=True, help="Only this event type; may be repeated.")
@click.option(
    "--object", "objects", multiple=True, help="Only records of this object (its id); may be repeated."
)
@click.option("--list", "lists", multiple=True, help="Only entries of this list (its id); may be repeated.")
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
    """Make the webhook at Attio, or bring it in line; its secret is kept sealed."""
    with plainly():
        _ensure_key(load(path, os.environ))
    with opened(path) as (config, store):
        public_url = (url or config.server.public_url or "").rstrip("/")
        if not public_url:
            raise ConfigError("subscribe needs --url, or public_url in [server].")
        wanted = Wanted(
            route=route,
            target_url=target_url(public_url, known_route(config, route)),
            events=events,
            objects=objects,
            lists=lists,
        )
        subscriber = actions_of(config, store).subscriber(route)
        done = subscriber.adopt(wanted) if adopt else subscriber.ensure(wanted)
    facts = {"webhook_id": done.webhook_id, "result": done.what, "events": done.events}
    text = f"The webhook {done.webhook_id} for route {route} is {done.what}, with {done.events} event types."
    click.echo(json.dumps(facts) if as_json else text)


@main.command("unsubscribe")
@config_option
@click.option("--route", required=True, help="The route whose webhook is deleted at Attio.")
def unsubscribe(path: Path, route: str) -> None:
    """Delete the route's webhook at Attio; what it posted stays stored."""
    with opened(path) as (config, store):
        count = actions_of(config, store).subscriber(known_route(config, route).name).remove(route)
    click.echo(f"Route {route} has no webhook any more; {count} deleted.")


def actions_of(config: RelayConfig, store: Store) -> Actions:
    """What may be ordered, for a command."""
    return Actions(config, store, lambda route: client_for(config, store.vault, route), time.time)


def _with_its_keys(store: Store) -> Store:
    """Return the store; with a wrong key every delivery would be refused while the relay looks well."""
    try:
        store.vault.check()
    except (SealError, StoreError):
        store.database.close()
        raise
    return store


def known_route(config: RelayConfig, name: str) -> RouteConfig:
    """The route of that name."""
    if name not in config.routes:
        raise ConfigError(
            f"There is no route {name} in the file; there are {', '.join(config.routes) or 'none'}."
        )
    return config.routes[name]


def _ensure_key(config: RelayConfig) -> None:
    """The first secret needs a key; a key file that is named and not there yet is made."""
    if not keys_of(config.secrets):
        if config.secrets.key_file is None:
            raise ConfigError("There is no sealing key: set ATTIO_RELAY_KEY, or key_file in [secrets].")
        add_key(config.secrets.key_file)
        click.echo(f"Made a sealing key in {config.secrets.key_file}: keep a copy in a safe place.", err=True)


@main.command("status")
@config_option
@json_option
def status(path: Path, as_json: bool) -> None:  # noqa: FBT001 (click passes a flag)
    """Show connections, their lag and their last runs."""
    with opened(path) as (config, store):
        found = overview(config, store, now=time.time())
    click.echo(json.dumps(found.as_json(), indent=2) if as_json else found.as_text())


@main.command("replay")
@config_option
@click.option("--key", default="all", help="Only the dead letter with this Idempotency-Key.")
@click.option(
    "--connection", default=None, help="Sync this connection now instead, as if it had just changed."
)
def replay(path: Path, key: str, connection: str | None) -> None:
    """Read dead letters again, or let a connection sync now."""
    with opened(path) as (config, store):
        about = {"connection": connection} if connection else {"key": key}
        done = actions_of(config, store).order("trigger" if connection else "replay", about)
    click.echo(done.sentence)


@main.command("rotate")
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


@main.command("make-key")
def make_key() -> None:
    """Print a new sealing key, for ATTIO_RELAY_KEY; a key in a file is made by itself."""
    click.echo(new_key())


def _rotate_key(config: RelayConfig) -> str:
    """In this order a crash anywhere leaves a key for every secret."""
    file = config.secrets.key_file
    if config.secrets.keys:
        if len(config.secrets.keys) < 2:  # noqa: PLR2004 (a new one and an old one)
            raise ConfigError(
                "The key is in ATTIO_RELAY_KEY, which only you can change: put a new one before it"
                ' (ATTIO_RELAY_KEY="NEW OLD"; `attio-relay make-key` prints one), run this again, drop OLD.'
            )
        count = _reseal(config, config.secrets.keys[0])
        return f"Sealed {count} secrets with the first key of ATTIO_RELAY_KEY; drop the others."
    if file is None:
        raise ConfigError("rotate --key needs key_file in [secrets], or keys in ATTIO_RELAY_KEY.")
    key = add_key(file)
    count = _reseal(config, key)
    write_keys(file, [key])
    return f"Sealed {count} secrets with a new key."


def _reseal(config: RelayConfig, key: str) -> int:
    """Seal everything with this key; proves it by opening each secret with no other."""
    store = open_store(config)
    try:
        count = store.vault.reseal()
        Vault(store.database, Sealer(lambda: [key])).check()
    finally:
        store.database.close()
    return count
