"""What the relay was told, as frozen values that are safe to print.

Reading and checking them is `config`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from attio_relay.events import Interest


@dataclass(frozen=True, kw_only=True)
class ServerConfig:
    """Where the relay listens and how much it puts up with."""

    host: str
    port: int
    public_url: str | None
    admin_token: str | None = field(repr=False)
    body_limit: int
    body_seconds: float
    header_seconds: float
    queue: int
    connections: int


@dataclass(frozen=True, kw_only=True)
class StorageConfig:
    """A SQLite file, or a Postgres that replicas share."""

    path: Path
    url: str | None = field(repr=False)
    shared: bool
    """Whether other relays may work on the same store."""


@dataclass(frozen=True, kw_only=True)
class SecretsConfig:
    """Where the keys are that seal secrets in the store; the environment wins over the file."""

    key_file: Path | None
    keys: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RetentionConfig:
    """How long, in seconds, things are kept."""

    deliveries: float
    changes: float
    runs: float


@dataclass(frozen=True, kw_only=True)
class AttioConfig:
    """How the relay talks to Attio: to make webhooks, to watch them, to sign organisations in."""

    api_url: str
    token: str | None = field(repr=False)
    authorize_url: str
    oauth_token_url: str
    client_id: str | None
    client_secret: str | None = field(repr=False)
    watch_every: float


@dataclass(frozen=True, kw_only=True)
class RouteConfig:
    """One URL that Attio posts to: one workspace, one or two secrets."""

    name: str
    workspace_id: str | None
    webhook_id: str | None
    secrets: tuple[str, ...] = field(repr=False)
    query_secret: str | None = field(repr=False)
    feed_token: str | None = field(repr=False)
    token: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CommandTarget:
    """Run a program on this machine."""

    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str] = field(repr=False)
    timeout: float


@dataclass(frozen=True, kw_only=True)
class AirbyteTarget:
    """Start a sync job through Airbyte's public API."""

    url: str
    connection_id: str
    client_id: str | None
    client_secret: str | None = field(repr=False)
    token: str | None = field(repr=False)
    timeout: float


@dataclass(frozen=True, kw_only=True)
class HttpTarget:
    """Call a URL with a signed message."""

    url: str
    secret: str = field(repr=False)
    timeout: float


TargetConfig = CommandTarget | AirbyteTarget | HttpTarget


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When a sync starts, in seconds."""

    debounce: float
    max_wait: float
    min_interval: float
    poll: float
    patience: float


@dataclass(frozen=True, kw_only=True)
class ConnectionConfig:
    """What is synced when events of a route come in."""

    name: str
    route: str
    interest: Interest
    timing: Timing
    target: TargetConfig


@dataclass(frozen=True, kw_only=True)
class RelayConfig:
    """Everything the relay was told."""

    server: ServerConfig
    storage: StorageConfig
    secrets: SecretsConfig
    retention: RetentionConfig
    attio: AttioConfig
    routes: Mapping[str, RouteConfig]
    connections: Mapping[str, ConnectionConfig]
