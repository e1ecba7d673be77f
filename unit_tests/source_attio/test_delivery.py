"""What goes out besides rows: marks that destinations act on, states in time, no U+0000."""

import json
import logging
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from airbyte_cdk.models import (
    Type,
)

from attio_api.errors import UnknownObject
from unit_tests.source_attio.engine_bench import bench, edit
from unit_tests.source_attio.harness import SMALL, Bench, Row


@pytest.mark.parametrize("kept", [False, True])
def test_a_deleted_row_says_so_to_airbytes_destinations(kept: bool) -> None:
    """They drop rows whose `_ab_cdc_deleted_at` is not null; with `mark` no row has that column."""
    made = bench(3, deleted_rows="mark" if kept else "remove")
    made.sync(["companies"])
    gone = next(iter(made.tables["companies"]))
    made.api("DELETE", f"/v2/objects/companies/records/{gone}")
    (mark,) = made.sync(["companies"])

    assert mark["_deleted"]
    assert kept == ("_ab_cdc_deleted_at" not in mark)
    assert kept or mark["_ab_cdc_deleted_at"] == mark["_changed_at"]
    assert not any("_ab_cdc_deleted_at" in row for row in made.living("companies").values())


FINAL_TABLE = """
    with ranked as (
        select *, row_number() over (
            partition by record_id order by _changed_at desc nulls last, _airbyte_extracted_at desc
        ) as place
        from raw
    )
    select data from ranked where place = 1 and _ab_cdc_deleted_at is null
"""
"""How Airbyte's typing and deduplicating destinations make a table: by key, cursor and time of extraction."""


def final_table(rows: list[Row]) -> dict[str, Row]:
    """What the SQL of such a destination makes of all rows that it ever received, in their order."""
    with duckdb.connect() as warehouse:
        warehouse.execute(
            "create table raw (record_id text, _changed_at timestamp_ns, _ab_cdc_deleted_at text,"
            " _airbyte_extracted_at bigint, data text)"
        )
        facts = [
            (row["record_id"], row["_changed_at"], row.get("_ab_cdc_deleted_at"), number, json.dumps(row))
            for number, row in enumerate(rows)
        ]
        warehouse.executemany("insert into raw values (?, ?, ?, ?, ?)", facts)
        found = [json.loads(data) for (data,) in warehouse.execute(FINAL_TABLE).fetchall()]
    return {row["record_id"]: {**row, "_changed_at": None} for row in found}


def test_the_sql_of_a_deduplicating_destination_gives_the_table_of_a_full_refresh() -> None:
    """Whole rows: after edits, cleared values, deletions, a merge and a sync that was killed."""
    made = bench(20)
    received = made.sync(["companies"])
    ids = list(made.tables["companies"])
    for record_id in ids[:7]:
        made.api("DELETE", f"/v2/objects/companies/records/{record_id}")
    edit(made, ids[8], name="New", description="Text")
    received += made.sync(["companies"], killed_after=4)
    pair = {"primary_record_id": ids[9], "secondary_record_id": ids[10]}
    made.api("POST", "/v2/objects/companies/records/merge", {"data": pair})
    edit(made, ids[8], name="Newer", description=[])
    edit(made, ids[11], name=[])
    received += made.sync(["companies"])
    refreshed = Bench(made.emulator, refresh=True)

    assert final_table(received) == final_table(refreshed.sync(["companies"]))
    assert len(received) > 20


@pytest.mark.parametrize("text", ["a\0b", "\0", r"\u0000", "\\\0"])
def test_no_text_holds_u_0000(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """Postgres cannot store it: it is taken out, which is said, and what only looks like it stays."""
    made = bench()
    for where in ("name", "description"):
        made.api("POST", "/v2/objects/companies/records", {"data": {"values": {where: text}}})
    rows = made.sync(["companies"])
    wanted = text.replace("\0", "") or ""

    assert {wanted} == {row.get("name", row.get("description")) for row in rows}
    assert ("\0" in text) == any("U+0000" in each.message for each in caplog.records)
    assert [] == made.sync(["companies"])


@pytest.mark.parametrize("budget", [8, 0.002, 0.0001])
@pytest.mark.parametrize("stream", ["comments", "attribute_values_history", "companies"])
def test_a_long_stream_tells_its_state_in_time(stream: str, budget: float) -> None:
    """Whatever is remembered, also when nothing has changed; and a kill after it costs no row."""
    made = remarked(40, state_budget_mb=budget, include_comments=True)
    made.limits = replace(SMALL, seconds_a_checkpoint=0.0)
    made.sync([stream])
    rows = dict(made.tables.get(stream, {}))
    states = [each for each in made.messages([stream]) if each.type is Type.STATE]
    assert len(states) >= 5
    made.tables = {}
    made.states = {}
    for count in (7, 9, 12, None):
        made.sync([stream], killed_after=count)

    assert rows.keys() == made.tables.get(stream, {}).keys()


def remarked(companies: int, **config: Any) -> Bench:
    """Companies with an attribute whose history is wanted."""
    made = bench(history_attributes=["companies.remark"], **config)
    remark = {"title": "Remark", "api_slug": "remark", "type": "text", "description": None, "config": {}}
    flags = dict.fromkeys(("is_required", "is_unique", "is_multiselect"), False)
    made.api("POST", "/v2/objects/companies/attributes", {"data": remark | flags})
    for number in range(companies):
        values = {"remark": f"Remark {number}"}
        made.api("POST", "/v2/objects/companies/records", {"data": {"values": values}})
    return made


def test_a_filter_for_what_is_not_there_is_an_error_of_its_own() -> None:
    """What it was meant for came unfiltered; a filter for an object that is not read changes nothing."""
    wanted = [{"target": name, "filter": '{"name": "A"}'} for name in ("companys", "deals")]
    made = bench(3, objects=["companies"], filters=wanted)
    failures: dict[str, Exception] = {}
    told = list(made.messages(["companies"], failures=failures))

    assert 3 == sum(each.record is not None for each in told)
    assert ["companys"] == list(failures)
    assert any(each.trace and each.trace.error and "'companys'" in each.trace.error.message for each in told)


def test_a_name_that_is_wrong_is_held_against_those_that_are_there() -> None:
    """Where there is no list at all, the sentence says so."""
    made = bench(1, lists=["sales"])
    failures: dict[str, Exception] = {}
    list(made.messages(["companies"], failures=failures))

    assert "there are: none." in str(getattr(failures["sales"], "remedy", ""))


def test_what_the_settings_name_and_is_gone_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    """The streams of what is there are read; the missing object is an error of its own."""
    made = remarked(3, objects=["companies", "ghosts"])
    made.config["history_attributes"] = ["companies.gone", "companies.remark"]
    failures: dict[str, Exception] = {}
    with caplog.at_level(logging.WARNING):
        told = list(made.messages(["companies", "attribute_values_history"], failures=failures))
    rows = [each.record.stream for each in told if each.record]

    assert {"companies": 3, "attribute_values_history": 3} == {name: rows.count(name) for name in set(rows)}
    assert {"ghosts", "attribute_values_history"} == set(failures)
    assert all(isinstance(each, UnknownObject) for each in failures.values())
    assert any(each.trace and each.trace.error and "ghosts" in each.trace.error.message for each in told)
