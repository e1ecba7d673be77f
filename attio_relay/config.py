"""Reads the configuration: one TOML file plus the environment for secrets, checked once.

Nothing outside this module reads the file or the environment; what comes out is in `settings`.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from attio_api.webhooks import EVENT_TYPES
from attio_relay.events import Interest
from attio_relay.reading import ConfigError, Table
from attio_relay.settings import (
    AirbyteTarget,
    AttioConfig,
    CommandTarget,
    ConnectionConfig,
    HttpTarget,
    RelayConfig,
    RetentionConfig,
    RouteConfig,
    SecretsConfig,
    ServerConfig,
    StorageConfig,
    TargetConfig,
    Timing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Named = TypeVar("Named", RouteConfig, ConnectionConfig)

DAY = 86400.0
# Attio retries for about three days (docs.attio.com/rest-api/guides/webhooks); people redeliver later still.
LEAST_RETENTION = 4 * DAY
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def load(path: Path, environment: Mapping[str, str]) -> RelayConfig:
    """Read and check the file; raises ConfigError with one sentence that names the mistake."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}.") from error
    return parse(raw, environment, folder=path.parent)


def parse(raw: Mapping[str, object], environment: Mapping[str, str], *, folder: Path) -> RelayConfig:
    """Check a parsed file; paths in it are relative to its folder."""
    top = Table("", raw, environment)
    config = RelayConfig(
        server=_server(top.table("server")),
        storage=_storage(top.table("storage"), folder),
        secrets=_secrets(top.table("secrets"), folder, environment),
        retention=_retention(top.table("retention")),
        attio=_attio(top.table("attio"), environment),
        routes=_unique(map(_route, top.tables("routes")), "route"),
        connections=_unique(
            (_connection(table, folder) for table in top.tables("connections")), "connection"
        ),
    )
    top.finish()
    for connection in config.connections.values():
        if connection.route not in config.routes:
            raise ConfigError(f"connection {connection.name}: there is no route {connection.route}.")
        if config.storage.shared and isinstance(connection.target, CommandTarget):
            # Another replica could neither see the program run nor read how it ended.
            raise ConfigError(
                f"connection {connection.name}: a command runs only on the machine that started it, and other"
                " relays may share this store. Use an airbyte or http target, or set shared = false in"
                " [storage] when this relay is the only one."
            )
    return config


def _server(table: Table) -> ServerConfig:
    server = ServerConfig(
        host=table.text("host", "127.0.0.1"),
        port=table.number("port", 8378),
        public_url=table.text("public_url", "").rstrip("/") or None,
        admin_token=table.secret("admin_token"),
        body_limit=table.number("body_limit", 256 * 1024, least=1024),
        body_seconds=table.seconds("body_deadline", "5s"),
        header_seconds=table.seconds("header_deadline", "10s"),
        queue=table.number("queue", 2000, least=1),
        connections=table.number("max_connections", 1000, least=1),
    )
    table.finish()
    return server


def _storage(table: Table, folder: Path) -> StorageConfig:
    url = table.secret("url")
    storage = StorageConfig(
        path=folder / table.text("path", "relay.db"),
        url=url,
        shared=table.flag("shared", default=url is not None),
    )
    table.finish()
    return storage


def _secrets(table: Table, folder: Path, environment: Mapping[str, str]) -> SecretsConfig:
    file = table.text("key_file", "")
    table.finish()
    keys = tuple(environment.get("ATTIO_RELAY_KEY", "").replace(",", " ").split())
    return SecretsConfig(key_file=folder / file if file else None, keys=keys)


def _retention(table: Table) -> RetentionConfig:
    retention = RetentionConfig(
        deliveries=table.seconds("deliveries", "14d"),
        changes=table.seconds("changes", "14d"),
        runs=table.seconds("runs", "90d"),
    )
    table.finish()
    if retention.deliveries < LEAST_RETENTION:
        raise ConfigError(
            "retention: deliveries must be at least 4d, since Attio repeats a message for three days."
        )
    return retention


def _attio(table: Table, environment: Mapping[str, str]) -> AttioConfig:
    attio = AttioConfig(
        api_url=table.text("api_url", environment.get("ATTIO_API_URL") or "https://api.attio.com").rstrip(
            "/"
        ),
        token=table.secret("token") or environment.get("ATTIO_API_TOKEN") or None,
        authorize_url=table.text("authorize_url", "https://app.attio.com/authorize"),
        oauth_token_url=table.text("oauth_token_url", "https://app.attio.com/oauth/token"),
        client_id=table.secret("client_id") or environment.get("ATTIO_OAUTH_CLIENT_ID") or None,
        client_secret=table.secret("client_secret") or environment.get("ATTIO_OAUTH_CLIENT_SECRET") or None,
        watch_every=table.seconds("watch_every", "15m"),
    )
    table.finish()
    return attio


def _route(table: Table) -> RouteConfig:
    secrets = (table.secret("secret"), table.secret("old_secret"))
    route = RouteConfig(
        name=_name(table),
        workspace_id=table.text("workspace_id", "") or None,
        webhook_id=table.text("webhook_id", "") or None,
        secrets=tuple(secret for secret in secrets if secret),
        query_secret=table.secret("query_secret"),
        feed_token=table.secret("feed_token"),
        token=table.secret("token"),
    )
    table.finish()
    return route


def _connection(table: Table, folder: Path) -> ConnectionConfig:
    connection = ConnectionConfig(
        name=_name(table),
        route=table.text("route"),
        interest=_interest(table),
        timing=_timing(table),
        target=_target(table.table("target"), folder),
    )
    table.finish()
    return connection


def _interest(table: Table) -> Interest:
    interest = Interest(
        events=table.texts("events"),
        objects=frozenset(table.texts("objects")),
        lists=frozenset(table.texts("lists")),
        ignore_actors=frozenset(table.texts("ignore_actors")),
    )
    families = {name.split(".")[0] for name in EVENT_TYPES}
    for pattern in interest.events:
        if "*" not in pattern and pattern.split(".")[0] not in families:
            raise ConfigError(
                f"{table.name}: {pattern} is no event of Attio; for example record.updated or task.*."
            )
    return interest


def _timing(table: Table) -> Timing:
    timing = Timing(
        debounce=table.seconds("debounce", "10s"),
        max_wait=table.seconds("max_wait", "60s"),
        min_interval=table.seconds("min_interval", "60s"),
        poll=table.seconds("poll", "5s"),
        patience=table.seconds("patience", "6h"),
    )
    if timing.debounce > timing.max_wait:
        raise ConfigError(f"{table.name}: debounce must not be longer than max_wait.")
    return timing


def _target(table: Table, folder: Path) -> TargetConfig:
    kind = table.text("type")
    if kind not in TARGETS:
        raise ConfigError(f"{table.name}: type must be one of {', '.join(TARGETS)}, not {kind!r}.")
    target = TARGETS[kind](table, folder)
    table.finish()
    return target


def _command_target(table: Table, folder: Path) -> TargetConfig:
    command = table.texts("command")
    if not command:
        raise ConfigError(f"{table.name} needs command, a list of texts.")
    return CommandTarget(
        command=command,
        directory=folder / table.text("directory", "."),
        environment=table.pairs("environment"),
        timeout=table.seconds("timeout", "6h"),
    )


def _airbyte_target(table: Table, folder: Path) -> TargetConfig:
    del folder
    target = AirbyteTarget(
        url=_peer(table, "https://api.airbyte.com/v1"),
        connection_id=table.text("connection_id"),
        client_id=table.secret("client_id"),
        client_secret=table.secret("client_secret"),
        token=table.secret("token"),
        timeout=table.seconds("timeout", "30s"),
    )
    if not target.token and not (target.client_id and target.client_secret):
        raise ConfigError(f"{table.name} needs client_id and client_secret, or token.")
    return target


def _http_target(table: Table, folder: Path) -> TargetConfig:
    del folder
    secret = table.secret("secret")
    if not secret:
        raise ConfigError(f"{table.name} needs secret or secret_env, to sign with.")
    return HttpTarget(url=_peer(table, None), secret=secret, timeout=table.seconds("timeout", "30s"))


TARGETS: Mapping[str, Callable[[Table, Path], TargetConfig]] = {
    "command": _command_target,
    "airbyte": _airbyte_target,
    "http": _http_target,
}


def _peer(table: Table, default: str | None) -> str:
    url = table.text("url", default).rstrip("/")
    parts = urlsplit(url)
    insecure_allowed = table.flag("allow_http", default=False) or parts.hostname in LOOPBACK
    if not parts.hostname or parts.scheme not in ("https", "http"):
        raise ConfigError(f"{table.name}: url must be an https address.")
    if parts.scheme == "http" and not insecure_allowed:
        raise ConfigError(f"{table.name}: url is not https; set allow_http = true if the network is trusted.")
    return url


def _name(table: Table) -> str:
    name = table.text("name")
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{table.name}: name may hold letters, digits, dot, dash and underscore, not {name!r}."
        )
    return name


def _unique(entries: Iterable[Named], what: str) -> dict[str, Named]:
    known: dict[str, Named] = {}
    for entry in entries:
        if entry.name in known:
            raise ConfigError(f"There are two {what}s called {entry.name}.")
        known[entry.name] = entry
    return known
