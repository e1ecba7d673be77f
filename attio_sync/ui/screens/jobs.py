"""The screens of a job: its figures, its events, and the button that stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import StreamingResponse

from attio_sync.show.plan_views import whole_number
from attio_sync.ui.events import events as job_events
from attio_sync.ui.frame import at, missing, room_of, screen, see

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from attio_sync.ui.jobs import Job

_SECTIONS: Final = {"read": "import", "pull": "tables", "preview": "runs", "revert": "runs"}
_TONES: Final = {"running": "busy", "done": "good", "stopped": "warn", "failed": "bad"}
_NOUNS: Final = {
    "read": "bytes read",
    "push": "changes written",
    "revert": "changes undone",
    "compare": "rows compared",
    "preview": "changes looked at",
    "pull": "",
}
"""What a job counts; a pull tells its figures in words."""
_WRITES: Final = ("create", "update", "delete", "rejected")
_KINDS: Final = {
    "read": (),
    "push": _WRITES,
    "revert": _WRITES,
    "compare": ("create", "update", "delete", "unchanged", "rejected"),
    "preview": ("update", "delete", "rejected"),
    "pull": (),
}
_LEADS: Final = {"runs": "The run", "plans": "The plan", "tables": "The tables", "import": "Choose a file"}


def job(request: Request) -> Response:
    """Show the job's figures; once it is done, redirect to the screen that it leads to."""
    found = room_of(request).jobs.get(request.path_params["job"])
    if found is None:
        return missing(request, "There is no such job: the room was restarted since.")
    if found.state == "done" and found.leads_to:
        return see(request, *found.leads_to)
    now = found.snapshot()
    return screen(
        request,
        "job.html",
        section=_SECTIONS.get(found.kind, "plans"),
        job=found,
        now=now,
        tone=_TONES[found.state],
        noun=_NOUNS[found.kind],
        kinds=_KINDS[found.kind],
        further=at(request, *found.leads_to) if found.leads_to else None,
        leads=_LEADS.get(found.leads_to[0], "Go on") if found.leads_to else "",
        again=None if now["state"] == "running" else _again(request, found),
    )


def _again(request: Request, job: Job) -> str | None:
    """Where the import that the job compared or wrote can be compared anew.

    That is at its columns, or, when it was forgotten, at the choice of a file.
    """
    if job.draft_id is None:
        return None
    is_known = room_of(request).drafts.get(job.draft_id) is not None
    return at(request, "import", job.draft_id) if is_known else at(request, "import")


async def events(request: Request) -> Response:
    """The job's progress as server-sent events."""
    found = room_of(request).jobs.get(request.path_params["job"])
    if found is None:
        return missing(request, "There is no such job.")
    after = whole_number(request.headers.get("last-event-id")) or 0
    return StreamingResponse(job_events(found, after), media_type="text/event-stream")


def stop(request: Request) -> Response:
    """Ask the job to stop after the writes in flight."""
    found = room_of(request).jobs.get(request.path_params["job"])
    if found is None:
        return missing(request, "There is no such job.")
    found.stop()
    return see(request, "jobs", found.id)
