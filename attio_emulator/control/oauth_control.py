"""The control plane of OAuth: registers an app, as Attio's developer dashboard does."""

from dataclasses import asdict
from typing import Any

from attio_emulator.calls.routing import Answer, Call, Route, json_answer
from attio_emulator.contract.shapes import array, conform, shape, text
from attio_emulator.model.oauth import App

APP = shape(
    {"client_id": text(1), "client_secret": text(1)},
    {"redirect_uris": array(text(1)), "scopes": array(text(1))},
    closed=True,
)


def put_app(call: Call) -> Answer:
    """Register or change an app; without `redirect_uris` it may redirect to any address on this machine."""
    given: dict[str, Any] = conform(call.json(), APP)
    lists = {name: tuple(given[name]) for name in ("redirect_uris", "scopes") if name in given}
    app = App(client_id=given["client_id"], client_secret=given["client_secret"], **lists)
    call.server.oauth.apps[app.client_id] = app
    return json_answer(asdict(app))


CONTROL_ROUTES = (Route("POST", "/_emulator/apps", put_app),)
