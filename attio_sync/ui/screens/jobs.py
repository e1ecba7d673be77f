"""The screens of a job: its figures, its events, and the button that stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from attio_sync.show.plan_views import whole_number
from attio_sync.ui.events import events as job_events
from attio_sync.ui.frame import at, missing, room_of, screen, see

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def job(request: Request) -> Response:
    """Show the job's figures; once it is done, redirect to the screen that it leads to."""
    found = room_of(request).jobs.get(request.path_params["job"])
    if found is None:
        return missing(request, "This work is not known: the room was started anew since.")
    if found.state == "done" and found.leads_to:
        return see(request, *found.leads_to)
    further = at(request, *found.leads_to) if found.leads_to else None
    return screen(request, "job.html", section="plans", job=found, now=found.snapshot(), further=further)


async def events(request: Request) -> Response:
    """The job's progress as server-sent events."""
    found = room_of(request).jobs.get(request.path_params["job"])
    if found is None:
        return missing(request, "This work is not known.")
    after = whole_number(request.headers.get("last-event-id")) or 0
    return StreamingResponse(job_events(found, after), media_type="text/event-stream")


def stop(request: Request) -> Response:
    """Ask the job to stop after the writes in flight."""
    found = room_of(request).jobs.get(request.path_params["job"])
    if found is None:
        return missing(request, "This work is not known.")
    found.stop()
    return see(request, "jobs", found.id)
