"""`attio-sync revert`: undo a push wherever Attio still holds what it wrote."""

from __future__ import annotations

from pathlib import Path

import click

from attio_sync import config, files, journals, workspace
from attio_sync.failures import Stopped
from attio_sync.plan import LISTED, tell
from attio_sync.push import tell_outcome, told_when_stopped
from attio_sync.push_options import Terms, destination_config
from attio_sync.show import wording
from attio_sync.show.terminal import Ticker, is_watched, remarks
from destination_attio.session import Session

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("revert")
@click.argument("run_id", metavar="RUN")
@click.option(
    "--only", multiple=True, metavar="WHAT", help="An attribute, a record id, or create|update|delete."
)
@click.option("--journal", type=_FILE, help="Another journal than the usual one.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option("--limit", default=LISTED, show_default=True, help="How many conflicts to list.")
@click.option("--requests-per-second", "pace", type=float, help="Leave room for other programs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(  # noqa: PLR0913 -- one for each option
    run_id: str,
    only: tuple[str, ...],
    journal: Path | None,
    *,
    as_json: bool,
    limit: int,
    pace: float | None,
    yes: bool,
) -> int:
    """Undo a push wherever Attio still holds what it wrote.

    What somebody else changed meanwhile is listed and left alone. The revert is itself a run in the history.
    """
    path = journal or config.places().journal
    with journals.reading(path) as opened:
        run = opened.run(run_id)
        counts = journals.counts(opened, run)
    did = wording.sentence(counts, done=True, is_revert=run.reverts is not None)
    question = f"Undo the {run.kind} of {wording.moment(run.started_at)} ({did})?"
    if is_watched() and not yes and not as_json and not click.confirm(question):
        raise Stopped("Nothing was undone.")
    parsed = destination_config(workspace.connected(), {}, Terms(journal=path, pace=pace))
    ticker = Ticker(remarks())
    with (
        ticker.running("looking what Attio holds now"),
        files.private(),
        Session.open(parsed, total_rows=counts.written) as session,
        told_when_stopped(session),
    ):
        report = session.revert(run.run_id, only=only, on_progress=lambda one: tell(ticker, one))
    return tell_outcome(report, as_json=as_json, limit=limit, is_revert=True)
