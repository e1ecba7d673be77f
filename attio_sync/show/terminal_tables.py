"""Shows plans, reports and past runs on a terminal.

The destination decides their content; `page` makes the page for the browser.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from attio_sync import hints
from attio_sync.show import wording
from attio_sync.show.change_table import ROOM_FOR_KEY, STYLES, ChangeTable, told_field
from attio_sync.show.terminal import counted
from destination_attio.model.change import OTHER_DATA
from destination_attio.model.plan import ACTIONS, listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from attio_api.wire import JsonObject
    from destination_attio.model.plan import Change, Kind, Plan, Report
    from destination_attio.model.skipped import Skipped

_WITHOUT_FIELDS: tuple[Kind, ...] = ("rejected", "superseded")
_NAMED = 10


def show_plan(console: Console, plan: Plan, *, limit: int) -> None:
    """Show what a push would do: a sentence, then the changes one by one."""
    console.print(Text(f"Plan for {plan.workspace_name or 'Attio'}: ", "bold") + _counts_line(plan))
    console.print()
    kinds = [listing(plan.changes, kind) for kind in ACTIONS]
    listed = list(islice((change for some in kinds for change in some), limit))
    if listed:
        console.print(ChangeTable(listed))
    else:
        console.print(Text("Nothing would be written.", "dim"))
    _more(console, sum(len(some) for some in kinds) - len(listed))
    _show_consequences(console, plan, limit=limit)
    if plan.reverts:
        show_conflicts(console, listing(plan.changes, "rejected"), limit=limit)
        return
    for kind in _WITHOUT_FIELDS:
        show_refused(console, kind.capitalize(), listing(plan.changes, kind), limit=limit)
    show_skipped(console, plan.skipped, len(plan.skipped), limit=limit)
    show_left_out(console, plan.left_out)


def _show_consequences(console: Console, plan: Plan, *, limit: int) -> None:
    """Show what Attio deletes along with records, as far as it was looked up."""
    deleted = listing(plan.changes, "delete")
    if not deleted or plan.reverts:
        return
    console.print()
    console.print(Text(wording.deletes(len(deleted)), "red"))
    for change in islice(deleted, limit):
        if said := plan.goes_with.get(str(change.record_id)):
            name = wording.shortened(wording.key(change), ROOM_FOR_KEY)
            console.print(Text("-  ", "bold red") + Text(name, "red") + Text(f"  {said}"))


def _counts_line(plan: Plan) -> Text:
    text = Text()
    for number, (fate, count, words) in enumerate(wording.fates(plan.counts, done=False)):
        told = wording.of_revert(fate, words) if plan.reverts else words
        text.append(", " if number else "").append(f"{count:,} {told}", STYLES[fate])
    return text or Text("nothing to undo" if plan.reverts else "no rows")


def _more(console: Console, left: int) -> None:
    if left > 0:
        console.print(Text(f"… and {left:,} more; --show or --json shows them.", "dim"))


def show_refused(console: Console, title: str, some: Sequence[Change], *, limit: int) -> None:
    """Show rows that were rejected, with reason and remedy; a reason of many rows is shown once.

    A superseded row that says something else stands alone, beside what the row says that counts.
    """
    if not some:
        return
    console.print()
    console.print(Text(f"{title}: {len(some):,}", "bold"))
    groups: dict[tuple[str | int | None, ...], list[Change]] = {}
    for change in some:
        alone = change.row_number if change.kind == "superseded" and change.fields else None
        groups.setdefault((change.attribute, change.reason, change.remedy, alone), []).append(change)
    for group in list(groups.values())[:limit]:
        _refused(console, group)
    _more(console, sum(len(group) for group in list(groups.values())[limit:]))


def _refused(console: Console, group: Sequence[Change]) -> None:
    change, count = group[0], len(group)
    style = STYLES[change.kind]
    sign = Text(f"{wording.SIGNS[change.kind]}  ", f"bold {style}")
    who = wording.shortened(wording.key(change), ROOM_FOR_KEY) if count == 1 else counted(count, "row")
    about = f"  {change.attribute}" if change.attribute else ""
    held = f"  {wording.cell(change.value)}" if count == 1 and change.value is not None else ""
    console.print(sign + Text(who, style) + Text(about) + Text(held, "dim"))
    why = wording.reason(change if count == 1 else replace(change, row_number=None))
    console.print(Padding(Text(why), (0, 0, 0, 3), expand=False))
    if change.attio_says:
        said = f"Attio says: {wording.visible(change.attio_says)}"
        console.print(Padding(Text(said, "dim"), (0, 0, 0, 3), expand=False))
    if count > 1:
        names = [_named(one) for one in group[:_NAMED]]
        more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
        console.print(Padding(Text(", ".join(names) + more, "dim"), (0, 0, 0, 3), expand=False))
    elif change.kind == "superseded":
        _side_by_side(console, change, "this row", "the row that counts")


def _named(change: Change) -> str:
    """The row's name, and the value for which it was rejected."""
    held = f" ({wording.cell(change.value)})" if change.value is not None else ""
    return wording.shortened(wording.key(change), ROOM_FOR_KEY) + held


def show_skipped(console: Console, some: Sequence[Skipped], count: int, *, limit: int) -> None:
    """Show cells that are not written although their row is: row, column, value and reason."""
    if not count:
        return
    console.print()
    console.print(Text(f"Cells left out of their rows: {count:,}", "bold"))
    for one in some[:limit]:
        where = f"row {one.row_number}  {one.column or one.attribute}"
        console.print(
            Text("·  ", "bold dim")
            + Text(wording.visible(where))
            + Text(f"  {wording.cell(one.value)}", "dim")
        )
        console.print(Padding(Text(one.reason), (0, 0, 0, 3), expand=False))
    _more(console, count - len(some[:limit]))


def show_left_out(console: Console, columns: Sequence[JsonObject]) -> None:
    """Show columns that go nowhere, each with its reason."""
    if columns:
        told = "; ".join(f"{one['column']} ({one['reason']})" for one in columns)
        console.print()
        console.print(Text("Columns left out: ", "bold") + Text(wording.visible(told)))


def show_conflicts(console: Console, some: Sequence[Change], *, limit: int) -> None:
    """Show what a revert left alone: the value that the run wrote, the one Attio holds, and the remedy."""
    if not some:
        return
    console.print()
    console.print(Text(f"Left alone: {len(some):,}", "bold"))
    for change in islice(some, limit):
        name = wording.shortened(wording.key(change), ROOM_FOR_KEY)
        console.print(
            Text("!  ", "bold magenta") + Text(name, "magenta") + Text(f"  {_where(change)}", "dim")
        )
        console.print(Padding(Text(wording.visible(change.reason or "")), (0, 0, 0, 3), expand=False))
        _side_by_side(console, change, "the run wrote", "Attio holds now")
    _more(console, len(some) - limit)
    console.print("These are for a person to decide: change them in Attio where the old values are wanted.")


def _side_by_side(console: Console, change: Change, left: str, right: str) -> None:
    """The change's values under two headings; nothing where it has none."""
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("attribute", left, right):
        grid.add_column(heading, overflow="fold")
    for field in filter(wording.says_something, change.fields):
        attribute, one, _, other = told_field(field)
        grid.add_row(attribute, one, other)
    if grid.row_count:
        console.print(Padding(grid, (0, 0, 0, 3), expand=False))


def _where(change: Change) -> str:
    return f"{change.target} {change.record_id}" if change.record_id else change.target


def show_report(
    console: Console,
    report: Report,
    *,
    limit: int,
    is_revert: bool = False,
    known: Collection[int | None] = (),
    journal: Path | None = None,
) -> None:
    """Show what a push or revert did, and how to undo it; `known` rejected rows were shown before.

    `journal` is the run's; None means this user's usual one.
    """
    counts = report.counts
    did = wording.sentence(counts, done=True, is_revert=is_revert)
    console.print(Text(did[:1].upper() + did[1:] + ".", "bold"))
    pace = f"{counted(report.reads, 'read')} and {counted(report.writes, 'write')} in {report.seconds:.1f} s"
    console.print(Text(pace + ".", "dim"))
    fresh = [change for change in report.rejected if change.row_number not in known]
    show_refused(console, "Rejected", fresh, limit=limit)
    lost = [one for one in report.superseded if one.code == OTHER_DATA]
    show_refused(console, "Superseded by a later row with other data", lost, limit=limit)
    show_skipped(console, report.skipped, report.skipped_cells, limit=limit)
    show_left_out(console, report.left_out)
    show_conflicts(console, report.conflicts, limit=limit)
    show_refused(
        console, "Left in Attio, though the source no longer has them", report.remaining, limit=limit
    )
    show_refused(console, "Answered differently by Attio", report.dropped, limit=limit)
    show_refused(console, "Made by somebody else meanwhile", report.met, limit=limit)
    show_refused(console, "Put back as somebody else had written it", report.overwritten, limit=limit)
    show_refused(console, "There are two of these now", report.duplicates, limit=limit)
    _show_moved(console, report)
    if is_revert and counts.create:
        console.print(wording.NOT_MADE_AGAIN, soft_wrap=True, markup=False)
    for line in _next_steps(report, journal):
        console.print(line, soft_wrap=True, markup=False)


def _show_moved(console: Console, report: Report) -> None:
    """What is not as it was when the plan was made."""
    for told in report.renamed:
        console.print(Text("Renamed since the plan was made: ", "bold") + Text(wording.visible(told)))
    if report.stopped_at is not None:
        _show_stop(console, report.stopped_at)


def _show_stop(console: Console, change: Change) -> None:
    """What has moved since the plan was made, so that nothing from there on was written."""
    show_refused(console, "Stopped before", (change,), limit=1)
    _side_by_side(console, change, "the plan saw", "Attio holds now")


def _next_steps(report: Report, journal: Path | None) -> Iterator[str]:
    if report.rejects_path and report.rejected:
        again = hints.command("push", "--rejects", report.rejects_path, journal=journal)
        yield f"Rejected rows: {report.rejects_path} (again: {again})"
    if report.counts.written:
        yield f"Run {report.run_id} (undo: {hints.command('revert', report.run_id, journal=journal)})"
