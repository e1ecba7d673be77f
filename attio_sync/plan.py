"""`attio-sync plan`: show what a push would do; writes nothing to Attio."""

from __future__ import annotations

import getpass
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from attio_api.whole_numbers import Whole
from attio_sync import files, hints, wizard, workspace
from attio_sync.failures import DONE, DONE_WITH_REJECTS, WrongUsage
from attio_sync.push_options import (
    RowOptions,
    RunLimits,
    destination_config,
    needed,
    only_stream,
    row_options,
)
from attio_sync.show import page, terminal_tables, wording
from attio_sync.show.terminal import Ticker, counted, is_watched, remarks, results
from destination_attio.model.plan import PlanError, listing
from destination_attio.session import Session
from destination_attio.storage import plan_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attio_sync.config import Connection
    from attio_sync.rows.rows import Rows
    from destination_attio.model.plan import Plan, Progress, Report

    Outcome = TypeVar("Outcome", Plan, Report)

_FILE = click.Path(path_type=Path, dir_okay=False)
LISTED = 50


@click.command("plan")
@row_options
@click.option("--out", "--plan", "out", type=_FILE, help="Save the plan, for 'attio-sync push --plan FILE'.")
@click.option("--html", type=_FILE, help="Also write it as a page that opens in any browser.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole plan as JSON.")
@click.option(
    "--show", "limit", type=Whole(), default=LISTED, show_default=True, help="How many changes to list."
)
@click.option("--yes", is_flag=True, help="Take the guessed mapping without asking.")
def command(
    *,
    out: Path | None,
    html: Path | None,
    as_json: bool,
    limit: int,
    yes: bool,
    pace: float | None,
    **row: Any,  # noqa: ANN401 - the options of row_options, as click made them
) -> int:
    """Show what a push would change: which records, which fields, from what to what. Writes nothing."""
    for path in filter(None, (out, html)):
        files.need_folder(path)
    choice = RowOptions(**row)
    asks = is_watched() and not as_json
    plan = make_plan(choice, wizard.agreement(yes=yes or choice.accept_guess, asks=asks), pace)
    if out:
        with files.whole(out, is_private=True) as part:
            plan_file.write_plan(plan, part)
    if html:
        files.save(html, page.of_plan(plan, by=author(), saved=out))
    if as_json:
        click.echo(json.dumps(plan.to_json(), indent=1))
    else:
        terminal_tables.show_plan(results(), plan, limit=limit)
        _tell_where(out, html)
    return DONE_WITH_REJECTS if plan.counts.rejected else DONE


def make_plan(choice: RowOptions, agreement: wizard.Agreement, pace: float | None) -> Plan:
    """Read the rows, agree on a mapping, and compare them with Attio."""
    choice.check_files()
    connection = workspace.connected()
    rows = read_rows(choice)
    settings = wizard.complete(choice, rows, connection, agreement)
    return compare(rows.first(choice.sample), settings, connection, pace)


def read_rows(choice: RowOptions) -> Rows:
    """The rows that the options name; shows how far the file is read, and tells how it was read."""
    with Ticker(remarks()).hearing(f"reading {choice.source or choice.database}") as on_read:
        rows = choice.rows(on_read)
    tell_remarks(rows.remarks)
    return rows


def tell_remarks(sentences: Iterable[str]) -> None:
    """Print how the file was read: its encoding, and lines that are not rows."""
    for one in sentences:
        remarks().print(one, markup=False)


def compare(rows: Rows, settings: dict[str, Any], connection: Connection, pace: float | None) -> Plan:
    """The plan of pushing these rows."""
    parsed = destination_config(connection, settings, RunLimits(pace=pace))
    stream = only_stream(parsed, rows)
    ticker = Ticker(remarks())
    with ticker.running("comparing rows with Attio"), Session.open(parsed, total_rows=rows.count) as session:
        plan = session.plan(
            stream, needed(rows, settings).read(), on_progress=lambda progress: tell(ticker, progress)
        )
        return completed(session, plan, rows, settings)


def completed(session: Session, plan: Plan, rows: Rows, settings: Mapping[str, Any]) -> Plan:
    """The plan with how its rows were read, the file they come from, and what Attio deletes besides.

    What Attio deletes and empties is looked up for the first of the records that the plan deletes.
    """
    gone = session.goes_with(listing(plan.changes, "delete"), wording.MOST_LOOKED_AT)
    return replace(as_read(plan, rows, settings), origin=rows.origin, goes_with={**gone})


def as_read(found: Outcome, rows: Rows, settings: Mapping[str, Any]) -> Outcome:
    """A plan or report with how the rows were read: the file's remarks, and the columns left out."""
    return replace(found, remarks=rows.remarks, left_out=tuple(settings.get("left_out", ())))


def read_plan(path: Path) -> Plan:
    """Read a saved plan."""
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.")
    try:
        return plan_file.read_plan(path)
    except PlanError as error:
        raise WrongUsage(f"{path}: {error}") from error


def tell(ticker: Ticker, progress: Progress) -> None:
    """Show the progress of a plan or push."""
    verb = {"reading": "compared", "writing": "done"}[progress.stage]
    of = f" of {progress.total:,}" if progress.total is not None else ""
    written = f", {counted(progress.counts.written, 'change')}" if progress.counts.written else ""
    ticker.tell(f"{progress.rows:,}{of} rows {verb}{written}", done=progress.rows, total=progress.total)


def author() -> str | None:
    """The name of this machine's user, for the plan; None where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None


def _tell_where(out: Path | None, html: Path | None) -> None:
    if out:
        click.echo(f"Saved: {out} (apply exactly this: {hints.command('push', '--plan', out)})")
    if html:
        click.echo(f"Page: {html}")
