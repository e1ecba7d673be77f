"""The addresses for people and monitors: status page, orders, history, figures.

Most of them are for those who hold the admin token. What an order does is `actions`' business, how a page
looks is `page`'s.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from importlib.resources import files
from typing import TYPE_CHECKING

from attio_api.errors import AttioError
from attio_relay.reading import ConfigError
from attio_relay.serving import page
from attio_relay.serving.actions import Actions, UnknownOrderError
from attio_relay.serving.gauges import gauges
from attio_relay.serving.overview import Overview, overview
from attio_relay.store.database import StoreError
from attio_relay.store.sealing import SealError
from attio_relay.subscribing.subscription import NothingToReplaceError
from attio_relay.targets.command import kept_output
from attio_relay.web import Answer, Handler, Request, as_json, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_relay.metrics import Metrics
    from attio_relay.settings import RelayConfig
    from attio_relay.store.store import Store

COOKIE = "attio_relay"
SESSION = 12 * 3600
FORM_LIMIT = 16 * 1024
FORM_SECONDS = 5.0
RUNS_SHOWN = 30
DEAD_SHOWN = 20
OUTPUT_SHOWN = 64 * 1024
# Nothing but our own style sheet and forms: what an event or a command wrote can never run.
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
SAFE = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}

SIGN_IN_FIRST = refusal(401, "The admin token is missing or wrong.", www_authenticate="Bearer")
STYLE = files("attio_relay.serving").joinpath("page.css").read_bytes()


class Admin:
    """Answers those who hold the admin token."""

    def __init__(
        self,
        config: RelayConfig,
        store: Store,
        actions: Actions,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._store = store
        self._actions = actions
        self._metrics = metrics
        self._clock = clock

    def addresses(self) -> list[tuple[str, str, Handler]]:
        """Where it answers."""
        return [
            ("GET", "/", self._page),
            ("GET", "/page.css", self._style),
            ("POST", "/sign-in", self._sign_in),
            ("POST", "/sign-out", self._sign_out),
            ("GET", "/admin/list", self._list),
            ("POST", "/admin/{action}", self._order),
            ("GET", "/runs/{run}", self._run),
            ("GET", "/metrics", self._figures),
        ]

    def may(self, request: Request) -> bool:
        """Tell whether a request comes from somebody who holds the admin token."""
        token = self._config.server.admin_token
        if not token:
            return False
        if request.bearer is not None:
            return hmac.compare_digest(token.encode(), request.bearer.encode())
        ends, _, seal = (request.cookie(COOKIE) or "").partition(".")
        in_time = ends.isdigit() and int(ends) > self._clock()
        return (
            in_time and hmac.compare_digest(self._seal(ends).encode(), seal.encode()) and _own_page(request)
        )

    async def _page(self, request: Request) -> Answer:
        if not self.may(request):
            return _html(200, page.sign_in(possible=bool(self._config.server.admin_token), wrong=False))
        found = await asyncio.to_thread(self._overview)
        runs = await asyncio.to_thread(self._store.history.runs, limit=RUNS_SHOWN)
        letters = await asyncio.to_thread(self._store.inbox.dead_letters, limit=DEAD_SHOWN)
        return _html(200, page.status(found, runs, letters, said=request.parameter("said")))

    async def _style(self, request: Request) -> Answer:
        del request
        return Answer(status=200, body=STYLE, media=b"text/css; charset=utf-8")

    async def _sign_in(self, request: Request) -> Answer:
        form = await request.form(limit=FORM_LIMIT, seconds=FORM_SECONDS)
        token = self._config.server.admin_token
        if not token or not hmac.compare_digest(token.encode(), form.get("token", "").encode()):
            return _html(401, page.sign_in(possible=bool(token), wrong=True))
        ends = str(int(self._clock()) + SESSION)
        return _back("", cookie=f"{ends}.{self._seal(ends)}", seconds=SESSION)

    async def _sign_out(self, request: Request) -> Answer:
        del request
        return _back("", cookie="", seconds=0)

    async def _order(self, request: Request) -> Answer:
        if not self.may(request):
            return SIGN_IN_FIRST
        about = await _about(request)
        try:
            done = await asyncio.to_thread(self._actions.order, request.parts["action"], about)
        except UnknownOrderError as error:
            return refusal(404, str(error))
        except (AttioError, ConfigError, SealError, NothingToReplaceError) as error:
            return refusal(409, str(error))
        except StoreError:
            return refusal(503, "The store cannot be written; please come back.", retry_after="5")
        if request.bearer is None:
            return _back(done.sentence)
        return as_json(200, {"done": done.sentence})

    async def _list(self, request: Request) -> Answer:
        if not self.may(request):
            return SIGN_IN_FIRST
        found = await asyncio.to_thread(self._overview)
        return as_json(200, found.as_json())

    async def _run(self, request: Request) -> Answer:
        if not self.may(request):
            return SIGN_IN_FIRST
        run = await asyncio.to_thread(self._store.history.run, request.parts["run"])
        if run is None:
            return refusal(404, "There is no such run.")
        folder = self._config.storage.path.parent / "runs"
        output = await asyncio.to_thread(kept_output, folder, run.run_id, limit=OUTPUT_SHOWN)
        return _html(200, page.run(run, output))

    async def _figures(self, request: Request) -> Answer:
        try:
            found = await asyncio.to_thread(self._overview)
        except StoreError:
            return refusal(503, "The store cannot be read.", retry_after="5")
        # Names of connections are names of customers: only for those who show the token.
        text = self._metrics.text(gauges(found, named=self.may(request)))
        return Answer(status=200, body=text.encode(), media=b"text/plain; version=0.0.4; charset=utf-8")

    def _overview(self) -> Overview:
        return overview(self._config, self._store, now=self._clock())

    def _seal(self, ends: str) -> str:
        key = (self._config.server.admin_token or "").encode()
        return hmac.new(key, b"session until " + ends.encode(), hashlib.sha256).hexdigest()


def _own_page(request: Request) -> bool:
    """Tell whether a browser sends this from our own page: a stranger's form may bring the cookie too."""
    return request.header(b"sec-fetch-site") in (None, "same-origin", "none")


async def _about(request: Request) -> Mapping[str, str]:
    if request.header(b"content-type") != "application/json":
        return await request.form(limit=FORM_LIMIT, seconds=FORM_SECONDS)
    try:
        found = json.loads(await request.body(limit=FORM_LIMIT, seconds=FORM_SECONDS))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _html(status: int, text: str) -> Answer:
    return Answer(status=status, body=text.encode(), media=b"text/html; charset=utf-8", headers=SAFE)


def _back(said: str, *, cookie: str | None = None, seconds: int = 0) -> Answer:
    """Back to the page, so that reloading it repeats no order."""
    kept = f"{COOKIE}={cookie}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict"
    headers = {"Location": page.address_saying(said)} | ({"Set-Cookie": kept} if cookie is not None else {})
    return Answer(status=303, headers=headers)
