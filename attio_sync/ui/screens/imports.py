"""Imports: choose a file, decide about each column, compare with Attio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response

from attio_sync import workspace
from attio_sync.failures import WrongUsage, explain
from attio_sync.mapping import memory
from attio_sync.mapping.draft import named, need_sense
from attio_sync.rows.readers import PACKED, READERS
from attio_sync.rows.rows import FileChanged
from attio_sync.show.page import MERGES
from attio_sync.ui import work
from attio_sync.ui.choices import (
    INVALID,
    MODES,
    READINGS,
    READS,
    UNKNOWN_OPTIONS,
    USUAL,
    goals,
    keys,
    settings_of,
)
from attio_sync.ui.columns import columns_of
from attio_sync.ui.frame import command_line, form, room_of, screen, see
from attio_sync.ui.offered import need_offered
from destination_attio.config import StreamConfig

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from starlette.requests import Request

    from attio_sync.ui.drafts import NewImport
    from attio_sync.ui.room import Room

_FEW: Final = 12
"""Columns left out up to which they stand below the others; more are folded away."""
_PATIENCE: Final = 2.0
"""Seconds in which most files are read, so that their columns are shown at once."""
_NONE = (
    "This import is not known any more: the room was started anew since, or its file was changed. Choose the "
    "file again: what was decided about its columns is remembered from the last comparison."
)


def choose(request: Request) -> Response:
    """Show the form for a file and its target."""
    return _choice(request)


def _choice(
    request: Request, sentence: str = "", *, former: NewImport | None = None, status: int = 200
) -> Response:
    """The form for a file, with a sentence on why it is asked for again, filled as for the former import."""
    room = room_of(request)
    standing = room.standing()
    targets = [] if standing.problem else workspace.targets(room.needs())
    files = room.drafts.named()
    return screen(
        request,
        "choose.html",
        section="import",
        status=status,
        sentence=sentence,
        former=former,
        files=files,
        chosen=former.source if former else _newest(room, files.values()),
        targets=targets,
        folder=room.folder,
        endings=[*READERS, PACKED],
    )


def _newest(room: Room, files: Iterable[Path]) -> Path | None:
    """The newest file but the one of the pulled tables, which each pull makes the newest."""
    tables = room.warehouse and room.warehouse.absolute()
    return next((one for one in files if one.absolute() != tables), None)


async def upload(request: Request) -> Response:
    """Save a file that was dropped on the page; answers with its name, or 400 with a sentence."""
    try:
        path = await room_of(request).drafts.take(request.path_params["name"], request.stream())
    except Exception as error:
        stop = explain(error)
        if stop is None:
            raise
        # A browser that is still sending does not read an answer, and would tell of a lost connection.
        async for _ in request.stream():
            pass
        return JSONResponse({"sentence": str(stop)}, 400)
    return JSONResponse({"name": path.name})


def begin(request: Request) -> Response:
    """Read the chosen file, and propose an attribute for each column; shows its progress where it lasts."""
    room, said = room_of(request), form(request)
    if not said.get("file"):
        raise WrongUsage("Choose a file.")
    source, target = room.drafts.file(said["file"]), said.get("target", "")
    if target not in workspace.targets(room.needs()):
        raise WrongUsage(f"'{target}' is not an object or list of this workspace. Choose one of the page.")
    attributes = workspace.attributes(room.needs(), StreamConfig(target=target))
    job = work.read(room, source, target, attributes, said.get("table") or None)
    job.ended.wait(_PATIENCE)
    if job.failure:
        raise job.failure
    return see(request, *job.leads_to) if job.state == "done" else see(request, "jobs", job.id)


def columns(request: Request) -> Response:
    """Show every column: where it is written to, or why it is left out."""
    draft = room_of(request).drafts.get(request.path_params["draft"])
    return _choice(request, _NONE, status=404) if draft is None else _columns(request, draft)


def _columns(request: Request, draft: NewImport) -> Response:
    facts: dict[str, Any] = {
        "draft": draft,
        "columns": columns_of(draft),
        "goals": goals(draft.attributes),
        "keys": keys(draft.attributes, draft.settings),
        "modes": MODES,
        "merges": MERGES,
        "readings": READINGS,
        "reads": READS,
        "usual": USUAL,
        "few": _FEW,
        "unknown_options": UNKNOWN_OPTIONS,
        "invalid": INVALID,
        "line": _line(room_of(request), draft),
    }
    return screen(request, "columns.html", section="import", **facts)


def _line(room: Room, draft: NewImport) -> str:
    table = ["--table", draft.table] if draft.table else []
    return command_line(room, "push", "--from", draft.source, *table, "--map", draft.memory)


def decide(request: Request) -> Response:
    """Save the form's decisions, and start the comparison with Attio where the form asks for it."""
    room, said = room_of(request), form(request)
    draft = room.drafts.get(request.path_params["draft"])
    if draft is None:
        return _choice(request, _NONE, status=404)
    need_offered(said, draft)
    settings = settings_of(said, draft.rows.columns, draft.settings)
    try:
        with room.drafts.reading(draft):
            draft.decide(settings, is_all=said.get("is_all") == "yes")
    except FileChanged as error:
        return _choice(request, str(error), former=draft, status=409)
    if said.get("do") != "compare":
        return see(request, "import", draft.id)
    _may_compare(draft)
    memory.remember(draft.memory, draft.settings, "by_person")
    job = work.compare(room, draft)
    return see(request, "jobs", job.id)


def _may_compare(draft: NewImport) -> None:
    """Raise WrongUsage where a decision is missing."""
    need_sense(draft.mapping)
    if draft.mapping.questions:
        raise WrongUsage(f"Say first how these columns are written: {named(list(draft.mapping.questions))}.")
    if draft.settings["mode"] == "mirror" and not draft.is_all:
        raise WrongUsage(
            "A mirror removes what the file lacks. Say that the file holds all records, or choose another "
            "mode."
        )
