"""`attio-sync login`: sign in with the browser, or take a token by hand, and keep it in a private file."""

from __future__ import annotations

import json
import os
import sys
import time
import webbrowser
from typing import TYPE_CHECKING

import click

from attio_api.auth import App, authorize_url, exchange_code
from attio_api.whole_numbers import Whole
from attio_sync import config, files, workspace
from attio_sync.failures import DONE, WrongUsage
from attio_sync.loopback import Loopback
from attio_sync.option_types import MOST_PORT

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.config import Connection

DEFAULT_PORT = 8912
_ASK = "Paste an access token (Attio: Workspace settings → Developers → Create token)"


@click.command("login")
@click.option("--client-id", help="The client id of your OAuth app.  [env: ATTIO_OAUTH_CLIENT_ID]")
@click.option(
    "--port",
    type=Whole(0, MOST_PORT),
    default=DEFAULT_PORT,
    show_default=True,
    help="The port of the redirect address.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address to open.")
def command(*, client_id: str | None, port: int, no_browser: bool) -> int:
    """Sign in to Attio and keep the token in a file only you can read.

    With an OAuth app (client id, and the secret in ATTIO_OAUTH_CLIENT_SECRET) the browser asks for consent;
    register http://127.0.0.1:8912/callback as its redirect address. Without one, paste an access token, or
    hand it in on standard input.
    """
    path = config.places().token_file
    if why := files.unwritable(path):
        raise WrongUsage(
            f"The token cannot be kept in {path}: {why}. Set XDG_CONFIG_HOME to a folder that can be written "
            "to, or give the token in ATTIO_API_TOKEN."
        )
    sign_in = config.sign_in(client_id)
    token = _consent(sign_in, port, open_browser=not no_browser) if sign_in.client_id else _pasted()
    connection = config.Connection(token=token, api_url=sign_in.api_url)
    who = workspace.identity(connection)
    keep(connection, path)
    click.echo(f"Signed in to '{who.workspace_name}'. The token is in {path}, readable by you alone.")
    return DONE


def _consent(sign_in: config.SignIn, port: int, *, open_browser: bool) -> str:
    loopback = Loopback(port)
    app = App(client_id=sign_in.client_id, client_secret=sign_in.client_secret, redirect_uri=loopback.address)
    address = authorize_url(
        app.client_id, loopback.address, loopback.consent.state, authorize_url=sign_in.authorize_url
    )
    click.echo(f"Open this address and agree:\n\n  {address}\n")
    if open_browser:
        webbrowser.open(address)
    token = exchange_code(app, loopback.wait(time.monotonic), token_url=sign_in.token_url)
    return token.access_token


def _pasted() -> str:
    """The token that a person pastes, or, where nobody can be asked, the first line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(_ASK, hide_input=True)).strip()
    if token := sys.stdin.readline().strip():
        return token
    raise WrongUsage("No token came in. Run it in a terminal, or hand one in: attio-sync login < FILE")


def keep(connection: Connection, path: Path) -> None:
    """Write the token to a file that was private before it held the token."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"access_token": connection.token, "api_url": connection.api_url}, file)
    fresh.replace(path)
