"""`destination-attio` as the Airbyte platform drives it: raw lines in, raw lines out."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from destination_attio.airbyte.commands import main
from integration_tests.destination_lines import (
    Line,
    company,
    complete,
    configured,
    described,
    failure,
    logged,
    record,
    state,
    states,
    write,
)

if TYPE_CHECKING:
    from integration_tests.destination_desk import Desk


def test_state_comes_back_raw_with_what_became_of_its_rows(desk: Desk) -> None:
    """A state keeps its id and all it came with, and says how many of its rows were stored or rejected."""
    lines = [record(company(1)), record({"name": "no key"}), state(7), record(company(2)), state(8)]
    status, said = write(desk, lines)
    first, second = states(said)

    assert 0 == status
    assert (7, {"kept": True}) == (first["id"], first["unknown"])
    assert {"recordCount": 1.0, "rejectedRecordCount": 1.0} == first["destinationStats"]
    assert {"recordCount": 1.0} == second["destinationStats"]


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    kinds=st.lists(st.sampled_from(["a", "b", "bad", "state-a", "state-b"]), max_size=25),
    batch=st.integers(1, 7),
)
def test_any_interleaving_keeps_the_contract(desk: Desk, kinds: list[str], batch: int) -> None:
    """However rows and states are mixed: each state comes out once, in order, with counts that add up."""
    desk.attio.reset()
    lines: list[Line] = []
    for number, kind in enumerate(kinds):
        if kind.startswith("state"):
            lines.append(state(number, "companies" if kind.endswith("a") else "people"))
        elif kind == "b":
            lines.append(record({"email_addresses": f"p{number}@example.org", "name": "P"}, "people"))
        else:
            lines.append(record(company(number) if kind == "a" else {"name": "no key"}))
    status, said = write(desk, lines, configured(), configured("people"), batch_rows=batch)
    counted = [sum(each["destinationStats"].values()) for each in states(said)]
    since = {"companies": 0, "people": 0}
    wanted = []
    for line in lines:
        if line["type"] == "RECORD":
            since[line["record"]["stream"]] += 1
        else:
            name = line["state"]["stream"]["stream_descriptor"]["name"]
            wanted.append(since[name])
            since[name] = 0

    assert 0 == status
    assert [one["state"]["id"] for one in lines if one["type"] == "STATE"] == [
        one["id"] for one in states(said)
    ]
    assert wanted == counted


def test_no_state_passes_rows_that_could_not_be_stored(desk: Desk) -> None:
    """When writing fails, states before the failure are out and none after it, and the failure is a trace."""
    lines = [record(company(1)), state(1), record(company(2)), state(2)]
    desk.attio.fault("status", method="PUT", path="/v2/objects/companies/records", status=401)
    status, said = write(desk, lines, batch_rows=1)

    assert (1, [1]) == (status, [one["id"] for one in states(said)])
    assert "config_error" == failure(said)["failure_type"]


def test_activation_names_object_and_matching_keys(desk: Desk) -> None:
    """With `destination_object_name` the operation decides on object, mode and keys."""
    people = configured("crm_contacts", destination_object_name="people", primary_key=[["email_addresses"]])
    rows = [record({"email_addresses": "ada@example.org", "name": "Ada"}, "crm_contacts")]
    write(desk, rows, people)
    update_only = {**people, "destination_sync_mode": "update"}
    late = [record({"email_addresses": "new@example.org", "name": "New"}, "crm_contacts"), *rows]
    _, said = write(desk, late, update_only)
    write(desk, rows, {**people, "destination_sync_mode": "soft_delete"})

    assert any("1 unchanged" in one["log"]["message"] for one in said if one["type"] == "LOG")
    assert [] == desk.values("people", "name")


def test_mirror_finishes_only_when_the_source_was_read_to_its_end(desk: Desk) -> None:
    """Nothing is deleted without COMPLETE or the last state of a full refresh."""
    streams = [{"stream": "companies", "mode": "mirror", "max_delete_percent": 100}]
    write(desk, [record(company(1)), record(company(2))])
    write(desk, [record(company(1))], streams=streams)
    kept = desk.values("companies", "name")
    write(desk, [record(company(1)), complete()], streams=streams)
    one_left = desk.values("companies", "name")
    write(desk, [record(company(3)), state(1, __ab_no_cursor_state_message=True)], streams=streams)

    assert ([["C 1"], ["C 2"]], [["C 1"]], [["C 3"]]) == (kept, one_left, desk.values("companies", "name"))


def test_mirror_says_what_it_had_to_leave(desk: Desk) -> None:
    """A deletion that Attio refuses is a warning in the sync's log."""
    streams = [{"stream": "companies", "mode": "mirror", "max_delete_percent": 100}]
    write(desk, [record(company(1)), record(company(2))])
    desk.attio.fault("status", method="DELETE", path="/v2/objects/companies/records/*", status=400, count=1)
    _, said = write(desk, [record(company(1)), complete()], streams=streams)
    warned = [one["log"]["message"] for one in said if one["type"] == "LOG" and one["log"]["level"] == "WARN"]

    assert any("1 of what left the source could not be deleted or marked" in one for one in warned)


def test_overwrite_deletes_nothing_by_itself(desk: Desk) -> None:
    """Airbyte's `overwrite` is an upsert: a CRM holds more than one source knows of."""
    write(desk, [record(company(1))])
    write(desk, [record(company(2)), complete()], configured(mode="overwrite"))

    assert [["C 1"], ["C 2"]] == desk.values("companies", "name")


def test_streams_are_written_in_the_order_of_their_references(desk: Desk) -> None:
    """People that arrive before their companies find them, in one run."""
    fields = [
        {"column": "email", "attribute": "email_addresses"},
        {"column": "company", "attribute": "company", "reference": "domains"},
    ]
    streams = [{"stream": "people", "target": "people", "fields": fields}]
    lines = [record({"email": "ada@example.org", "company": "c1.example.com"}, "people"), record(company(1))]
    status, _ = write(desk, lines, configured("people"), configured(), streams=streams)

    assert (0, 1) == (status, len(desk.values("people", "company")[0]))


def test_too_many_rejected_rows_fail_the_sync(desk: Desk) -> None:
    """Above `max_rejected_percent` the sync fails, after the states of what was stored."""
    status, said = write(desk, [record(company(1)), record({"name": "x"}), state(1)], max_rejected_percent=10)

    assert (1, 1) == (status, len(states(said)))
    assert "1 of 2 rows were rejected" in failure(said)["message"]


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"credentials": {"access_token": "0" * 64}}, "does not accept the access token"),
        ({"streams": [{"stream": "companies", "target": "unicorns"}]}, "no object 'unicorns'"),
        ({"streams": [{"stream": "companies", "match": "nothing"}]}, "no attribute 'nothing'"),
        ({"streams": [{"stream": "companies", "mode": "sideways"}]}, "`streams.0.mode` is wrong"),
    ],
)
def test_wrong_settings_are_one_sentence(desk: Desk, config: Line, sentence: str) -> None:
    """Every wrong setting ends the run with a config error that names it."""
    status, said = write(desk, [record(company(1))], **config)

    assert 1 == status
    assert sentence in failure(said)["message"]
    assert "config_error" == failure(said)["failure_type"]


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"stream": "strangers"}, "of 'strangers' without a namespace, which the catalog"),
        ({"stream": "companies", "namespace": "crm"}, "of 'companies' in the namespace 'crm', which"),
    ],
)
def test_unknown_stream_in_the_input_is_an_error(desk: Desk, named: Line, sentence: str) -> None:
    """A record of a stream that the catalog does not know, or not in its namespace, stops the run."""
    stranger = record(company(1))
    stranger["record"] |= named
    status, said = write(desk, [stranger])

    assert 1 == status
    assert sentence in failure(said)["message"]
    assert [] == desk.values("companies", "name")


def test_a_stream_that_the_catalog_has_twice_is_an_error(desk: Desk) -> None:
    """Its rows would all go the way of the second one."""
    status, said = write(desk, [record(company(1)), state(1)], configured(), configured(mode="update"))

    assert (1, []) == (status, states(said))
    assert "The catalog has the stream 'companies' twice" in failure(said)["message"]
    assert [] == desk.values("companies", "name")


@pytest.mark.parametrize("key", ["domains", ["domains"], [[]], [[5]], {"domains": 1}, 5])
def test_a_primary_key_that_is_none_is_an_error(desk: Desk, key: Any) -> None:
    """What is no list of paths is not left out: rows would be matched by something else."""
    status, said = write(desk, [record(company(1)), state(1)], configured(primary_key=key))

    assert (1, [], "config_error") == (status, states(said), failure(said)["failure_type"])
    assert "The primary key of the stream 'companies' is no list of paths" in failure(said)["message"]


def test_a_part_of_a_primary_key_matches_nothing(desk: Desk) -> None:
    """A key that lies partly inside a column is not used, rather than by what is left of it."""
    desk.push([{**company(1), "name": "Kept"}])
    stream = configured(primary_key=[["name"], ["address", "city"]])
    status, _ = write(desk, [record(company(2, name="Kept"))], stream)

    assert (0, [["Kept"], ["Kept"]]) == (status, desk.values("companies", "name"))


def test_secrets_stay_out_of_all_that_is_printed(desk: Desk) -> None:
    """Neither the token nor a row's content is printed when things go wrong."""
    lines = [record({"name": "TOPSECRET-ROW", "domains": "TOPSECRET ROW"}), state(1)]
    _, said = write(desk, lines, streams=[{"stream": "companies"}])
    logged = json.dumps([one for one in said if one["type"] in {"LOG", "TRACE"}])

    assert "TOPSECRET" not in logged
    assert desk.attio.token not in logged


def test_discover_offers_operations_with_matching_keys(desk: Desk) -> None:
    """Every object and list is offered with the sync modes and keys it supports."""
    desk.list_of("sales", "companies")
    (desk.folder / "config.json").write_text(json.dumps(desk.config()))
    out = io.BytesIO()
    status = main(["discover", "--config", str(desk.folder / "config.json")], out, io.BytesIO())
    catalog = json.loads(out.getvalue())["destination_catalog"]
    found = {(one["object_name"], one["sync_mode"]): one for one in catalog["operations"]}

    assert 0 == status
    assert [["domains"]] == found["companies", "append_dedup"]["matching_keys"]
    assert [["record_id"], ["email_addresses"]] == found["people", "update"]["matching_keys"]
    assert [["parent_record"]] == found["lists/sales", "append_dedup"]["matching_keys"]
    assert {"notes", "tasks"} <= {name for name, mode in found if mode == "append"}
    assert "record_id" not in found["companies", "append"]["json_schema"]["properties"]


def test_columns_and_settings_that_do_nothing_are_told(desk: Desk) -> None:
    """Columns without an attribute, configured columns without a source, and settings without a stream."""
    streams = [
        {
            "stream": "people",
            "match": "email_addresses",
            "delete_when": "gone",
            "fields": [{"column": "email", "attribute": "email_addresses"}],
        },
        {"stream": "compamies"},
    ]
    catalog = [described("domains", "Domains", "nmae", "_deleted"), described("mail", name="people")]
    _, said = write(desk, [record(company(1))], *catalog, streams=streams)

    assert "the columns 'domains', 'Domains' all go to 'domains'; the last one counts" in logged(said)
    assert "no writable attribute for 'nmae', so" in logged(said)
    assert "the source has no column 'email', 'gone', which" in logged(said)
    assert "'compamies' do nothing" in logged(said)
