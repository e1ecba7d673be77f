"""The screens for undoing a run: a choice of what to undo, and the start of a preview, which makes a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_sync.show.plan_views import Filter
from attio_sync.show.wording import moment
from attio_sync.ui import work
from attio_sync.ui.frame import command_line, form_lists, missing, room_of, screen, see
from attio_sync.ui.history import journal, past, store_of_run

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_NONE: Final = "The journal has no such run."


def choose(request: Request) -> Response:
    """Show the form for undoing all of a run, or a part of it."""
    room, run_id = room_of(request), request.path_params["run"]
    found = past(room)
    view = found.one(run_id)
    with journal(room) as opened:
        if view is None or opened is None:
            return missing(request, found.problem or _NONE, "runs")
        with store_of_run(room, opened, view.run) as store:
            attributes, kinds = store.attributes(Filter()), store.kinds()
    return screen(
        request,
        "revert.html",
        section="runs",
        view=view,
        attributes=attributes,
        kinds=kinds,
        line=command_line(room, "revert", run_id),
    )


def preview(request: Request) -> Response:
    """Start the job that plans the revert."""
    room, said, run_id = room_of(request), form_lists(request), request.path_params["run"]
    only = [*said.get("only", []), *" ".join(said.get("record", [])).split()]
    found = past(room)
    view = found.one(run_id)
    if view is None:
        return missing(request, found.problem or _NONE, "runs")
    title = f"Undo the {view.what} of {moment(view.run.started_at)}"
    job = work.preview(room, run_id, tuple(only), title)
    return see(request, "jobs", job.id)
