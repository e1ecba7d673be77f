"""What all commands share: opening the file and the store, and one sentence for each error.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from attio_api.errors import AttioError, Misconfigured
from attio_relay.config import load
from attio_relay.reading import ConfigError
from attio_relay.serving.actions import Actions, UnknownOrderError
from attio_relay.store.database import StoreError
from attio_relay.store.occupancy import OccupiedError
from attio_relay.store.schema import NewerStoreError
from attio_relay.store.sealing import SealError
from attio_relay.store.store import Store, open_store
from attio_relay.subscribing.clients import client_for
from attio_relay.subscribing.slugs import resolved
from attio_relay.subscribing.subscription import NothingToReplaceError, StrangerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_relay.settings import RelayConfig, RouteConfig

WRONG_USAGE = 2

config_option = click.option(
    "--config", "path", required=True, type=click.Path(path_type=Path), help="The relay's TOML file."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def stop(sentence: str, code: int) -> NoReturn:
    """Write one sentence to stderr and exit."""
    click.echo(f"attio-relay: {sentence}", err=True)
    sys.exit(code)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the errors of the relay into one sentence and an exit code."""
    try:
        yield
    except (ConfigError, NewerStoreError, SealError, UnknownOrderError) as error:
        stop(str(error), WRONG_USAGE)
    except Misconfigured as error:
        stop(f"{error} {error.remedy or ''}".strip(), WRONG_USAGE)
    except (AttioError, StoreError, NothingToReplaceError, StrangerError, OccupiedError) as error:
        stop(str(error), 1)


@contextmanager
def opened(path: Path) -> Iterator[tuple[RelayConfig, Store]]:
    """The configuration and the open store, which is closed at the end of the block."""
    with plainly():
        config = load(path, os.environ)
        store = open_store(config)
        try:
            yield config, store
        finally:
            store.database.close()


def actions_of(config: RelayConfig, store: Store) -> Actions:
    """The actions that the status page and the commands share."""
    return Actions(config, store, lambda route: client_for(config, store.secret_store, route), time.time)


def with_ids(config: RelayConfig, store: Store) -> RelayConfig:
    """The configuration with ids in place of slugs, which Attio is asked for with one try."""
    return resolved(config, partial(client_for, config, store.secret_store, max_tries=1))


def known_route(config: RelayConfig, name: str) -> RouteConfig:
    """The route of that name; raises ConfigError when the file has none."""
    if name not in config.routes:
        raise ConfigError(
            f"There is no route {name} in the file; there are {', '.join(config.routes) or 'none'}."
        )
    return config.routes[name]
