from __future__ import annotations

import io
import shlex
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from attio_sync.show.terminal_tables import show_plan, show_report
from destination_attio.model.plan import Change, Counts, FieldChange, Kind, Plan, Report


def change(kind: Kind, **more: object) -> Change:
    return Change(kind=kind, stream="s", target="companies", key={"domains": ["a.com"]}, **more)  # type: ignore[arg-type]  # members of Change


def seen(
    plan: Plan | None = None,
    report: Report | None = None,
    limit: int = 50,
    *,
    is_revert: bool = False,
    journal: Path | None = None,
) -> str:
    console = Console(file=io.StringIO(), width=120, highlight=False)
    if plan:
        show_plan(console, plan, limit=limit)
    if report:
        show_report(console, report, limit=limit, is_revert=is_revert, journal=journal)
    text = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


UPDATE = change("update", fields=(FieldChange(attribute="tier", before="B", after="A"),))


def test_a_plan_shows_each_field_from_what_to_what() -> None:
    """Sign, record, attribute, before and after, one line a field."""
    text = seen(Plan(changes=(UPDATE,), unchanged=7, workspace_name="Globex"))

    assert "Plan for Globex: 1 to update, 7 unchanged" in text
    assert "~ a.com tier B → A" in text


def test_a_long_plan_is_cut_and_says_so() -> None:
    """What is not listed is counted."""
    text = seen(Plan(changes=(UPDATE,) * 5), limit=2)

    assert "… and 3 more" in text
    assert 2 == text.count("tier")


def test_refused_rows_come_with_reason_and_remedy() -> None:
    """A person can act on what is shown."""
    refused = change("rejected", row_number=3, attribute="tier", reason="No such title.", remedy="Create it.")
    text = seen(Plan(changes=(refused,)))

    assert "Nothing would be written." in text
    assert "! a.com tier\nrow 3: No such title. Create it." in text


def test_a_row_without_a_key_is_called_by_its_number_once() -> None:
    """A row whose key is missing or wrong has no other name."""
    refused = replace(change("rejected", row_number=2, attribute="domains", reason="It has none."), key={})
    text = seen(Plan(changes=(refused,)))

    assert "! row 2 domains\nIt has none." in text
    assert 1 == text.count("row 2")


def test_brackets_in_values_are_not_markup() -> None:
    """A value that looks like the terminal library's markup is shown as it is."""
    field = FieldChange(attribute="note", before=None, after="[bold]x[/bold]")

    assert "[bold]x[/bold]" in seen(Plan(changes=(change("create", fields=(field,)),)))


def test_a_report_says_what_happened_and_how_to_undo_it() -> None:
    """Counts, cost, rejected rows with their file, and the command that reverts."""
    report = Report(
        run_id="20260101-1",
        counts=Counts(create=1, rejected=1),
        rejected=(change("rejected", reason="No.", attio_says="Not so."),),
        rejects_path="r.jsonl",
        reads=5,
        writes=1,
    )
    text = seen(report=report)

    assert "1 created, 1 rejected." in text
    assert "No.\nAttio says: Not so." in text
    assert "5 reads and 1 write in" in text
    assert "attio-sync push --rejects r.jsonl" in text
    assert "attio-sync revert 20260101-1" in text


def test_commands_to_copy_name_the_journal_of_the_run() -> None:
    """They find the run also where it was journaled elsewhere than usual."""
    other = Path("our own/journal.duckdb")
    report = Report(
        run_id="20260101-1",
        counts=Counts(create=1, rejected=1),
        rejected=(change("rejected", reason="No."),),
        rejects_path="r.jsonl",
    )
    text = seen(report=report, journal=other)

    for words in (["push", "--rejects", "r.jsonl"], ["revert", "20260101-1"]):
        assert shlex.join(["attio-sync", *words, "--journal", str(other)]) + ")" in text
    assert "--journal" not in seen(report=report)


def test_conflicts_of_a_revert_are_listed() -> None:
    """What somebody else changed is named and said to be left alone."""
    moved = FieldChange(attribute="tier", before="A", after="C")
    conflict = change("update", record_id="r1", reason="Changed since.", fields=(moved,))
    text = seen(report=Report(run_id="r", counts=Counts(rejected=1), conflicts=(conflict,)))

    assert "Left alone: 1\n! a.com companies r1\nChanged since." in text
    assert "attribute the run wrote Attio holds now\ntier A C" in text


def test_what_was_renamed_since_the_plan_was_made_is_named() -> None:
    """Both slugs stand there, so that whoever has approved the old one finds the value."""
    told = "'label' is called 'remark' by now."
    text = seen(report=Report(run_id="r", counts=Counts(create=1), renamed=(told,)))

    assert f"Renamed since the plan was made: {told}" in text


def test_a_reason_that_many_rows_share_is_told_once() -> None:
    """The rows are counted, the first are named."""
    refused = tuple(
        change("rejected", row_number=n, attribute="tier", reason="No.", remedy="Mend it.")
        for n in range(1, 31)
    )
    text = seen(Plan(changes=refused))

    assert 1 == text.count("No. Mend it.")
    assert "! 30 rows tier\nNo. Mend it.\na.com, a.com" in text
    assert "and 20 more" in text


def test_no_value_steers_the_terminal() -> None:
    """Control characters and turned directions become signs; what surrounds them stays as it was."""
    field = FieldChange(attribute="note", before="a\x1b[31mred\x07", after="\u202eevil")
    text = seen(Plan(changes=(change("update", fields=(field,)),)))

    assert "a\ufffd[31mred\ufffd → \ufffdevil" in text


def test_a_revert_of_deletions_says_what_it_cannot_bring_back() -> None:
    """Records that are made again lack what Attio itself had taken away with them."""
    made, changed = (Report(run_id="r", counts=Counts(**{kind: 1})) for kind in ("create", "update"))

    assert "under a new id" in seen(report=made, is_revert=True)
    assert "under a new id" not in seen(report=changed, is_revert=True) + seen(report=made)


def test_the_name_of_an_attribute_is_never_broken_between_lines() -> None:
    """Also in a narrow terminal beside long values: it is what somebody copies."""
    console = Console(file=io.StringIO(), width=76)
    fields = (
        FieldChange(attribute="funding_raised_usd", before="x" * 90, after="y" * 90),
        FieldChange(attribute="last_calendar_interaction", before=None, after="z" * 90),
    )
    named = replace(change("update", fields=fields), key={"domains": "a-long-domain-of-somebody.example.com"})
    show_plan(console, Plan(changes=(named,)), limit=5)
    printed = console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO

    assert "funding_raised_usd" in printed
    assert "last_calendar_interaction" in printed
    assert 76 >= max(map(len, printed.splitlines()))
