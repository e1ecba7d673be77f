"""Taking a run back: first what that would do, then the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync.failures import WrongUsage
from attio_sync.ui import work
from attio_sync.ui.frame import asked, form, missing, room_of, screen, see
from attio_sync.ui.history import past

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def preview(request: Request) -> Response:
    """What a revert would do, as far as it was looked at."""
    view = past(room_of(request)).one(request.path_params["run"])
    if view is None:
        return missing(request, "The journal has no such run.", "runs")
    only = tuple(value for name, value in asked(request) if name == "only" and value)
    return screen(
        request, "revert.html", section="runs", view=view, only=only, word=_word(view.counts.create)
    )


def _word(created: int) -> str:
    """What has to be typed: a revert deletes what the run made."""
    return f"delete {created}" if created else ""


def look(request: Request) -> Response:
    """Begin to look what Attio holds now."""
    return see(request, "runs", request.path_params["run"], "revert")


def revert(request: Request) -> Response:
    """Undo it."""
    room, said = room_of(request), form(request)
    view = past(room).one(request.path_params["run"])
    if view is None:
        return missing(request, "The journal has no such run.", "runs")
    word = _word(view.counts.create)
    if word and said.get("word", "").strip() != word:
        raise WrongUsage(f"Nothing was undone: type '{word}' to say that what the run made is to be deleted.")
    only = tuple(one for one in said.get("only", "").split() if one)
    job = work.revert(room, view.run.run_id, only)
    return see(request, "jobs", job.id)
