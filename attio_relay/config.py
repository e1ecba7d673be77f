"""Reads the configuration: one TOML file plus the environment for secrets, checked once.

Only this module reads the file and the environment's settings; `settings` holds the result.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from attio_relay.reading import ConfigError, Origin, sentences
from attio_relay.settings import CommandTarget, ConfigFile, ConnectionConfig, RelayConfig, RouteConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Named = TypeVar("Named", RouteConfig, ConnectionConfig)


def load(path: Path, environment: Mapping[str, str]) -> RelayConfig:
    """Read and check the file; raises ConfigError with sentences that name the mistakes."""
    try:
        # Some editors write a byte order mark, which TOML does not have.
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8; save it in that encoding.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}.") from error
    return parse(raw, environment, folder=_folder(path, environment))


def _folder(path: Path, environment: Mapping[str, str]) -> Path:
    """The folder of relative paths: STATE_DIRECTORY, which systemd gives a unit, else the file's own folder.

    A unit with `ProtectSystem=strict` cannot write beside a file in /etc.
    """
    # systemd separates several folders by colons (systemd.exec, StateDirectory=).
    state = environment.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(state) if state else path.parent


def parse(raw: Mapping[str, object], environment: Mapping[str, str], *, folder: Path) -> RelayConfig:
    """Check a parsed file; paths in it are relative to its folder."""
    try:
        file = ConfigFile.model_validate(raw, context=Origin(folder=folder, environment=environment))
    except ValidationError as trouble:
        raise ConfigError(sentences(trouble)) from None
    config = RelayConfig(
        server=file.server,
        storage=file.storage,
        secrets=file.secrets,
        retention=file.retention,
        attio=file.attio,
        alerts=file.alerts,
        routes=_by_name(file.routes, "route"),
        connections=_by_name(file.connections, "connection"),
    )
    for connection in config.connections.values():
        _check_surroundings(connection, config)
    return config


def _check_surroundings(connection: ConnectionConfig, config: RelayConfig) -> None:
    if connection.route not in config.routes:
        raise ConfigError(f"connection {connection.name}: there is no route {connection.route}.")
    if config.storage.shared and isinstance(connection.target, CommandTarget):
        # Another replica could neither see the program run nor read its exit code.
        raise ConfigError(
            f"connection {connection.name}: a command runs only on the machine that started it, and other"
            " relays may share this store. Use an airbyte or http target, or set shared = false in"
            " [storage] when this relay is the only one."
        )


def _by_name(entries: Iterable[Named], what: str) -> dict[str, Named]:
    known: dict[str, Named] = {}
    for entry in entries:
        if entry.name in known:
            raise ConfigError(f"There are two {what}s called {entry.name}.")
        known[entry.name] = entry
    return known
