"""The frame around every screen, the addresses of screens, and the reading of forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.responses import HTMLResponse, RedirectResponse

from attio_sync import config, hints
from attio_sync.show.templating import render
from attio_sync.ui.assets import assets
from attio_sync.ui.guard import LOOKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from attio_sync.ui.room import Room

NOWHERE: Final = "-"
"""The section of a page that belongs to none."""
SECTIONS: Final = (
    ("", "Overview", "M2.5 7.2 8 2.6l5.5 4.6v6.3h-4V9.6h-3v3.9h-4z"),
    ("import", "Import", "M8 2v8M5 7.2 8 10l3-2.8M2.5 11v2.5h11V11"),
    ("plans", "Plans", "M3.2 2.5h6.6l3 3v8H3.2zM5.6 7.4h4.8M5.6 10.2h4.8"),
    ("runs", "Runs", "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.4"),
    ("tables", "Tables", "M2.5 3h11v10h-11zM2.5 6.4h11M6.4 6.4V13"),
    ("relay", "Relay", "M2 8h2.8l2-4.8L9.3 13l1.7-5h3"),
)


def room_of(request: Request) -> Room:
    """The room that a request belongs to."""
    return cast("Room", request.app.state.room)


def at(request: Request, *steps: str, query: str = "") -> str:
    """The address of a screen, from the steps of its path."""
    return (
        "/".join(("", room_of(request).door.part, *(quote(one, safe="", errors="replace") for one in steps)))
        + query
    )


def screen(request: Request, template: str, *, section: str, status: int = 200, **facts: Any) -> HTMLResponse:  # noqa: ANN401 -- what the template shows
    """Render a screen inside the frame."""
    room = room_of(request)
    page = render(
        template,
        at=lambda *steps, query="": at(request, *map(str, steps), query=query),
        section=section,
        sections=SECTIONS,
        assets=assets(),
        csrf=room.door.csrf,
        standing=room.standing(),
        waiting=len(room.plans.undecided()),
        running=room.jobs.running(),
        port=room.door.port,
        here=request.scope["path"],
        **facts,
    )
    # The name of a file may hold bytes that are not text; a page shows a question mark for each.
    return HTMLResponse(page.encode(errors="replace"), status)


def see(request: Request, *steps: str, query: str = "") -> Response:
    """Redirect to another screen after an action, so that a reload does not repeat the action."""
    return RedirectResponse(at(request, *steps, query=query), status_code=303)


def command_line(room: Room, *words: object) -> str:
    """The command that does the same as a screen, to be copied: quoted, and with the room's own journal."""
    return hints.command(*words, journal=config.other_journal(room.journal))


def asked(request: Request) -> list[tuple[str, str]]:
    """The names and values in the query of the address."""
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def form(request: Request) -> dict[str, str]:
    """The values of a form by name; the last one where a name occurs twice.

    A browser sends CR LF for a line end, which a separator or the name of a file may have.
    """
    sent = cast("list[tuple[str, str]]", request.state.form)
    return {name: value.replace("\r\n", "\n") for name, value in sent}


def form_lists(request: Request) -> dict[str, list[str]]:
    """All values of a form by name."""
    found: dict[str, list[str]] = {}
    for name, value in cast("list[tuple[str, str]]", request.state.form):
        found.setdefault(name, []).append(value)
    return found


def missing(request: Request, what: str, section: str = NOWHERE) -> HTMLResponse:
    """A 404 page with a sentence on what is missing."""
    return trouble(request, "Not here", what, status=404, section=section)


def trouble(
    request: Request, title: str, sentence: str, *, status: int, section: str = NOWHERE
) -> HTMLResponse:
    """A page for something that was not done, with the way back to the screen that asked for it."""
    facts = {"title": title, "sentence": sentence, "back": _came_from(request)}
    return screen(request, "trouble.html", section=section, status=status, **facts)


def _came_from(request: Request) -> str | None:
    """The address of the screen whose form or link led here; None where another page did."""
    parts = urlsplit(request.headers.get("referer", ""))
    is_ours = parts.netloc == request.headers.get("host") and parts.path.startswith(f"{at(request)}/")
    is_loop = request.method in LOOKING and parts.path == request.scope["path"]
    if not is_ours or is_loop:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
