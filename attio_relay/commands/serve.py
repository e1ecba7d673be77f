"""`serve` and `check-config`."""

from __future__ import annotations

import os
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import click

from attio_api.whole_numbers import Whole
from attio_relay import logs
from attio_relay.commands.opening import config_option, plainly, stop, with_ids
from attio_relay.config import load
from attio_relay.serving.app import Relay
from attio_relay.serving.listening import Server, address, bound, serve
from attio_relay.store.database import StoreError
from attio_relay.store.occupancy import occupied
from attio_relay.store.sealing import Sealer, SealError, keys_of
from attio_relay.store.store import Store, open_store
from attio_relay.subscribing.clients import client_of_file
from attio_relay.subscribing.slugs import checked
from attio_relay.words import counted

if TYPE_CHECKING:
    from pathlib import Path

    from attio_relay.settings import RelayConfig


@click.command("serve")
@config_option
@click.option(
    "--port",
    type=Whole(0, 65535),
    default=None,
    help="Listen here instead of where the file says; 0 takes a free port.",
)
def serve_command(path: Path, port: int | None) -> None:
    """Receive webhooks and run the schedule until stopped."""
    with plainly():
        config = load(path, os.environ)
        logs.set_up()
        with nullcontext() if config.storage.shared else occupied(config.storage.path):
            _serve(config, config.server.port if port is None else port)


def _serve(config: RelayConfig, port: int) -> None:
    store = _with_its_keys(open_store(config))
    try:
        listener = bound(config.server.host, port)
    except OSError as error:
        store.database.close()
        stop(f"cannot listen on {config.server.host}, port {port}: {error.strerror}", 1)
    # One try: slugs that cannot be resolved now must not delay the start.
    relay = Relay(with_ids(config, store), store, os.environ)
    relay.start()
    try:
        said = f"listening on {address(listener)}"
        serve(Server(relay.router, config.server, lambda: click.echo(said)), listener)
    finally:
        relay.close()


def _with_its_keys(store: Store) -> Store:
    """Return the store after opening each secret: with a wrong key every delivery would be refused."""
    try:
        store.secret_store.check()
    except (SealError, StoreError):
        store.database.close()
        raise
    return store


@click.command("check-config")
@config_option
@click.option("--offline", is_flag=True, help="Ask Attio nothing; objects and lists are not looked up.")
def check_config(path: Path, offline: bool) -> None:  # noqa: FBT001 (click passes a flag)
    """Say whether the file can be used, without starting anything."""
    with plainly():
        config = load(path, os.environ)
        Sealer(lambda: keys_of(config.secrets)).check()
        for sentence in [] if offline else checked(config, partial(client_of_file, config)):
            click.echo(f"attio-relay: {sentence}", err=True)
    routes = counted(len(config.routes), "route")
    click.echo(f"{path} is fine: {routes}, {counted(len(config.connections), 'connection')}.")
