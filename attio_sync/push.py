"""`attio-sync push`: write rows to Attio, only where something changes."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from attio_api.whole_numbers import Whole
from attio_sync import config, files, hints, journals, rejects, wizard, workspace
from attio_sync.failures import DONE, DONE_WITH_REJECTS, FAILED, Stopped, WrongUsage
from attio_sync.plan import LISTED, as_read, author, compare, read_plan, read_rows, tell, tell_remarks
from attio_sync.push_options import (
    RowOptions,
    RunLimits,
    destination_config,
    needed,
    only_stream,
    row_options,
)
from attio_sync.rows.origin import changed_since
from attio_sync.show import page, terminal_tables
from attio_sync.show.outcome import outcome
from attio_sync.show.terminal import Ticker, counted, is_watched, remarks, results
from destination_attio.config import StreamConfig
from destination_attio.model.plan import listing
from destination_attio.session import RunFacts, RunStopped, Session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from attio_sync.config import Connection
    from attio_sync.rows.rows import Rows
    from destination_attio.model.plan import Plan, Report

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """The options of a push that do not concern rows: files, output, pace and consent."""

    saved: Path | None
    again: Path | None
    journal: Path | None
    rejects_to: Path | None
    html: Path | None
    as_json: bool
    limit: int
    pace: float | None
    yes: bool
    review: bool
    rejects_ok: bool
    shown: set[int | None] = field(init=False, default_factory=set)
    """Numbers of the rejected rows that a person has seen in the plan already."""

    @property
    def asks(self) -> bool:
        """Whether the push asks before it writes: on a terminal, without --yes and --json."""
        return is_watched() and not self.yes and not self.as_json

    @property
    def decides(self) -> bool:
        """Whether the options give consent, or a place for the outcome, without a terminal."""
        return self.yes or self.as_json or bool(self.html or self.rejects_to)

    @property
    def shows(self) -> bool:
        """Whether a person sees the plan before the writes, on the terminal or on a page."""
        return self.asks or self.html is not None

    @property
    def journal_file(self) -> Path:
        """The path of the journal."""
        return self.journal or config.places().journal

    @property
    def other_journal(self) -> Path | None:
        """The journal for hints; None where it is the usual one."""
        return config.other_journal(self.journal_file)

    def rejects_file(self, stream: str) -> Path:
        """The path of the rejects file."""
        return self.rejects_to or Path(f"{stream}.rejects.jsonl")

    def check_files(self) -> None:
        """Raise WrongUsage before any comparison when a file of this push cannot be written."""
        journals.for_writing(self.journal_file)
        rejects.clear(self.journal_file)
        for path in filter(None, (self.html, self.rejects_to)):
            files.need_folder(path)


@click.command("push")
@row_options
@click.option("--plan", "saved", type=_FILE, help="Apply this saved plan; stop at a record changed since.")
@click.option("--rejects", "again", type=_FILE, help="Try the rejected rows of an earlier push again.")
@click.option("--rejects-to", type=_FILE, help="Where rejected rows go.  [default: NAME.rejects.jsonl]")
@click.option("--journal", type=_FILE, help="The file that records the push, for history and revert.")
@click.option("--html", type=_FILE, help="Also write the plan as a page that opens in any browser.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option(
    "--show", "limit", type=Whole(), default=LISTED, show_default=True, help="How many changes to list."
)
@click.option("--yes", is_flag=True, help="Do not ask anything.")
@click.option("--review", is_flag=True, help="Ask in the browser (the review room), not on the terminal.")
@click.option("--rejects-ok", is_flag=True, help="Exit with 0 also when rows were rejected and kept.")
def command(**given: Any) -> int:  # noqa: ANN401 - the options, as click made them
    """Write rows to Attio, only where something changes.

    On a terminal it shows the plan and asks; elsewhere, and with --yes, it writes without asking.
    """
    options = RunOptions(**{one.name: given.pop(one.name) for one in fields(RunOptions) if one.init})
    choice = RowOptions(**given)
    _check(options, choice)
    connection = workspace.connected()
    options.check_files()
    if options.saved:
        title, plan = options.saved.name, read_plan(options.saved)
        tell_remarks((*plan.remarks, *changed_since(plan.origin)))
    else:
        rows, settings = _wanted(choice, connection, options)
        if not options.review:
            return _status(push(rows, settings, connection, options), options)
        title = f"{settings['stream']} → {settings['target']}"
        plan = compare(rows, settings, connection, options.pace)
    if options.review:
        return reviewed(plan, title=title, journal=options.journal)
    return _status(apply_plan(plan, connection, options), options)


def _check(options: RunOptions, choice: RowOptions) -> None:
    """Raise WrongUsage for options that exclude each other, and for files that cannot be read."""
    if options.saved and (options.again or choice != RowOptions()):
        raise WrongUsage(
            "--plan cannot be combined with options that name rows or settings: the saved plan holds both."
        )
    if options.review and options.decides:
        raise WrongUsage(
            "--review asks in the browser: it cannot be combined with --yes, --json, --html or --rejects-to."
        )
    choice.check_files()


def _wanted(choice: RowOptions, connection: Connection, options: RunOptions) -> tuple[Rows, dict[str, Any]]:
    """The rows, and the settings to write them with."""
    if options.again:
        return rejects.rows_of_rejects(options.again), rejects.settings_of_rejects(options.again, choice)
    rows = read_rows(choice)
    accepts = options.yes or choice.accept_guess
    settings = wizard.complete(choice, rows, connection, wizard.agreement(yes=accepts, asks=options.asks))
    return rows.first(choice.sample), settings


def reviewed(plan: Plan, *, title: str, journal: Path | None) -> int:
    """Show the plan in the review room; returns the decision as an exit code."""
    from attio_sync.ui.review import review  # noqa: PLC0415 -- a web server, for this option alone

    return review(plan, title=title, journal=journal)


def _status(report: Report, options: RunOptions) -> int:
    """Print the outcome; returns the exit code for it."""
    status = tell_outcome(
        report,
        as_json=options.as_json,
        limit=options.limit,
        known=options.shown,
        journal=options.other_journal,
    )
    # A scheduler that takes every code but 0 as a failure would repeat the whole push.
    is_kept = not report.remaining and not report.duplicates
    return DONE if options.rejects_ok and status == DONE_WITH_REJECTS and is_kept else status


def push(rows: Rows, settings: dict[str, Any], connection: Connection, options: RunOptions) -> Report:
    """Write what differs; where a person sees a plan first, write exactly that plan."""
    if options.shows:
        stream = only_stream(destination_config(connection, settings, RunLimits()), rows)
        workspace.writable(connection, stream.kind)
        return apply_plan(compare(rows, settings, connection, options.pace), connection, options)
    path = options.rejects_file(settings["stream"])
    with rejects.fresh(path, options.journal_file) as place:
        parsed = destination_config(connection, settings, _terms(options, place))
        stream = only_stream(parsed, rows)
        workspace.writable(connection, stream.kind)
        ticker = Ticker(remarks())
        with (
            ticker.running("comparing rows with Attio"),
            files.private(),
            Session.open(parsed, total_rows=rows.count) as session,
            told_when_stopped(session, options.other_journal),
        ):
            session.about = RunFacts(approver=author(), mapping=settings)
            report = session.push(
                stream, needed(rows, settings).read(), on_progress=lambda one: tell(ticker, one)
            )
    return rejects.settled(as_read(report, rows, settings), path, settings)


def apply_plan(plan: Plan, connection: Connection, options: RunOptions) -> Report:
    """Write exactly what a plan says, after consent; nothing is held open while a person thinks."""
    streams = [StreamConfig.model_validate(one) for one in plan.streams]
    for one in streams:
        workspace.writable(connection, one.kind)
    _agree(plan, options)
    path = options.rejects_file(streams[0].stream if streams else "plan")
    with rejects.fresh(path, options.journal_file) as place:
        parsed = destination_config(connection, {}, _terms(options, place))
        ticker = Ticker(remarks())
        with (
            ticker.running("looking whether anything moved"),
            files.private(),
            Session.open(parsed, total_rows=plan.counts.rows) as session,
            told_when_stopped(session, options.other_journal),
        ):
            session.about = RunFacts(approver=author(), plan_digest=plan.digest())
            report = session.push_plan(plan, on_progress=lambda one: tell(ticker, one))
    remarked = (*plan.remarks, *changed_since(plan.origin))
    report = replace(report, left_out=plan.left_out, remarks=remarked)
    report = replace(report, skipped=plan.skipped, skipped_cells=len(plan.skipped))
    settings = streams[0].model_dump(mode="json", exclude_defaults=True) if streams else {}
    return rejects.settled(report, path, settings)


@contextmanager
def told_when_stopped(session: Session, journal: Path | None) -> Iterator[None]:
    """Turn a stop into a sentence about what was written and how to go on or undo it."""
    try:
        yield
    except (KeyboardInterrupt, RunStopped) as error:
        run = session.run_id
        look, undo = (hints.command(one, run, journal=journal) for one in ("history", "revert"))
        raise Stopped(
            f"What was written so far is run {run}: look with `{look}`, go on with the same command again, "
            f"or undo it with `{undo}`."
        ) from error


def _terms(options: RunOptions, rejects_to: Path) -> RunLimits:
    return RunLimits(journal=options.journal_file, rejects=rejects_to, pace=options.pace)


def _agree(plan: Plan, options: RunOptions) -> None:
    if options.html:
        files.save(options.html, page.of_plan(plan, by=author(), is_push=True, journal=options.other_journal))
    if not options.asks:
        return
    terminal_tables.show_plan(results(), plan, limit=options.limit)
    options.shown.update(one.row_number for one in listing(plan.changes, "rejected"))
    changes = counted(plan.counts.written, "change")
    if plan.actions and not click.confirm(f"Write {changes} to {plan.workspace_name or 'Attio'}?"):
        raise Stopped("Nothing was written.")


def tell_outcome(
    report: Report,
    *,
    as_json: bool,
    limit: int,
    is_revert: bool = False,
    known: Collection[int | None] = (),
    journal: Path | None = None,
) -> int:
    """Print the outcome; returns its exit code. Rejected rows in `known` were shown before."""
    if as_json:
        click.echo(json.dumps(outcome(report)))
    else:
        terminal_tables.show_report(
            results(), report, limit=limit, is_revert=is_revert, known=known, journal=journal
        )
    if report.stopped_at is not None:
        return FAILED
    is_whole = not (report.counts.rejected or report.remaining or report.duplicates)
    return DONE if is_whole else DONE_WITH_REJECTS
