"""Shows plans, reports and past runs on a terminal.

What is in them is the destination's business, the page for the browser is `page`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from attio_sync import wording
from attio_sync.terminal import counted
from destination_attio.plan import ACTIONS, listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
_WITHOUT_FIELDS: tuple[Kind, ...] = ("rejected", "superseded")
_ROOM_FOR_KEY = 40
_ROOM_FOR_VALUE = 60


def show_plan(console: Console, plan: Plan, *, limit: int) -> None:
    """What a push would do: a sentence, then the changes one by one."""
    console.print(Text(f"Plan for {plan.workspace_name or 'Attio'}: ", "bold") + _tally(plan))
    console.print()
    told = [change for change in plan.changes if change.kind in ACTIONS]
    listed = sorted(told, key=lambda change: ACTIONS.index(change.kind))
    if listed:
        console.print(changes(listed[:limit]))
    else:
        console.print(Text("Nothing would be written.", "dim"))
    _more(console, len(listed) - limit)
    for kind in _WITHOUT_FIELDS:
        show_refused(console, kind.capitalize(), listing(plan.changes, kind), limit=limit)


def _tally(plan: Plan) -> Text:
    text = Text()
    for number, (fate, count, words) in enumerate(wording.fates(plan.counts, done=False)):
        text.append(", " if number else "").append(f"{count:,} {words}", STYLES[fate])
    return text or Text("no rows")


def _more(console: Console, left: int) -> None:
    if left > 0:
        console.print(Text(f"… and {left:,} more; --limit or --json shows them.", "dim"))


def changes(some: Iterable[Change]) -> Grid:
    """One line a field: which record, which attribute, what it holds and what it shall hold."""
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    for heading in ("", "record", "attribute", "before", "", "after"):
        grid.add_column(heading, overflow="fold")
    for change in some:
        style = STYLES[change.kind]
        sign = Text(wording.SIGNS[change.kind], f"bold {style}")
        name = Text(wording.shortened(wording.key(change), _ROOM_FOR_KEY), style)
        for number, field in enumerate(change.fields):
            grid.add_row(*((sign, name) if number == 0 else ("", "")), *_field(field))
        if not change.fields:
            grid.add_row(sign, name, Text(change.kind, style))
    return grid


def show_refused(console: Console, title: str, some: Sequence[Change], *, limit: int) -> None:
    """Rows that were left out, each with its reason and what to do."""
    if not some:
        return
    console.print()
    console.print(Text(f"{title}: {len(some):,}", "bold"))
    for change in some[:limit]:
        style = STYLES[change.kind]
        sign = Text(f"{wording.SIGNS[change.kind]}  ", f"bold {style}")
        name = Text(wording.shortened(wording.key(change), _ROOM_FOR_KEY), style)
        console.print(sign + name + Text(f"  {change.attribute}" if change.attribute else ""))
        console.print(Padding(Text(wording.reason(change)), (0, 0, 0, 3), expand=False))
    _more(console, len(some) - limit)


def _field(field: FieldChange) -> tuple[Text, Text, Text, Text]:
    before, after = (
        wording.shortened(wording.value(one), _ROOM_FOR_VALUE) for one in (field.before, field.after)
    )
    return Text(field.attribute), Text(before, "red"), Text("→", "dim"), Text(after, "green")


def show_report(console: Console, report: Report, *, limit: int) -> None:
    """What a push or a revert did, and how to look into it or undo it."""
    counts = report.counts
    console.print(Text(wording.sentence(counts, done=True).capitalize() + ".", "bold"))
    pace = f"{counted(report.reads, 'read')} and {counted(report.writes, 'write')} in {report.seconds:.1f} s"
    console.print(Text(pace + ".", "dim"))
    for title, some in (
        ("Rejected", report.rejected),
        ("Changed by others meanwhile, left alone", report.conflicts),
        ("Answered differently by Attio", report.dropped),
    ):
        show_refused(console, title, some, limit=limit)
    if report.stopped_at is not None:
        show_refused(console, "Stopped before", (report.stopped_at,), limit=limit)
    for line in _next_steps(report):
        console.print(line, soft_wrap=True, markup=False)


def _next_steps(report: Report) -> Iterator[str]:
    if report.rejects_path and report.rejected:
        again = f"attio-sync push --rejects {report.rejects_path}"
        yield f"Rejected rows: {report.rejects_path} (again: {again})"
    if report.counts.written:
        yield f"Run {report.run_id} (undo: attio-sync revert {report.run_id})"
