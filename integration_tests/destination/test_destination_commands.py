"""`destination-attio` as the Airbyte platform drives it: raw lines in, raw lines out."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.airbyte.commands import main, read_json
from integration_tests.destination.lines import (
    Line,
    company,
    complete,
    configured,
    failure,
    record,
    state,
    states,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

    from integration_tests.destination.desk import Desk


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
    """What is not a list of paths is not left out: rows would be matched by something else."""
    status, said = write(desk, [record(company(1)), state(1)], configured(primary_key=key))

    assert (1, [], "config_error") == (status, states(said), failure(said)["failure_type"])
    assert "The primary key of the stream 'companies' is not a list of paths" in failure(said)["message"]


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


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Editors on Windows write one; it is no part of the JSON."""
    path = tmp_path / "config.json"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"api_url": "x"}')

    assert {"api_url": "x"} == read_json(str(path), "configuration")
