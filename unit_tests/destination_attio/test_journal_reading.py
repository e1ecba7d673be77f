"""The journal page by page, narrowed, backwards, and without its old runs."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from destination_attio.model.plan import Change, Counts, FieldChange
from destination_attio.storage.journal import ChangeQuery, Journal, JournalError, Run, RunFacts, Settlement
from unit_tests.destination_attio.samples import RUN

NOW = "2026-05-01T00:00:00+00:00"


def run(run_id: str, started_at: str = NOW) -> Run:
    about = RunFacts(approver="ada", plan_digest="d", mapping={"stream": "s"})
    return replace(RUN, run_id=run_id, started_at=started_at, about=about)


def change(number: int) -> Change:
    slug = "name" if number % 2 else "tier"
    return Change(
        kind="create" if number < 700 else "update",
        stream="s",
        target="companies",
        key={"domains": [f"d{number}.example.com"]},
        record_id=f"r{number}",
        fields=(FieldChange(attribute=slug, before=None, after=f"v{number}"),),
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A run of 1,200 changes, all but the last written."""
    opened = Journal.open(tmp_path / "j.duckdb")
    opened.begin(run("r1"))
    opened.intend("r1", [(number, change(number)) for number in range(1, 1201)], NOW)
    opened.settle("r1", [Settlement(change_no=number, status="written") for number in range(1, 1200)])
    return opened


def test_changes_come_page_by_page_and_backwards(journal: Journal) -> None:
    """Each once, in their order or the other way round; narrowed by what they are and hold."""
    written = ChangeQuery(statuses=("written",))
    first = journal.page("r1", limit=500)
    rest = journal.page("r1", after=first[-1].change_no, limit=1000)

    assert list(range(1, 1201)) == [one.change_no for one in (*first, *rest)]
    assert list(range(1199, 0, -1)) == [one.change_no for one in journal.backwards("r1", written)]
    assert 1199 == journal.count("r1", written)
    assert {("create", "written"): 699, ("update", "written"): 500, ("update", "intended"): 1} == (
        journal.statuses("r1")
    )
    assert ["r77"] == [one.change.record_id for one in journal.page("r1", ChangeQuery(text="D77.EXAMPLE"))]
    assert 600 == journal.count("r1", ChangeQuery(attribute="tier"))
    assert 501 == journal.count("r1", ChangeQuery(only=("update",)))
    assert ["r5"] == [one.change.record_id for one in journal.backwards("r1", ChangeQuery(only=("r5",)))]
    assert {"update"} == {one.change.kind for one in journal.backwards("r1", ChangeQuery(only=("tier",)))}
    unknown = "85086c55-532e-4137-9ad0-c3b029cc7c33"
    assert (True, False) == (
        journal.has("r1", ChangeQuery(only=("tier",))),
        journal.has("r1", ChangeQuery(only=(unknown,))),
    )
    assert ["r1"] == [one.run_id for one in journal.record("r9")]


def test_the_changes_of_one_record_come_page_by_page(journal: Journal) -> None:
    """Each once, the newest first, with the number of all of them; another record's are not among them."""
    later = "2026-05-02T00:00:00+00:00"
    journal.begin(run("r2", later))
    journal.intend("r2", [(number, change(9)) for number in range(1, 121)], later)
    pages = [journal.record("r9", at=at) for at in (0, 50, 100, 150)]

    assert 121 == journal.count_record("r9")
    assert [50, 50, 21, 0] == [len(one) for one in pages]
    assert [*(("r2", number) for number in range(120, 0, -1)), ("r1", 9)] == [
        (one.run_id, one.change_no) for page in pages for one in page
    ]
    assert 0 == journal.count_record("unknown")


def test_who_approved_what_is_kept(journal: Journal) -> None:
    """Approver, digest and mapping come back with the run."""
    assert run("r1").about == journal.run("r1").about


def test_old_runs_are_forgotten(journal: Journal) -> None:
    """Runs before a day go with their changes; the others stay."""
    journal.finish("r1", "done", Counts(create=1), NOW)
    journal.begin(run("r2", "2026-06-01T00:00:00+00:00"))

    assert 0 == journal.forget("2026-05-01T00:00:00+00:00")
    assert 1 == journal.forget("2026-05-02T00:00:00+00:00")
    assert ["r2"] == [one.run_id for one in journal.runs()]
    assert [] == journal.runs(0)
    assert [] == journal.changes("r1")


def test_a_journal_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    """Columns that it lacks are empty; opened for writing it gets them."""
    path = tmp_path / "old.duckdb"
    with Journal.open(path) as opened:
        opened.begin(run("r1"))
        opened.intend("r1", [(1, change(1))], NOW)
    with duckdb.connect(str(path)) as db:
        for column in ("approver", "plan_digest", "mapping", "attributes"):
            db.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        for column in ("name", "web_url", "beside"):
            db.execute(f"ALTER TABLE changes DROP COLUMN {column}")
    with Journal.open(path, read_only=True) as opened:
        assert (RunFacts(), ["r1"]) == (
            opened.run("r1").about,
            [one.change.record_id for one in opened.changes("r1")],
        )
    with Journal.open(path) as opened:
        opened.begin(run("r2"))
        assert "ada" == opened.run("r2").about.approver


def test_another_workspace_tells_nothing_about_a_dead_run(journal: Journal) -> None:
    """Its announced change stays open, and its run unended, until its own workspace is asked."""
    journal.abandon(NOW, "another")

    assert ([], []) == (journal.unsettled("another"), journal.dead_runs("another"))
    assert [("r1", 1200)] == [(run_id, one.change_no) for run_id, one in journal.unsettled("w")]
    assert ["r1"] == journal.dead_runs("w")


@pytest.mark.parametrize("edit", ["before='[1]'", "kind='odd'", "key='7', kind='odd'", "after='\"secret\"'"])
def test_a_change_that_no_run_writes_is_named_by_its_number(journal: Journal, edit: str) -> None:
    """A journal that was edited by hand is no unexpected error, and none of its values is told."""
    journal._db.execute(f"UPDATE changes SET {edit} WHERE change_no=9")  # noqa: S608, SLF001 (edited by hand)
    with pytest.raises(JournalError, match="change 9 of run r1") as caught:
        journal.changes("r1")

    assert "secret" not in caught.value.message
