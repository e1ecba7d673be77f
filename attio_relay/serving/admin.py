"""HTTP handlers for people and monitors: status page, actions, runs, metrics and badges.

Most of them require the admin token. `access` checks it, `actions` carries actions out, `page` makes the
HTML.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from attio_api.errors import AttioError
from attio_relay.reading import ConfigError
from attio_relay.serving import page
from attio_relay.serving.actions import Actions, UnknownOrderError
from attio_relay.serving.feed_api import NOBODY
from attio_relay.serving.freshness import badge, may_be_a_stream, until_of
from attio_relay.serving.gauges import gauges
from attio_relay.serving.overview import Overview, overview
from attio_relay.store.database import StoreError
from attio_relay.store.sealing import SealError
from attio_relay.subscribing.subscription import NothingToReplaceError
from attio_relay.targets.command import kept_output
from attio_relay.web import as_json, bearer, form_fields, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from attio_relay.metrics import Metrics
    from attio_relay.serving.access import Access
    from attio_relay.settings import RelayConfig
    from attio_relay.store.store import Store

RUNS_SHOWN = 30
DEAD_SHOWN = 20
OUTPUT_SHOWN = 64 * 1024
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# Only the relay's own style sheets and forms are allowed, so text of an event or a command cannot run.
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # With `no-referrer` a browser would send its forms with `Origin: null`, and the origin is checked.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FOLDER = files("attio_relay.serving")
STYLES = {name: FOLDER.joinpath(name).read_bytes() for name in ("look.css", "relay.css")}
# Seconds for which gathered figures are reused.
GLANCE = 1.0
# Seconds by which figures for a request without access are delayed.
PACE = 0.2


class Admin:
    """Handles the requests of people and monitors."""

    def __init__(
        self,
        config: RelayConfig,
        store: Store,
        access: Access,
        actions: Actions,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._store = store
        self._access = access
        self._actions = actions
        self._metrics = metrics
        self._clock = clock
        self._gathering = asyncio.Lock()
        self._glanced: dict[bool, Overview] = {}

    def routes(self) -> list[Route]:
        """The routes of these handlers."""
        return [
            Route("/", self._page),
            *(Route(f"/{name}", self._style) for name in STYLES),
            Route("/sign-in", self._sign_in, methods=["POST"]),
            Route("/sign-out", self._sign_out, methods=["POST"]),
            Route("/admin/list", self._list),
            Route("/admin/{action}", self._order, methods=["POST"]),
            Route("/runs/{run}", self._run),
            Route("/metrics", self._figures),
            Route("/badges/{connection}.svg", self._badge),
        ]

    async def _page(self, request: Request) -> Response:
        try:
            if await self._access.refused(request) is not None:
                return _html(200, page.sign_in(possible=self._access.possible))
            found = await asyncio.to_thread(self._overview)
            runs = await asyncio.to_thread(self._store.run_store.runs, limit=RUNS_SHOWN)
            letters = await asyncio.to_thread(self._store.delivery_store.dead_letters, limit=DEAD_SHOWN)
        except StoreError:
            return _html(503, page.trouble(request.scope["path"]))
        return _html(200, page.status(found, runs, letters, said=request.query_params.get("said", "")))

    async def _style(self, request: Request) -> Response:
        return Response(STYLES[request.scope["path"].removeprefix("/")], media_type="text/css")

    async def _sign_in(self, request: Request) -> Response:
        if not self._access.own_page(request):
            return refusal(403, "Sign in on the relay's own page.")
        if seconds := self._access.wait(request):
            return self._access.too_many(seconds)
        token = form_fields(await request.form()).get("token", "")
        if not self._access.guess(request, token):
            complaint = "That is not the admin token."
            return _html(401, page.sign_in(possible=self._access.possible, complaint=complaint))
        response = _back("", request)
        await self._access.begin(request, response)
        return response

    async def _sign_out(self, request: Request) -> Response:
        if not self._access.own_page(request):
            return refusal(403, "Sign out on the relay's own page.")
        response = _back("", request)
        await self._access.end(request, response)
        return response

    async def _order(self, request: Request) -> Response:
        if refused := await self._access.refused(request):
            return refused
        about = await _about(request)
        try:
            done = await asyncio.to_thread(self._actions.order, request.path_params["action"], about)
        except UnknownOrderError as error:
            return refusal(404, str(error))
        except (AttioError, ConfigError, SealError, NothingToReplaceError) as error:
            return refusal(409, str(error))
        if bearer(request) is None:
            return _back(done.sentence, request)
        return as_json(200, {"done": done.sentence})

    async def _list(self, request: Request) -> Response:
        if refused := await self._access.refused(request):
            return refused
        found = await asyncio.to_thread(self._overview)
        return as_json(200, found.as_json())

    async def _run(self, request: Request) -> Response:
        try:
            if refused := await self._access.refused(request):
                return refused
            run = await asyncio.to_thread(self._store.run_store.run, request.path_params["run"])
        except StoreError:
            return _html(503, page.trouble(request.scope["path"]))
        if run is None:
            return refusal(404, "There is no such run.")
        folder = self._config.storage.path.parent / "runs"
        output = await asyncio.to_thread(kept_output, folder, run.run_id, limit=OUTPUT_SHOWN)
        return _html(200, page.run(run, output))

    async def _figures(self, request: Request) -> Response:
        # Names of connections can be names of customers, so they are shown only with access.
        named = await self._access.may(request) if _shows_something(request) else False
        if not named:
            # Requests without access are slowed down, so that a loop of them does not delay deliveries.
            await asyncio.sleep(PACE)
        found = await self._glance(streams=named)
        text = self._metrics.text(gauges(found, named=named))
        return Response(text, media_type="text/plain; version=0.0.4")

    async def _badge(self, request: Request) -> Response:
        """A connection's badge, for holders of its `badge` word: a picture on a wiki sends no cookie."""
        connection = self._config.connections.get(request.path_params["connection"])
        word = (connection.badge if connection else None) or NOBODY
        stream = request.query_params.get("stream")
        if not hmac.compare_digest(word.encode(), request.query_params.get("key", "").encode()):
            return refusal(404, "There is no such badge.")
        if connection is None or (stream and not may_be_a_stream(connection, stream)):
            return refusal(
                404, "stream must be the id of an object or list of this connection, or task, note …"
            )
        found = await self._glance(streams=stream is not None)
        (view,) = (each for each in found.connections if each.config is connection)
        name = f"{view.line.name} {stream}" if stream else view.line.name
        picture = badge(name, until=until_of(view.fresh, stream, now=found.now), now=found.now)
        return Response(picture, media_type="image/svg+xml", headers=SAFE)

    async def _glance(self, *, streams: bool) -> Overview:
        """The figures that anybody may request; gathered at most once per GLANCE seconds for all requests."""
        async with self._gathering:
            seen = self._glanced.get(streams)
            if seen is None or abs(self._clock() - seen.now) > GLANCE:
                seen = self._glanced[streams] = await asyncio.to_thread(self._overview, streams=streams)
        return seen

    def _overview(self, *, streams: bool = True) -> Overview:
        return overview(self._config, self._store, now=self._clock(), streams=streams)


def _shows_something(request: Request) -> bool:
    return bearer(request) is not None or bool(request.cookies)


async def _about(request: Request) -> Mapping[str, str]:
    """The parameters of an action, from a form or from JSON; raises HTTPException for JSON without any."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORMS:
        return form_fields(await request.form())
    body = await request.body()
    if body and kind != "application/json":
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body must be a form or JSON, and its Content-Type say which.",
        )
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The body must be a JSON object whose values are texts.")
    return found


def _html(status: int, text: str) -> Response:
    return HTMLResponse(text, status_code=status, headers=SAFE)


def _back(said: str, request: Request) -> Response:
    """Redirect to the status page, so that reloading it does not repeat the action."""
    return RedirectResponse(page.address_saying(said, request.scope["path"]), status_code=303)
