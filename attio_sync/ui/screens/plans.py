"""The screens of plans: the list, one plan, one change in full, the page to send, approval and removal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from attio_sync.failures import WrongUsage
from attio_sync.rows.origin import changed_since
from attio_sync.show.page import of_plan, stream_sentence
from attio_sync.show.plan_parts import record_view, with_consequence
from attio_sync.show.plan_views import Filter, whole_number
from attio_sync.show.wording import deletes, visible
from attio_sync.ui import work
from attio_sync.ui.changes import changes_of
from attio_sync.ui.frame import asked, at, command_line, form, missing, room_of, screen, see
from attio_sync.ui.history import touched
from attio_sync.ui.rejected import csv_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from attio_sync.show.plan_parts import RecordView
    from attio_sync.ui.changes import ChangesView
    from attio_sync.ui.room import Room
    from attio_sync.ui.saved_plan import SavedPlan
    from destination_attio.model.plan import Counts

_UNMAKES: Final = "Deletes {:,} of what the run made and nobody has added to since."
WRITES_A_SECOND: Final = 25
_NONE: Final = "There is no such plan. It was discarded, or removed after two weeks."


def plans(request: Request) -> Response:
    """Show every kept plan."""
    kept = room_of(request).plans
    return screen(request, "plans.html", section="plans", plans=kept.all(), damaged=kept.damaged())


def plan(request: Request) -> Response:
    """Show one plan, filtered by the query of the address."""
    room = room_of(request)
    kept = room.plans.get(request.path_params["plan"])
    if kept is None:
        return missing(request, _NONE, "plans")
    changes, left = _changes(room, kept, Filter.of(asked(request)))
    ids = [one.record_id for one in (*changes.records, *left) if one.record_id]
    known = touched(room, ids) if ids else ()
    return screen(
        request,
        "plan.html",
        section="plans",
        plan=kept,
        changes=changes,
        streams=[stream_sentence(one) for one in kept.streams],
        remarks=_remarks(room, kept),
        may_approve=bool(kept.sums.written) and not _obstacles(room, kept),
        seconds=max(1, -(-kept.sums.written // WRITES_A_SECOND)),
        left=left,
        line=_command(room, kept),
        outcome=_outcome(room, kept),
        whole=lambda number: at(request, "plans", kept.id, "changes", str(number)),
        record_page=lambda record: at(request, "records", record) if record in known else None,
    )


def _changes(room: Room, kept: SavedPlan, look: Filter) -> tuple[ChangesView, list[RecordView]]:
    """The listed changes, and the records that a revert leaves alone, which are shown above the list."""
    with room.plans.store(kept) as store:
        changes = changes_of(store, look, kept.sums, is_revert=kept.reverts is not None)
        left = store.refused("rejected") if kept.reverts and not look.is_narrow else []
    groups = [one for one in changes.groups if one.kind != "rejected" or not left]
    records = [with_consequence(one, kept.goes_with) for one in changes.records]
    return replace(changes, groups=groups, records=records), [record_view(*one) for one in left]


def _command(room: Room, kept: SavedPlan) -> str:
    """The command that does the same as approving the plan."""
    if kept.reverts:
        only = [word for one in kept.only for word in ("--only", one)]
        return command_line(room, "revert", kept.reverts, *only)
    return command_line(room, "push", "--plan", room.plans.file(kept))


def _remarks(room: Room, kept: SavedPlan) -> list[tuple[str, str]]:
    """Remarks to read before approving, each with its tone: bad, warn or good."""
    found = [("bad", sentence) for sentence in _obstacles(room, kept)]
    if kept.state == "waiting":
        found += [("warn", visible(sentence)) for sentence in changed_since(kept.origin)]
    counts = kept.sums
    if not counts.written and kept.reverts:
        found.append(("warn", "Nothing of it can be undone: see what is left alone, and why."))
    elif not counts.written and counts.rejected:
        found.append(("warn", f"No row would be written: {_are_rejected(counts)}."))
    elif not counts.written:
        found.append(("good", "Attio already holds all of it."))
    if counts.delete and kept.state == "waiting":
        found.append(("warn", _UNMAKES.format(counts.delete) if kept.reverts else deletes(counts.delete)))
    return found


def _are_rejected(counts: Counts) -> str:
    """How many rows are rejected, and whether Attio holds the others."""
    if counts.rejected == counts.rows:
        return "all are rejected" if counts.rows > 1 else "it is rejected"
    rejected = f"{counts.rejected:,} {'is' if counts.rejected == 1 else 'are'} rejected"
    return f"{rejected}, and Attio already holds the others"


def _obstacles(room: Room, kept: SavedPlan) -> list[str]:
    """Why the plan cannot be approved; empty where it can."""
    standing = room.standing()
    if standing.problem:
        return [standing.problem]
    who = standing.identity
    if kept.workspace_id and who and who.workspace_id != kept.workspace_id:
        return [f"Made for the workspace '{kept.workspace_name}'; the token opens '{who.workspace_name}'."]
    return [] if standing.may_write else ["The token may only read."]


def change(request: Request) -> Response:
    """Show one change with its values in full length."""
    room = room_of(request)
    kept = room.plans.get(request.path_params["plan"])
    if kept is None:
        return missing(request, _NONE, "plans")
    number = whole_number(request.path_params["number"])
    with room.plans.store(kept) as store:
        found = store.change(number) if number is not None else None
    if number is None or found is None:
        return missing(request, "The plan has no change of this number.", "plans")
    view = record_view(number, found, whole=True)
    return screen(request, "change.html", section="plans", plan=kept, one=view)


def page(request: Request) -> Response:
    """The page that `plan --html` writes, as a download."""
    room = room_of(request)
    kept = room.plans.get(request.path_params["plan"])
    if kept is None:
        return missing(request, _NONE, "plans")
    text = of_plan(room.plans.plan(kept), by=kept.by, saved=room.plans.file(kept))
    return _download(text, name=f"plan-{kept.id}.html", kind="text/html")


def rejected(request: Request) -> Response:
    """The plan's rejected rows with the reasons, as a CSV file to download."""
    room = room_of(request)
    kept = room.plans.get(request.path_params["plan"])
    if kept is None:
        return missing(request, _NONE, "plans")
    with room.plans.store(kept) as store:
        text = csv_of([one for _, one in store.refused("rejected", limit=kept.sums.rejected)])
    return _download(text, name=f"rejected-{kept.id}.csv", kind="text/csv")


def _download(text: str, *, name: str, kind: str) -> Response:
    """The text as a file; what is no character, as half of a surrogate pair, becomes a `?`."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(errors="replace"), media_type=kind, headers=headers)


def approve(request: Request) -> Response:
    """Start to write the plan; a second approval redirects to the run or job of the first."""
    room, said = room_of(request), form(request)
    kept = room.plans.get(request.path_params["plan"])
    if kept is None:
        return missing(request, _NONE, "plans")
    if kept.state == "waiting":
        _need_seen(kept, said)
        if job := work.approve(room, kept):
            return see(request, "jobs", job.id)
    return see(request, *_outcome(room, room.plans.get(kept.id) or kept))


def _need_seen(kept: SavedPlan, said: dict[str, str]) -> None:
    """Raise WrongUsage where a form approves another plan than the one shown, or not its deletions."""
    if said.get("digest") != kept.digest:
        raise WrongUsage("The plan is not the one that was shown. Look at it again before you approve it.")
    if kept.word and said.get("word", "").strip() != kept.word:
        raise WrongUsage(f"Nothing was written: type '{kept.word}' to say that this many are to be deleted.")


def _outcome(room: Room, kept: SavedPlan) -> tuple[str, ...]:
    """The steps to what became of an approved plan: its run, its job, or, without them, the list of runs."""
    if kept.run_id:
        return "runs", kept.run_id
    return ("jobs", kept.job_id) if kept.job_id and room.jobs.get(kept.job_id) else ("runs",)


def discard(request: Request) -> Response:
    """Remove a plan, and say so on the terminal."""
    room = room_of(request)
    kept = room.plans.get(request.path_params["plan"])
    if kept is not None:
        room.plans.discard(kept)
        room.tell(f"{kept.title}: discarded. Nothing was written.")
    return see(request, "plans")
