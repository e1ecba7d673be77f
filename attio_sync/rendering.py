"""Shows plans, reports and past runs on a terminal.

What is in them is the destination's business, the page for the browser is `page`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table as Grid
from rich.text import Text

from attio_sync import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from destination_attio.plan import Change, FieldChange, Kind, Plan, Report

STYLES: dict[Kind, str] = {
    "create": "green",
    "update": "yellow",
    "delete": "red",
    "rejected": "magenta",
    "superseded": "dim",
    "unchanged": "dim",
}
_ROOM_FOR_KEY = 40
_ROOM_FOR_VALUE = 60


def show_plan(console: Console, plan: Plan, *, limit: int) -> None:
    """What a push would do: a sentence, then the changes one by one."""
    console.print(Text(f"Plan for {plan.workspace_name or 'Attio'}: ", "bold"), end="")
    console.print(_tally(plan))
    console.print(changes(plan.changes[:limit]) if plan.changes else Text("Nothing would be written.", "dim"))
    left = len(plan.changes) - limit
    if left > 0:
        console.print(Text(f"… and {left:,} more; --limit, --json or --html shows them.", "dim"))


def _tally(plan: Plan) -> Text:
    text = Text()
    for number, (fate, count, words) in enumerate(wording.fates(plan.counts, done=False)):
        text.append(", " if number else "").append(f"{count:,} {words}", STYLES[fate])
    return text or Text("no rows")


def changes(some: Iterable[Change]) -> Grid:
    """One line a field: which record, which attribute, what it holds and what it shall hold."""
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    for heading in ("", "record", "attribute", "before", "", "after"):
        grid.add_column(heading, overflow="fold")
    for change in some:
        _add(grid, change)
    return grid


def _add(grid: Grid, change: Change) -> None:
    style = STYLES[change.kind]
    sign = Text(wording.SIGNS[change.kind], f"bold {style}")
    name = Text(wording.shortened(wording.key(change), _ROOM_FOR_KEY), style)
    if change.reason or not change.fields:
        grid.add_row(sign, name, change.attribute or "", Text(wording.reason(change) or change.kind, style))
        return
    for number, field in enumerate(change.fields):
        first = (sign, name) if number == 0 else ("", "")
        grid.add_row(*first, *_field(field))


def _field(field: FieldChange) -> tuple[Text, Text, Text, Text]:
    before, after = (
        wording.shortened(wording.value(one), _ROOM_FOR_VALUE) for one in (field.before, field.after)
    )
    return Text(field.attribute), Text(before, "red"), Text("→", "dim"), Text(after, "green")


def show_report(console: Console, report: Report, *, limit: int) -> None:
    """What a push or a revert did, and how to look into it or undo it."""
    counts = report.counts
    console.print(Text(wording.sentence(counts, done=True).capitalize() + ".", "bold"))
    pace = f"{report.reads:,} reads and {report.writes:,} writes in {report.seconds:.1f} s"
    console.print(Text(pace + ".", "dim"))
    for title, some in (
        ("Rejected", report.rejected),
        ("Changed by others meanwhile, left alone", report.conflicts),
        ("Answered differently by Attio", report.dropped),
    ):
        if some:
            console.print(Text(f"{title}: {len(some):,}", "bold"))
            console.print(changes(some[:limit]))
    if report.stopped_at is not None:
        console.print(Text("Stopped: this record changed since the plan was made.", "bold red"))
        console.print(changes([report.stopped_at]))
    if report.rejects_path and report.rejected:
        console.print(
            f"Rejected rows: {report.rejects_path} (again: attio-sync push --rejects {report.rejects_path})"
        )
    if counts.written:
        console.print(f"Run {report.run_id} (undo: attio-sync revert {report.run_id})")
