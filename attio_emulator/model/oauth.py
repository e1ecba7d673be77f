"""OAuth 2.0: apps, one-time codes, and the exchange of codes for tokens.

docs.attio.com/rest-api/tutorials/connect-an-app-through-oauth: a code, no refresh token, no expiry.
Attio serves these pages on app.attio.com; the emulator serves them beside the API.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit

from attio_emulator.hooks.webhooks import is_local
from attio_emulator.model.tokens import ALL_SCOPES

CODE_SECONDS: Final = 600
BILLION: Final = 1_000_000_000


class OAuthError(Exception):
    """An error of RFC 6749, with a sentence."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """A registered app; without `redirect_uris` it may redirect to any address on this machine."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ALL_SCOPES

    def may_return_to(self, redirect_uri: str) -> bool:
        """Whether the app may redirect to an address."""
        if self.redirect_uris:
            return redirect_uri in self.redirect_uris
        return urlsplit(redirect_uri).scheme in {"http", "https"} and is_local(redirect_uri)


# A public secret: it is valid for the emulator only.
DEFAULT_APP: Final = App(client_id="emulator-client", client_secret="emulator-secret")  # noqa: S106 - as above


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A code that has not been exchanged yet."""

    client_id: str
    expires_at: int


class OAuth:
    """The apps and the codes of one server."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Remove all codes, and all apps but the default one."""
        self.apps: dict[str, App] = {DEFAULT_APP.client_id: DEFAULT_APP}
        self._grants: dict[str, Grant] = {}

    def app(self, client_id: str, redirect_uri: str) -> App:
        """The app of a client id; raises OAuthError without one or for a redirect that it may not use."""
        app = self.apps.get(client_id)
        if app is None:
            raise OAuthError("invalid_client", "There is no app with this client_id.")
        if not valid(app, redirect_uri):
            raise OAuthError("invalid_request", "The redirect_uri is not registered for this app.")
        return app

    def grant(self, app: App, new_code: Callable[[], str], now: int) -> str:
        """Make a code that can be exchanged once within ten minutes."""
        code = new_code()
        self._grants[code] = Grant(client_id=app.client_id, expires_at=now + CODE_SECONDS * BILLION)
        return code

    def trade(self, client_id: str, client_secret: str, code: str, *, now: int) -> App:
        """Use up a code and return its app; raises OAuthError for a wrong secret or an invalid code."""
        app = self.apps.get(client_id)
        if app is None or not hmac.compare_digest(app.client_secret.encode(), client_secret.encode()):
            raise OAuthError("invalid_client", "The client_id or the client_secret is wrong.")
        grant = self._grants.pop(code, None)
        if grant is None or grant.client_id != client_id or grant.expires_at <= now:
            raise OAuthError("invalid_grant", "The code is unknown, used, or expired.")
        return app


def valid(app: App, redirect_uri: str) -> bool:
    """Whether the app may redirect to an address; False for an address that cannot be parsed."""
    try:
        return app.may_return_to(redirect_uri)
    except ValueError:
        return False


def returning(redirect_uri: str, **parameters: str) -> str:
    """The redirect address with its query parameters; empty ones are left out."""
    given = {name: value for name, value in parameters.items() if value}
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return f"{redirect_uri}{joint}{urlencode(given)}"
