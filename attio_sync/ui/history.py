"""Past runs as pages show them; the journal is opened for each request and closed after it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import duckdb

from attio_sync import files, journals
from attio_sync.failures import CommandEnded, explain
from attio_sync.show.plan_parts import Sum, sum_of
from attio_sync.show.plan_store import PlanStore
from destination_attio.storage.journal import UNSETTLED, ChangeQuery, Journal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from attio_sync.ui.room import Room
    from destination_attio.model.plan import Change, Counts
    from destination_attio.storage.journal import JournalledChange, Run

_AT_ONCE: Final = 1000
PAGE: Final = 50
"""Runs, or changes of one record, on a page."""
_STATES: Final = {
    "done": ("good", "✓ done"),
    "stopped": ("warn", "■ stopped"),
    "failed": ("bad", "✗ broke off"),
    "running": ("busy", "● writing"),
    "reverted": ("", "↩ reverted"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RunView:
    """One run as a page lists it."""

    run: Run
    what: str
    """A few words on what the run did, to be read within a sentence."""
    counts: Counts
    sum: Sum
    state: tuple[str, str]
    reverted_by: str | None

    @property
    def title(self) -> str:
        """The same words as a heading."""
        return self.what[:1].upper() + self.what[1:]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunHistory:
    """All runs, or in `problem` the sentence on why they cannot be read."""

    runs: tuple[RunView, ...] = ()
    problem: str = ""
    remark: str = ""
    """Why the outcome of some changes could not be looked up."""

    def one(self, run_id: str) -> RunView | None:
        """A run by its id, or None."""
        return next((view for view in self.runs if view.run.run_id == run_id), None)


@contextmanager
def journal(room: Room) -> Iterator[Journal | None]:
    """Open the journal for one request; None where there is no journal yet."""
    with room.reading() as is_being_written:
        if not room.journal.exists():
            yield None
        elif is_being_written:
            with Journal.open(room.journal) as opened:
                yield opened
        else:
            with journals.reading(room.journal) as opened:
                yield opened


def past(room: Room) -> RunHistory:
    """Every run, the newest first; changes of unknown outcome are looked up in Attio before."""
    try:
        remark = room.settle()
        with journal(room) as opened:
            if opened is None:
                return RunHistory()
            return RunHistory(runs=_views(opened, room), remark=remark)
    except Exception as error:
        stop = explain(error)
        if stop is None:
            raise
        return RunHistory(problem=str(stop))


def _views(opened: Journal, room: Room) -> tuple[RunView, ...]:
    runs = opened.runs()
    undone = {run.reverts: run.run_id for run in reversed(runs) if run.reverts and run.status == "done"}
    known = {run.run_id: run for run in runs}
    return tuple(_view(opened, run, _what(run, known), undone.get(run.run_id), room) for run in runs)


def _what(run: Run, known: dict[str, Run]) -> str:
    """A run in a few words; a revert by the words for the run that it undoes."""
    if run.reverts is None:
        return f"{run.kind} to {run.target}"
    undone = known.get(run.reverts)
    return f"revert of {run.reverts}" if undone is None else f"revert of the {_what(undone, known)}"


def _view(opened: Journal, run: Run, what: str, undone_by: str | None, room: Room) -> RunView:
    counts = journals.counts(opened, run)
    is_ours = room.jobs.running() is not None and run.status == "running"
    state = "running" if is_ours else journals.status(run)
    word = "reverted" if undone_by and state == "done" else state
    return RunView(
        run=run,
        what=what,
        counts=counts,
        sum=sum_of(counts, done=True, is_revert=run.reverts is not None),
        state=_STATES[word],
        reverted_by=undone_by,
    )


def store_of_run(room: Room, opened: Journal, run: Run) -> PlanStore:
    """A store of a run's changes, for queries of pages; kept on disk once the run is over and settled."""
    path = _place(room, run)
    if path is None or opened.count(run.run_id, ChangeQuery(statuses=UNSETTLED)):
        return PlanStore.create().extend(_changes(opened, run.run_id))
    if path.is_file() and (store := _kept_store(path)):
        return store
    with files.private():
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.whole(path) as part, PlanStore.create(part) as store:
            store.extend(_changes(opened, run.run_id))
    return PlanStore.open(path)


def _kept_store(path: Path) -> PlanStore | None:
    """The store in a file; None where the file is damaged, as it is then made anew from the journal."""
    try:
        return PlanStore.open(path)
    except (duckdb.Error, CommandEnded):
        return None


def _changes(opened: Journal, run_id: str) -> Iterator[Change]:
    """The changes of a run in their order, read from the journal a thousand at a time."""
    after = 0
    while page := opened.page(run_id, after=after, limit=_AT_ONCE):
        yield from map(_told, page)
        after = page[-1].change_no


def _place(room: Room, run: Run) -> Path | None:
    if run.finished_at is None:
        return None
    ended = "".join(one for one in run.finished_at if one.isdigit())
    return room.plans.folder / "runs" / f"{run.run_id}-{ended}.duckdb"


def _told(one: JournalledChange) -> Change:
    """A journaled change; one that was not written, or not surely, is shown as rejected with the reason."""
    if one.status == "written":
        return one.change
    if one.status == "rejected":
        return replace(one.change, kind="rejected", fields=())
    # The recovery says why it cannot find out what became of a change that has neither id nor key.
    keyless = one.change.reason if one.status == "unknown" and not one.change.record_id else None
    words = {
        "intended": "Announced. Whether it was written is looked up once Attio can be asked.",
        "unknown": "The answer was lost. Whether it was written is looked up once Attio can be asked.",
        "not_applied": "Announced and not sent.",
    }
    return replace(one.change, kind="rejected", fields=(), reason=keyless or words[one.status])


def touched(room: Room, record_ids: Collection[str]) -> Collection[str]:
    """Those of these records of which the page of a record has something to tell.

    That is all of them where the journal cannot be read, since the page says why.
    """
    try:
        with journal(room) as opened:
            return opened.touched(record_ids) if opened else ()
    except Exception as error:
        if explain(error) is None:
            raise
        return record_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordHistory:
    """One page of the changes of a record, by run, the newest first; `count` is the number of all of them."""

    count: int = 0
    at: int = 0
    runs: tuple[tuple[RunView, list[Change]], ...] = ()


def record_history(room: Room, record_id: str, at: int) -> RecordHistory:
    """The changes of a record after the newest `at` of them; the newest where there are not so many."""
    room.settle()
    with journal(room) as opened:
        count = opened.count_record(record_id) if opened else 0
        if opened is None or not count:
            return RecordHistory()
        at = at if at < count else 0
        found: dict[str, list[Change]] = {}
        for one in opened.record(record_id, at=at, limit=PAGE):
            found.setdefault(one.run_id, []).append(_told(one))
        views = {view.run.run_id: view for view in _views(opened, room)}
    runs = tuple((views[run_id], changes) for run_id, changes in found.items())
    return RecordHistory(count=count, at=at, runs=runs)
