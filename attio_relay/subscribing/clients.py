"""Clients of Attio's API with a route's token: its own, one from a sign-in, or the one for all routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attio_api.client import AttioClient
from attio_api.silence import impatient
from attio_relay.peers import leads_somewhere
from attio_relay.reading import ConfigError

if TYPE_CHECKING:
    from attio_relay.settings import RelayConfig, RouteConfig
    from attio_relay.store.secrets import SecretStore

TRIES = 8
# Of a relay that serves: fewer tries, and seconds without a word from Attio after which a piece of work ends.
# The watcher comes back in minutes, and a person waits for an order on the status page.
TRIES_OF_A_SERVER = 4
LONGEST_SILENCE = 20.0

ClientFor = Callable[[str], AttioClient]


def client_for(
    config: RelayConfig, secret_store: SecretStore, route: str, *, max_tries: int = TRIES
) -> AttioClient:
    """A client that acts for a route; raises ConfigError for an unknown route or without a token."""
    return AttioClient(_token(config, secret_store, route), api_url=config.attio.api_url, max_tries=max_tries)


def client_of_server(config: RelayConfig, secret_store: SecretStore, route: str) -> AttioClient:
    """The same for a relay that serves: it gives up soon where Attio is silent."""
    return server_client(_token(config, secret_store, route), config.attio.api_url)


def server_client(token: str, api_url: str) -> AttioClient:
    """A client with this token for a relay that serves."""
    session = impatient(LONGEST_SILENCE)
    return AttioClient(token, api_url=api_url, max_tries=TRIES_OF_A_SERVER, session=session)


def _token(config: RelayConfig, secret_store: SecretStore, route: str) -> str:
    if route not in config.routes:
        raise ConfigError(f"There is no route {route} in the file.")
    install = secret_store.install(route)
    token = config.routes[route].token or (install.token if install else None) or config.attio.token
    if not token:
        raise ConfigError(f"No access token for route {route}: set ATTIO_API_TOKEN, token_env, or sign in.")
    return token


def client_of_file(config: RelayConfig, route: str) -> AttioClient:
    """A client with a token from the file or the environment; the store is not read. Raises ConfigError."""
    known = config.routes.get(route)
    token = (known.token if known else None) or config.attio.token
    if not token:
        raise ConfigError(f"No access token for route {route}: set ATTIO_API_TOKEN, or token_env.")
    return AttioClient(token, api_url=config.attio.api_url)


def target_url(base: str, route: RouteConfig) -> str:
    """The URL to which Attio posts for a route, with its query secret if it has one; raises ConfigError."""
    try:
        leads_somewhere(base)
    except ValueError as error:
        raise ConfigError(f"--url {error}.") from None
    factor = f"?{urlencode({'secret': route.query_secret})}" if route.query_secret else ""
    return f"{base.rstrip('/')}/hooks/{route.name}{factor}"
