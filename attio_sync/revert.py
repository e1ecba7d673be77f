"""`attio-sync revert`: undo a push wherever Attio still holds what it wrote; shown first, like a push."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from attio_api.whole_numbers import Whole
from attio_sync import config, files, journals, workspace
from attio_sync.failures import DONE, DONE_WITH_REJECTS, Stopped
from attio_sync.option_types import Rate
from attio_sync.plan import LISTED, author, tell
from attio_sync.push import tell_outcome, told_when_stopped
from attio_sync.push_options import RunLimits, destination_config
from attio_sync.show import page, terminal_tables, wording
from attio_sync.show.terminal import Ticker, is_watched, remarks, results
from destination_attio.session import RunFacts, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from destination_attio.model.plan import Counts, Plan, Progress
    from destination_attio.storage.journal import Run

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Undoing:
    """The run to undo, and the options for it."""

    run: Run
    counts: Counts
    journal: Path
    only: tuple[str, ...]
    pace: float | None

    @property
    def question(self) -> str:
        """The question to a person before anything is written."""
        did = wording.sentence(self.counts, done=True, is_revert=self.run.reverts is not None)
        return f"Undo the {self.run.kind} of {wording.moment(self.run.started_at)} ({did})?"

    @property
    def other_journal(self) -> Path | None:
        """The journal for hints; None where it is the usual one."""
        return config.other_journal(self.journal)

    @contextmanager
    def session(self, doing: str) -> Iterator[tuple[Session, Ticker]]:
        """An open session, and the ticker that shows its progress."""
        parsed = destination_config(
            workspace.connected(), {}, RunLimits(journal=self.journal, pace=self.pace)
        )
        ticker = Ticker(remarks())
        with (
            ticker.running(doing),
            files.private(),
            Session.open(parsed, total_rows=self.counts.written) as session,
            told_when_stopped(session, self.other_journal),
        ):
            yield session, ticker


@click.command("revert")
@click.argument("run_id", metavar="RUN")
@click.option(
    "--only",
    multiple=True,
    metavar="WHAT",
    help="An attribute (in records that the push changed), a record id, or create|update|delete.",
)
@click.option("--plan", "is_plan", is_flag=True, help="Show what would be undone, and write nothing.")
@click.option("--journal", type=_FILE, help="Another journal than the usual one.")
@click.option("--html", type=_FILE, help="Also write the plan as a page that opens in any browser.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan or the outcome as JSON.")
@click.option(
    "--show",
    "--limit",
    "limit",
    type=Whole(),
    default=LISTED,
    show_default=True,
    help="How many changes to list.",
)
@click.option(
    "--requests-per-second", "pace", type=Rate(), help="Most requests a second, to leave room for others."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(  # noqa: PLR0913 -- one for each option
    run_id: str,
    only: tuple[str, ...],
    journal: Path | None,
    html: Path | None,
    *,
    is_plan: bool,
    as_json: bool,
    limit: int,
    pace: float | None,
    yes: bool,
) -> int:
    """Undo a push wherever Attio still holds what it wrote.

    It lists and leaves alone what somebody else has changed or added to meanwhile. On a terminal it shows the
    plan first, and asks. The revert is itself a run in the history.
    """
    path = journal or config.places().journal
    with journals.reading(path) as opened:
        run = opened.run(run_id)
        undoing = _Undoing(run=run, counts=journals.counts(opened, run), journal=path, only=only, pace=pace)
    asks = is_watched() and not yes and not as_json
    if is_plan or html or asks:
        plan = _planned(undoing)
        if html:
            files.save(html, page.of_plan(plan, by=author()))
        if is_plan:
            return _tell(plan, as_json=as_json, limit=limit)
        if asks:
            terminal_tables.show_plan(results(), plan, limit=limit)
            if not click.confirm(undoing.question):
                raise Stopped("Nothing was undone.")
    with undoing.session("looking what Attio holds now") as (session, ticker):
        session.about = RunFacts(approver=author())
        report = session.revert(run.run_id, only=only, on_progress=lambda one: tell(ticker, one))
    return tell_outcome(report, as_json=as_json, limit=limit, is_revert=True, journal=undoing.other_journal)


def _planned(undoing: _Undoing) -> Plan:
    with undoing.session("looking what Attio holds now") as (session, ticker):

        def on_progress(progress: Progress) -> None:
            tell(ticker, progress)

        return session.plan_revert(undoing.run.run_id, only=undoing.only, on_progress=on_progress)


def _tell(plan: Plan, *, as_json: bool, limit: int) -> int:
    if as_json:
        click.echo(json.dumps(plan.to_json(), indent=1))
    else:
        terminal_tables.show_plan(results(), plan, limit=limit)
    return DONE_WITH_REJECTS if plan.counts.rejected else DONE
