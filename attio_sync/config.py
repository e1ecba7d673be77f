"""Reads the token, the addresses and the paths of this program's files from the environment.

No other module reads the environment; they get frozen values.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from attio_api.addresses import shown
from attio_api.auth import AUTHORIZE_URL, TOKEN_URL
from attio_sync.failures import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.wire import JsonObject

DEFAULT_API_URL = "https://api.attio.com"
NO_TOKEN = "There is no Attio token. Set ATTIO_API_TOKEN, or sign in with 'attio-sync login'."  # noqa: S105 -- a sentence about tokens, not one


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """A token and the address of the API that takes it."""

    token: str = field(repr=False)
    api_url: str = DEFAULT_API_URL

    def connector_config(self) -> JsonObject:
        """The credentials as both connectors' settings have them."""
        return {
            "credentials": {"auth_type": "access_token", "access_token": self.token},
            "api_url": self.api_url,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """The OAuth app that asks for consent, and its addresses; without a client id there is no app."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    authorize_url: str
    token_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """The files this program keeps between runs."""

    token_file: Path
    journal: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Places:
        """The paths under the folders that the XDG base directory specification names.

        Raises WrongUsage where neither the environment nor the system names a home, as in some containers.
        """
        settings = Path(environment.get("XDG_CONFIG_HOME") or _home(environment) / ".config")
        data = Path(environment.get("XDG_DATA_HOME") or _home(environment) / ".local" / "share")
        return cls(
            token_file=settings / "attio-sync" / "token.json",
            journal=data / "attio-sync" / "journal.duckdb",
        )


def _home(environment: Mapping[str, str]) -> Path:
    try:
        return Path(environment.get("HOME") or "~").expanduser()
    except RuntimeError as error:
        raise WrongUsage(
            "This user has no home folder. Set HOME, or both XDG_CONFIG_HOME and XDG_DATA_HOME."
        ) from error


def places() -> Places:
    """The paths of this user's files."""
    return Places.of(os.environ)


def other_journal(path: Path) -> Path | None:
    """The path for a hint; None for this user's usual journal, which commands use without an option."""
    return None if path == places().journal else path


def connection() -> Connection:
    """The connection of this user, from the environment or the kept token."""
    return connection_from(os.environ, places().token_file)


def connection_from(environment: Mapping[str, str], token_file: Path) -> Connection:
    """The connection with the token of the environment, else with the one that `attio-sync login` kept."""
    saved = _saved(token_file)
    token = environment.get("ATTIO_API_TOKEN", "").strip() or saved.get("access_token", "")
    if not token:
        raise WrongUsage(NO_TOKEN)
    api_url = environment.get("ATTIO_API_URL", "").strip() or saved.get("api_url", "") or DEFAULT_API_URL
    if not api_url.startswith(("https://", "http://")):
        raise WrongUsage(f"ATTIO_API_URL is '{shown(api_url)}', which is not a web address.")
    return Connection(token=token, api_url=api_url.rstrip("/"))


def sign_in(client_id: str | None = None) -> SignIn:
    """How this user signs in, from the environment."""
    return sign_in_from(os.environ, client_id)


def sign_in_from(environment: Mapping[str, str], client_id: str | None) -> SignIn:
    """The OAuth app of the environment; an api_url other than Attio's is asked for consent as well."""
    api_url = (environment.get("ATTIO_API_URL", "").strip() or DEFAULT_API_URL).rstrip("/")
    elsewhere = api_url != DEFAULT_API_URL
    client_id = client_id or environment.get("ATTIO_OAUTH_CLIENT_ID", "")
    secret = environment.get("ATTIO_OAUTH_CLIENT_SECRET", "")
    if client_id and not secret:
        raise WrongUsage("The OAuth app's secret is missing. Set ATTIO_OAUTH_CLIENT_SECRET.")
    return SignIn(
        client_id=client_id,
        client_secret=secret,
        api_url=api_url,
        authorize_url=f"{api_url}/authorize" if elsewhere else AUTHORIZE_URL,
        token_url=f"{api_url}/oauth/token" if elsewhere else TOKEN_URL,
    )


def _saved(token_file: Path) -> dict[str, str]:
    if not token_file.exists():
        return {}
    try:
        raw = json.loads(token_file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongUsage(f"{token_file} is damaged. Sign in again with 'attio-sync login'.") from error
    return {str(name): str(value) for name, value in raw.items()} if isinstance(raw, dict) else {}
