"""The writer and its journal: noted before, settled after, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attio_api.errors import BadToken, InvalidValue
from destination_attio.engine.journal_writer import JournalWriter
from destination_attio.engine.outcome import Image, Outcome
from destination_attio.engine.signals import RunStopped, Stop
from destination_attio.engine.writer import Writer
from destination_attio.model.plan import Change, FieldChange
from destination_attio.rows.operation import Operation, operation
from destination_attio.storage.journal import Journal, JournalError, Settlement
from unit_tests.destination_attio.samples import NAME, RUN

NOW = "2026-01-01T00:00:00+00:00"


class Gateway:
    """Answers writes as told, by the name in the payload."""

    def __init__(self, answers: dict[str, Exception]) -> None:
        self.answers, self.asked = answers, list[str]()

    def create(self, values: dict[str, Any], parent: object) -> dict[str, Any]:
        """Answer, or fail."""
        self.asked.append(values["name"])
        if values["name"] in self.answers:
            raise self.answers[values["name"]]
        return {"id": values["name"]}


def making(name: str) -> Operation:
    """A record to be made."""
    change = Change(
        kind="create",
        stream="s",
        target="companies",
        key={"name": name},
        fields=(FieldChange(attribute="name", before=None, after=name),),
    )
    return operation(change, {"name": NAME})


def image(outcome: Outcome) -> Image:
    """What Attio would hold afterwards."""
    name = outcome.operation.payload["name"]
    return Image(record_id=f"id-{name}", after={"name": name})


def written(journal: Journal, gateway: Gateway, names: list[str], stop: Stop | None = None) -> list[Outcome]:
    """Make the writes."""
    with ThreadPoolExecutor(4) as pool:
        writer = Writer(pool, JournalWriter(journal, "r1", lambda: NOW), image, stop or Stop())
        return writer.write(gateway, [making(name) for name in names], lambda _: None)  # type: ignore[arg-type]  # a stand-in with the one call in use


def test_every_write_is_noted_and_settled(tmp_path: Path) -> None:
    """Written, refused: the journal says which, with the record's id and what it holds."""
    with Journal.open(tmp_path / "j.duckdb") as journal:
        journal.begin(RUN)
        failed = written(journal, Gateway({"b": InvalidValue("No.")}), ["a", "b", "c"])
        changes = journal.changes("r1")

    assert ["b"] == [one.operation.payload["name"] for one in failed]
    assert ["written", "rejected", "written"] == [one.status for one in changes]
    assert ["id-a", None, "id-c"] == [one.change.record_id for one in changes]


def test_what_stops_the_run_leaves_nothing_unsaid(tmp_path: Path) -> None:
    """When one call ends the run, calls in flight end and those never made are noted as such."""
    names = [f"n{number}" for number in range(300)]
    with Journal.open(tmp_path / "j.duckdb") as journal:
        journal.begin(RUN)
        gateway = Gateway({"n5": BadToken(status=401)})
        with pytest.raises(BadToken):
            written(journal, gateway, names)
        statuses = [one.status for one in journal.changes("r1")]

    assert {"written", "not_applied"} == set(statuses)
    assert len(gateway.asked) - 1 == statuses.count("written")


def test_a_stop_is_looked_at_between_writes(tmp_path: Path) -> None:
    """Once somebody asks, no further write is made, those in flight are noted, and the stop is raised."""
    stop = Stop()

    class Stopping(Gateway):
        def create(self, values: dict[str, Any], parent: object) -> dict[str, Any]:
            if values["name"] == "n40":
                stop.ask()
            return super().create(values, parent)

    gateway = Stopping({})
    with Journal.open(tmp_path / "j.duckdb") as journal:
        journal.begin(RUN)
        with pytest.raises(RunStopped):
            written(journal, gateway, [f"n{number}" for number in range(300)], stop)
        statuses = [one.status for one in journal.changes("r1")]

    assert 41 <= len(gateway.asked) < 150
    assert statuses.count("written") == len(gateway.asked)
    assert {"written", "not_applied"} == set(statuses)


def test_unsettled_changes_are_found_again(tmp_path: Path) -> None:
    """What a dead run announced is listed until it is settled."""
    path = tmp_path / "j.duckdb"
    with Journal.open(path) as journal:
        journal.begin(RUN)
        journal.intend("r1", [(1, making("a").change), (2, making("b").change)], NOW)
        journal.settle("r1", [Settlement(change_no=1, status="written", record_id="x")])
    with Journal.open(path) as journal:
        open_ones = [(run_id, one.change_no) for run_id, one in journal.unsettled()]
        journal.abandon(NOW)
        journal.settle("r1", [Settlement(change_no=2, status="not_applied")])

        assert [("r1", 2)] == open_ones
        assert ("failed", []) == (journal.runs()[0].status, journal.unsettled())


def test_runs_are_named_by_an_unmistakable_beginning(tmp_path: Path) -> None:
    """A run is found by the start of its id, and nothing is guessed."""
    with Journal.open(tmp_path / "j.duckdb") as journal:
        for name in ("2026-a1", "2026-b2"):
            journal.begin(replace(RUN, run_id=name))

        assert "2026-a1" == journal.run("2026-a").run_id
        for unclear in ("2026", "2027"):
            with pytest.raises(JournalError, match=r"no run|more than one"):
                journal.run(unclear)


def test_what_is_no_journal_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A missing file and a file of another kind are one sentence each."""
    other = tmp_path / "other.duckdb"
    other.write_text("this is not a database, and it is long enough to be looked at" * 100)
    with pytest.raises(JournalError, match="There is no journal"):
        Journal.open(tmp_path / "missing.duckdb", read_only=True)
    with pytest.raises(JournalError, match="journal"):
        Journal.open(other)
