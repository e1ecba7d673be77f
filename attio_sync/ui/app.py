"""The room as an ASGI application: maps addresses to screens, and turns errors into pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from attio_sync.failures import explain, explained
from attio_sync.ui.assets import assets, refused
from attio_sync.ui.frame import at, missing, room_of, trouble
from attio_sync.ui.gate import Gate
from attio_sync.ui.guard import Denial
from attio_sync.ui.jobs import JobRunning
from attio_sync.ui.screens import imports, jobs, overview, plans, reverts, runs, tables

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from attio_sync.ui.room import Room

_USED: Final = Denial(
    status=403,
    sentence="This address was used already, or is not the one that was printed. It lets one browser in, "
    "once: the terminal shows the next one.",
)
_ELSEWHERE: Final = Denial(
    status=404,
    title="Not here",
    sentence="There is nothing at this address. The room has new addresses each time it is started: open "
    "the one that 'attio-sync ui' printed in the terminal.",
)
SCREENS = [
    Route("/", overview.overview),
    Route("/workspace", overview.workspace),
    Route("/import", imports.choose),
    Route("/import", imports.begin, methods=["POST"]),
    Route("/import/files/{name}", imports.upload, methods=["PUT"]),
    Route("/import/{draft}", imports.columns),
    Route("/import/{draft}", imports.decide, methods=["POST"]),
    Route("/plans", plans.plans),
    Route("/plans/{plan}", plans.plan),
    Route("/plans/{plan}/page", plans.page),
    Route("/plans/{plan}/rejected", plans.rejected),
    Route("/plans/{plan}/changes/{number}", plans.change),
    Route("/plans/{plan}/approve", plans.approve, methods=["POST"]),
    Route("/plans/{plan}/discard", plans.discard, methods=["POST"]),
    Route("/runs", runs.runs),
    Route("/runs/{run}", runs.run),
    Route("/runs/{run}/revert", reverts.choose),
    Route("/runs/{run}/preview", reverts.preview, methods=["POST"]),
    Route("/records/{record}", runs.record),
    Route("/jobs/{job}", jobs.job),
    Route("/jobs/{job}/events", jobs.events),
    Route("/jobs/{job}/stop", jobs.stop, methods=["POST"]),
    Route("/tables", tables.tables),
    Route("/tables/pull", tables.pull, methods=["POST"]),
    Route("/tables/{table}", tables.table),
    Route("/relay", tables.relay),
]


def application(room: Room) -> ASGIApp:
    """The room's application, with the gate in front that checks each request."""
    routes = [
        Route("/enter", _enter),
        Route("/look/{name}", _asset),
        Mount(f"/{room.door.part}", routes=SCREENS),
    ]
    handlers = dict.fromkeys(explained(), _trouble) | {HTTPException: _not_here, Exception: _unforeseen}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.room = room
    return Gate(app, room.door)


def _enter(request: Request) -> Response:
    """Let the browser with the key in, and lead it to the first screen; each key works once."""
    room = room_of(request)
    if not room.door.turn(request.query_params.get("key", "")):
        return refused(_USED)
    room.tell(f"A browser was let in. For another one: {room.door.entrance}")
    return RedirectResponse(
        at(request, *(room.opens_at or ("",))), 303, headers={"set-cookie": room.door.cookie()}
    )


def _asset(request: Request) -> Response:
    found = next((one for one in assets().values() if one.path == request.scope["path"]), None)
    if found is None:
        return Response("Not here.", 404, media_type="text/plain")
    keep = {"cache-control": "private, max-age=31536000, immutable"}
    return Response(found.content, media_type=found.media_type, headers=keep)


def _trouble(request: Request, error: Exception) -> Response:
    """A page with the sentence that a command prints for the error; an unforeseen error is raised again."""
    stop = explain(error)
    if stop is None:
        raise error
    status = 409 if isinstance(error, JobRunning) else 400
    return trouble(request, "This was not done", str(stop), status=status)


def _unforeseen(request: Request, error: Exception) -> Response:
    """A page for an unforeseen error: it names the error's class, and shows no contents of rows."""
    sentence = f"Unexpected error ({type(error).__name__}). Please report it."
    room_of(request).tell(f"{request.method} of a page: {sentence}")
    refusal = Denial(status=500, title="This failed", sentence=sentence)
    return refused(refusal, again=request.scope["path"])


def _not_here(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if not request.scope["path"].startswith(f"/{room_of(request).door.part}/"):
        return refused(replace(_ELSEWHERE, status=status))
    return missing(request, "There is nothing at this address.")
