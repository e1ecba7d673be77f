"""The outcome of a run as JSON."""

from __future__ import annotations

from dataclasses import fields

from attio_sync.show.outcome import outcome
from destination_attio.model.plan import Counts, Report


def test_every_fact_of_a_report_is_in_its_json() -> None:
    """A program that reads it sees what the terminal shows."""
    report = Report(run_id="r1", counts=Counts(), seconds=1.23456)
    told = outcome(report)

    assert {one.name for one in fields(Report)} == {*told}
    assert 1.235 == told["seconds"]
    assert 0 == told["counts"]["rows"]
