"""Access to the status page and the orders: the admin token, in a header or by a session.

A browser signs in with a form and gets a session cookie; a program sends the token with each request.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attio_relay.store.sessions import LIFE
from attio_relay.web import bearer, refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from attio_relay.metrics import Metrics
    from attio_relay.serving.throttle import Throttle
    from attio_relay.settings import ServerConfig
    from attio_relay.store.sessions import Sessions

COOKIE = "attio_relay"
SIGN_IN_FIRST = "Sign in first: the admin token is missing or wrong."

logger = logging.getLogger(__name__)


class Access:
    """Decides whether a request has the admin token or a session."""

    def __init__(
        self, server: ServerConfig, sessions: Sessions, throttle: Throttle, metrics: Metrics
    ) -> None:
        self._server = server
        self._sessions = sessions
        self._throttle = throttle
        self._metrics = metrics

    @property
    def possible(self) -> bool:
        """Whether an admin token is configured."""
        return bool(self._server.admin_token)

    async def refused(self, request: Request) -> Response | None:
        """The refusal of a request without access; None when the request may go on."""
        if bearer(request) is not None:
            if seconds := self.wait(request):
                return self.too_many(seconds)
            if self.guess(request, bearer(request) or ""):
                return None
        elif await self._has_session(request):
            return None
        return refusal(401, SIGN_IN_FIRST, www_authenticate="Bearer")

    async def may(self, request: Request) -> bool:
        """Whether a request has access."""
        return await self.refused(request) is None

    def wait(self, request: Request) -> int:
        """Seconds until this peer may try a token again; 0 when it may now."""
        return self._throttle.wait(_peer(request))

    def guess(self, request: Request, token: str) -> bool:
        """Whether a token is the admin token; a wrong one is counted and logged without its text."""
        right = hmac.compare_digest((self._server.admin_token or "").encode(), token.encode())
        if right and self.possible:
            return True
        self._throttle.wrong(_peer(request))
        self._metrics.count("sign_ins", outcome="wrong")
        logger.warning("A wrong admin token came from %s.", _peer(request) or "an unknown peer")
        return False

    def too_many(self, seconds: int) -> Response:
        """The answer to a peer with too many wrong tokens."""
        self._metrics.count("sign_ins", outcome="throttled")
        return refusal(429, f"Too many wrong tokens; try again in {seconds} s.", retry_after=str(seconds))

    async def begin(self, request: Request, response: Response) -> None:
        """Begin a session, and set its cookie in the browser's response."""
        token = await asyncio.to_thread(self._sessions.begin, self._server.admin_token or "")
        self._metrics.count("sign_ins", outcome="right")
        self._set(request, response, token)

    async def end(self, request: Request, response: Response) -> None:
        """End the session in the store, and delete its cookie."""
        if token := request.cookies.get(COOKIE):
            await asyncio.to_thread(self._sessions.end, token, self._server.admin_token or "")
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self._secure(request))

    def own_page(self, request: Request) -> bool:
        """Whether a browser sent this from the relay's page: other sites' forms can send the cookie too."""
        if request.headers.get("sec-fetch-site") not in (None, "same-origin", "none"):
            return False
        origin = request.headers.get("origin")
        own = {request.headers.get("host"), urlsplit(self._server.public_url).netloc} - {""}
        return origin is None or origin.partition("://")[2] in own

    async def _has_session(self, request: Request) -> bool:
        token, admin_token = request.cookies.get(COOKIE), self._server.admin_token
        if not token or not admin_token or not self.own_page(request):
            return False
        return await asyncio.to_thread(self._sessions.known, token, admin_token)

    def _set(self, request: Request, response: Response, token: str) -> None:
        response.set_cookie(
            COOKIE, token, max_age=LIFE, httponly=True, samesite="strict", secure=self._secure(request)
        )

    def _secure(self, request: Request) -> bool:
        """Whether the cookie is sent over https only: yes behind https, no for a plain `localhost`."""
        public = urlsplit(self._server.public_url)
        behind_https = public.scheme == "https" and public.netloc == request.headers.get("host")
        return behind_https or request.scope.get("scheme") == "https"


def _peer(request: Request) -> str | None:
    return request.client.host if request.client else None
