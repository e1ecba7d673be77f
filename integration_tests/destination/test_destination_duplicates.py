"""Where Attio keeps no key unique, a run tells which of its records somebody has made as well."""

from __future__ import annotations

from typing import Any

import pytest

from integration_tests.destination.office import Office


@pytest.fixture
def office() -> Office:
    return Office()


def test_two_of_one_key_are_told(office: Office) -> None:
    """Where Attio keeps no key unique, a run says which of its records somebody has made as well."""
    theirs: list[Any] = []
    body = {"data": {"values": {"code": "x", "label": "L1"}}}
    office.before_write(
        1, lambda: theirs.append(office.theirs("POST", "/v2/objects/things/records", body)["id"]["record_id"])
    )
    rows = [{"label": "L1", "code": "a"}, {"label": "L2", "code": "b"}]
    report = office.push(rows, "things", match="label")

    assert 1 == len(report.duplicates)
    told = f"{report.duplicates[0].reason} {report.duplicates[0].remedy}"
    assert theirs[0] in told
    assert str(report.duplicates[0].record_id) in told
    assert "merge" in told.lower()


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_stub_that_a_colleague_makes_as_well_is_told(office: Office, *, is_saved: bool) -> None:
    """A stub's key is the value that rows refer by; where Attio keeps it not unique, both ids are told."""
    to_things = {"config": {"record_reference": {"allowed_objects": ["things"]}}}
    office.attribute("objects/things", "owner", "record-reference", **to_things)
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "of", "attribute": "owner", "reference": "label"},
    ]
    given = {"match": "code", "fields": fields, "on_missing_reference": "create_stub"}
    rows = [{"code": "a", "of": "L1"}, {"code": "b", "of": "L2"}]
    plan = office.plan(rows, "things", **given)
    theirs: list[Any] = []
    body = {"data": {"values": {"code": "x", "label": "L1"}}}
    office.before_write(
        1, lambda: theirs.append(office.theirs("POST", "/v2/objects/things/records", body)["id"]["record_id"])
    )
    report = office.apply(plan) if is_saved else office.push(rows, "things", **given)

    assert [{"label": "L1"}] == [one.key for one in report.duplicates]
    assert theirs[0] in str(report.duplicates[0].reason)
