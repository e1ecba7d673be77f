"""Signs a workspace in with OAuth, so that the relay may make and check webhooks there.

The holder of the admin token begins a sign-in. It must end in the same browser within ten minutes, and only
once.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from attio_api.auth import (
    AUTHORIZE_URL,
    App,
    authorize_url,
    exchange_code,
    missing_scopes,
    needed_by,
    require_active,
)
from attio_api.errors import AttioError
from attio_api.silence import impatient
from attio_relay.serving.admin import SAFE
from attio_relay.serving.page import address_saying
from attio_relay.store.sealing import SealError
from attio_relay.store.secrets import Install, SecretStore
from attio_relay.subscribing.clients import LONGEST_SILENCE, server_client
from attio_relay.web import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from attio_relay.settings import RelayConfig

STATE_LIFE = 600.0
COOKIE = "attio_relay_sign_in"

logger = logging.getLogger(__name__)


class WrongWorkspaceError(Exception):
    """The consent was given for another workspace than the route's, or lacks needed scopes."""


class SignIns:
    """The two addresses of a sign-in: its start, and the callback from Attio."""

    def __init__(
        self,
        config: RelayConfig,
        secret_store: SecretStore,
        may: Callable[[Request], Awaitable[bool]],
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._secret_store = secret_store
        self._may = may
        self._clock = clock

    def routes(self) -> list[Route]:
        """The routes of these handlers."""
        return [Route("/oauth/start", self.start), Route("/oauth/callback", self.come_back)]

    async def start(self, request: Request) -> Response:
        """Send the browser to Attio's consent page."""
        if not await self._may(request):
            return refusal(401, "Only somebody who holds the admin token may begin a sign-in.")
        route, server = request.query_params.get("route", ""), self._config.server
        if route not in self._config.routes or not self._config.attio.client_id or not server.public_url:
            return refusal(
                409, "A sign-in needs an existing route, client_id in [attio] and public_url in [server]."
            )
        state = secrets.token_urlsafe(32)
        redirect_uri = f"{server.public_url}/oauth/callback"
        await asyncio.to_thread(
            self._secret_store.keep_state,
            _hashed(state),
            route=route,
            redirect_uri=redirect_uri,
            expires_at=self._clock() + STATE_LIFE,
        )
        consent = authorize_url(self._config.attio.client_id, redirect_uri, state)
        location = self._config.attio.authorize_url + consent.removeprefix(AUTHORIZE_URL)
        response = RedirectResponse(location, status_code=303, headers=SAFE)
        _remember(response, state, urlsplit(server.public_url))
        return response

    async def come_back(self, request: Request) -> Response:
        """Exchange the code for a token, check its workspace and scopes, and store it."""
        state = request.query_params.get("state", "")
        same_browser = hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), state.encode())
        began = await asyncio.to_thread(self._secret_store.take_state, _hashed(state), now=self._clock())
        if began is None or not same_browser:
            return refusal(
                400, "This sign-in is unknown, used already, from another browser, or took too long."
            )
        code = request.query_params.get("code", "")
        if request.query_params.get("error") or not code:
            return refusal(400, "Attio gave no consent.")
        try:
            install = await asyncio.to_thread(self._install, began, code)
            await asyncio.to_thread(self._secret_store.keep_install, install)
        except (AttioError, SealError, WrongWorkspaceError) as error:
            logger.warning("Route %s: the sign-in failed: %s", began[0], error)
            return refusal(409, str(error))
        logger.info("Route %s: workspace %s signed in.", install.route, install.workspace_id)
        said = f"{install.workspace_name} is signed in."
        return RedirectResponse(address_saying(said, request.scope["path"]), status_code=303, headers=SAFE)

    def _install(self, began: tuple[str, str], code: str) -> Install:
        """Exchange the code; the exchange proves that the token belongs to the configured app.

        The `client_id` of /v2/self cannot prove it, since it is another id of the app. Raises
        WrongWorkspaceError.
        """
        route, redirect_uri = began
        attio = self._config.attio
        app = App(
            client_id=attio.client_id or "",
            client_secret=attio.client_secret or "",
            redirect_uri=redirect_uri,
        )
        token = exchange_code(app, code, session=impatient(LONGEST_SILENCE), token_url=attio.oauth_token_url)
        identity = require_active(server_client(token.access_token, attio.api_url).whoami())
        expected = self._config.routes[route].workspace_id
        if expected not in (None, identity.workspace_id):
            raise WrongWorkspaceError(f"The consent is for another workspace than that of route {route}.")
        lacking = missing_scopes(identity, needed_by("relay"))
        if lacking:
            raise WrongWorkspaceError(
                f"The app lacks the scopes {', '.join(lacking)}; grant them in Attio's settings."
            )
        return Install(
            route=route,
            workspace_id=identity.workspace_id or "",
            workspace_name=identity.workspace_name or "The workspace",
            token=token.access_token,
            scopes=" ".join(sorted(identity.scopes)),
            installed_at=self._clock(),
        )


def _remember(response: Response, state: str, public: SplitResult) -> None:
    """Have the browser keep the state for when it comes back to `public`.

    SameSite=Lax, since the cookie must be sent when the browser comes back from Attio's pages.
    """
    response.set_cookie(
        COOKIE,
        state,
        int(STATE_LIFE),
        path=f"{public.path}/oauth",
        secure=public.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
