"""`attio-sync history`: past pushes, or what one of them changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table as Grid

from attio_api.whole_numbers import Whole
from attio_sync import config, dead_runs, journals
from attio_sync.failures import DONE
from attio_sync.option_types import Day
from attio_sync.show import wording
from attio_sync.show.change_table import ChangeTable
from attio_sync.show.terminal import counted, remarks, results
from destination_attio.storage.journal import UNSETTLED, ChangeQuery, Journal

if TYPE_CHECKING:
    from datetime import datetime

    from destination_attio.model.plan import Counts
    from destination_attio.storage.journal import Run

_FILE = click.Path(path_type=Path, dir_okay=False)
_WRITTEN = ChangeQuery(statuses=("written",))
_UNKNOWN = ChangeQuery(statuses=("unknown",))
_AT_ONCE = 1000
_WIDE = 100
"""Terminal columns from which runs are shown as a table; narrower terminals get two lines per run."""


@click.command("history")
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--journal", type=_FILE, help="Another journal than the usual one.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--limit", type=Whole(), default=50, show_default=True, help="How much to list.")
@click.option(
    "--forget-before",
    type=Day(),
    help="Drop runs from before this day (UTC); they cannot be reverted any more.",
)
def command(
    run_id: str | None,
    journal: Path | None,
    *,
    as_json: bool,
    limit: int,
    forget_before: datetime | None,
) -> int:
    """List past pushes and reverts, or what one of them changed, from what to what.

    The journal is a DuckDB file with the tables 'runs' and 'changes', open to any query.
    """
    path = journal or config.places().journal
    if forget_before is not None:
        return _forget(path, forget_before, as_json=as_json)
    if not journal and not path.is_file():
        _runs([], as_json=as_json)
        return DONE
    if trouble := dead_runs.settle(path):
        remarks().print(trouble, markup=False)
    with journals.reading(path) as opened:
        if run_id is None:
            listed = opened.runs(limit)
            _runs([(run, journals.counts(opened, run)) for run in listed], as_json=as_json)
            if (left := opened.count_runs() - len(listed)) > 0 and not as_json:
                click.echo(f"… and {left:,} earlier ones; --limit shows them.")
        else:
            _changes(opened, run_id, limit, as_json=as_json)
    return DONE


def _forget(path: Path, before: datetime, *, as_json: bool) -> int:
    """Remove old runs from a journal; removed runs can be neither read nor reverted any more."""
    with journals.reading(path):
        pass  # a file that is no journal is refused before it is opened for writing
    with Journal.open(path) as opened:
        dropped = opened.forget(f"{before:%Y-%m-%d}T00:00:00+00:00")
    click.echo(json.dumps({"dropped": dropped}) if as_json else f"{counted(dropped, 'run')} dropped.")
    return DONE


def _runs(runs: list[tuple[Run, Counts]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([facts(run, counts) for run, counts in runs]))
        return
    if not runs:
        click.echo("Nothing was pushed yet.")
        return
    console = results()
    if console.width < _WIDE:
        for run, counts in runs:
            did = wording.sentence(counts, done=True, is_revert=run.reverts is not None)
            head = f"{run.run_id}  {wording.moment(run.started_at)}  {journals.status(run)}"
            console.print(f"{head}\n  {_what(run)}: {did}", markup=False)
        return
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("run", "when", "what", "where", "status", "rows"):
        grid.add_column(heading, no_wrap=heading == "run")
    for run, counts in runs:
        did = wording.sentence(counts, done=True, is_revert=run.reverts is not None)
        when = wording.moment(run.started_at)
        grid.add_row(run.run_id, when, _what(run), run.workspace_name or "", journals.status(run), did)
    console.print(grid)


def facts(run: Run, counts: Counts) -> dict[str, object]:
    """A run as JSON."""
    return {
        "run_id": run.run_id,
        "kind": run.kind,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "status": journals.status(run),
        "workspace": run.workspace_name,
        "target": run.target,
        "reverts": run.reverts,
        "counts": counts.to_json(),
    }


def _changes(journal: Journal, run_id: str, limit: int, *, as_json: bool) -> None:
    run = journal.run(run_id)
    counts = journals.counts(journal, run)
    if as_json:
        _print_json(journal, run, counts)
        return
    console = results()
    console.print(f"{_what(run)} on {wording.moment(run.started_at)}, {journals.status(run)}: ", end="")
    console.print(wording.sentence(counts, done=True, is_revert=run.reverts is not None))
    written = journal.page(run.run_id, _WRITTEN, limit=limit)
    if written:
        console.print(ChangeTable(one.change for one in written))
    if (left := journal.count(run.run_id, _WRITTEN) - len(written)) > 0:
        click.echo(f"… and {left:,} more; --limit or --json shows them.")
    if lost := journal.count(run.run_id, ChangeQuery(statuses=UNSETTLED)):
        click.echo(
            f"The outcome of {counted(lost, 'more change')} is unknown, since the run broke off or an answer "
            "was lost. The next history, push or revert that reaches Attio looks again."
        )
    for one in journal.page(run.run_id, _UNKNOWN, limit=limit):
        if one.change.reason:
            click.echo(f"{one.change.target}: {one.change.reason}")


def _print_json(journal: Journal, run: Run, counts: Counts) -> None:
    """Print a run and all its changes as one document, while they are read."""
    click.echo(json.dumps(facts(run, counts))[:-1] + ', "changes": [', nl=False)
    after, before = 0, ""
    while page := journal.page(run.run_id, after=after, limit=_AT_ONCE):
        for one in page:
            listed = one.change.to_json() | {"status": one.status, "at": one.at}
            click.echo(before + json.dumps(listed), nl=False)
            before = ", "
        after = page[-1].change_no
    click.echo("]}")


def _what(run: Run) -> str:
    return f"revert of {run.reverts}" if run.reverts else f"{run.kind} to {run.target}"
