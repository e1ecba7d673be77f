"""The screens of past runs: the list, one run with its changes, and the runs that changed one record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync.show.plan_parts import record_view
from attio_sync.show.plan_views import Filter
from attio_sync.ui.changes import changes_of
from attio_sync.ui.frame import asked, at, command_line, missing, room_of, screen
from attio_sync.ui.history import PAGE, journal, past, record_history, store_of_run

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from attio_sync.ui.changes import ChangesView
    from destination_attio.model.plan import Counts


def runs(request: Request) -> Response:
    """Show all runs, the newest first, 50 on a page."""
    room = room_of(request)
    found = past(room)
    look = Filter.of(asked(request))
    listed = found.runs[look.at : look.at + PAGE]
    return screen(
        request,
        "runs.html",
        section="runs",
        past=found,
        listed=listed,
        at_row=look.at,
        page=PAGE,
        next_page=lambda row: look.query(at=row),
        line=command_line(room, "history"),
    )


def _not_listed(counts: Counts, changes: ChangesView) -> int:
    """Rows without a write that only the plan lists, since a journal has writes alone."""
    listed = {kind for kind, _ in changes.kinds}
    return sum(getattr(counts, kind) for kind in ("rejected", "superseded") if kind not in listed)


def run(request: Request) -> Response:
    """Show one run and its changes."""
    room, run_id = room_of(request), request.path_params["run"]
    found = past(room)
    view = found.one(run_id)
    if view is None:
        return missing(request, found.problem or "The journal has no such run.", "runs")
    with journal(room) as opened:
        if opened is None:
            return missing(request, "The journal is gone.", "runs")
        with store_of_run(room, opened, view.run) as store:
            is_revert = view.run.reverts is not None
            changes = changes_of(
                store, Filter.of(asked(request)), view.counts, done=True, is_revert=is_revert
            )
    return screen(
        request,
        "run.html",
        section="runs",
        past=found,
        view=view,
        changes=changes,
        plan=next((one for one in room.plans.all() if one.run_id == run_id), None),
        not_listed=_not_listed(view.counts, changes),
        record_page=lambda record: at(request, "records", record),
        line=command_line(room, "history", view.run.run_id),
    )


def record(request: Request) -> Response:
    """Show every run that changed one record, 50 changes on a page."""
    record_id, look = request.path_params["record"], Filter.of(asked(request))
    found = record_history(room_of(request), record_id, look.at)
    if not found.runs:
        return missing(request, "No run of this journal has touched a record with this id.", "runs")
    runs = [
        (view, [record_view(number, one, done=True) for number, one in enumerate(changes)])
        for view, changes in found.runs
    ]
    return screen(
        request,
        "record.html",
        section="runs",
        runs=runs,
        record_id=record_id,
        count=found.count,
        at_row=found.at,
        page=PAGE,
        next_page=lambda row: look.query(at=row),
    )
