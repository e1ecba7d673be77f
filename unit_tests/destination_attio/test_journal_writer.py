"""What a run journals of its writes."""

from pathlib import Path

from destination_attio.engine.journal_writer import JournalWriter
from destination_attio.model.plan import Change
from destination_attio.rows.operation import Operation
from destination_attio.storage.journal import Journal, Settlement
from unit_tests.destination_attio.samples import RUN

NOW, ATTIOS = "2026-01-01T00:00:00+00:00", "2026-01-01T09:00:00.000000000Z"
MAKING = Operation(change=Change(kind="create", stream="s", target="companies"), verb="create")


def test_changes_are_numbered_through_a_run(tmp_path: Path) -> None:
    """With the time by Attio's clock; the next run begins anew."""
    with Journal.open(tmp_path / "j.duckdb") as journal:
        journal.begin(RUN)
        writer = JournalWriter(journal, "r1", lambda: NOW, lambda: ATTIOS)
        numbers = writer.intend([MAKING, MAKING]) + writer.intend([MAKING])
        writer.settle([Settlement(change_no=2, status="written", record_id="r")])
        changes = journal.changes("r1")
        writer.renew("r2")

        assert [1, 2, 3] == numbers == [one.change_no for one in changes]
        assert ["intended", "written", "intended"] == [one.status for one in changes]
        assert {ATTIOS} == {one.asked_at for one in changes}
        assert {"r"} == set(writer.touched(["r", "x"]))
        assert [1] == writer.intend([MAKING])


def test_without_a_journal_changes_are_numbered_all_the_same() -> None:
    """And nothing is known of earlier runs."""
    writer = JournalWriter(None, "r1", lambda: NOW)

    assert [[1], [2]] == [writer.intend([MAKING]), writer.intend([MAKING])]
    assert not writer.touched(["r"])
