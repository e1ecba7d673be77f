"""Writes that wait are decided again right before they go out, by what Attio holds then."""

from __future__ import annotations

import pytest

from integration_tests.destination.office import ROWS, Office


@pytest.fixture
def office() -> Office:
    return Office()


def test_creations_are_looked_up_again_before_they_go_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody makes while earlier writes of a batch go out is found, not asserted over."""
    monkeypatch.setattr("destination_attio.engine.push.FRESH_FOR", 3)
    office.before_write(2, lambda: office.company(5, name="His words"))
    report = office.push(ROWS, "companies", match="domains", mode="create")

    assert (5, 1) == (report.counts.create, report.counts.rejected)
    assert "exists already" in str(report.rejected[0].reason)


@pytest.mark.parametrize("made", [1, 2])
def test_a_mirror_keeps_what_a_colleague_made_of_its_rows(
    office: Office, monkeypatch: pytest.MonkeyPatch, made: int
) -> None:
    """Records that the source has are no absent ones, though somebody else made them during the run."""
    monkeypatch.setattr("destination_attio.engine.push.FRESH_FOR", 3)
    theirs: list[str] = []

    def act() -> None:
        for values in [{"code": "5", "label": "L5"}, {"label": "L5"}][:made]:
            one = office.theirs("POST", "/v2/objects/things/records", {"data": {"values": values}})
            theirs.append(one["id"]["record_id"])

    office.before_write(2, act)
    rows = [{"label": f"L{one}", "code": str(one)} for one in range(6)]
    report = office.push(rows, "things", match="label", mode="mirror", max_delete_percent=100)

    assert set(theirs) <= set(office.all("things"))
    assert (0, made - 1) == (report.counts.mirrored, report.counts.rejected)
