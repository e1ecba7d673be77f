"""`destination-attio` as the Airbyte platform drives it: raw lines in, raw lines out."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from destination_attio.airbyte import connection_check
from destination_attio.airbyte.commands import main
from destination_attio.storage.rejects import read_rejects
from integration_tests.destination_desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator

Line = dict[str, Any]


@pytest.fixture
def desk(attio: RemoteEmulator, tmp_path: Path) -> Desk:
    return Desk(attio, tmp_path)


def record(data: Line, stream: str = "companies") -> Line:
    """One row."""
    return {"type": "RECORD", "record": {"stream": stream, "data": data, "emitted_at": 1}}


def state(number: int, stream: str = "companies", **found: Any) -> Line:
    """A state as the platform sends it, with its id and something nobody knows."""
    body = {"stream_descriptor": {"name": stream}, "stream_state": found or {"at": number}}
    return {
        "type": "STATE",
        "state": {"type": "STREAM", "id": number, "stream": body, "unknown": {"kept": True}},
    }


def complete(stream: str = "companies") -> Line:
    """The platform's word that the source was read to its end."""
    status = {"stream_descriptor": {"name": stream}, "status": "COMPLETE"}
    return {"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 1, "stream_status": status}}


def configured(name: str = "companies", mode: str = "append_dedup", **more: Any) -> Line:
    """One stream of a catalog."""
    described = {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    return {"stream": described, "sync_mode": "full_refresh", "destination_sync_mode": mode, **more}


def write(desk: Desk, lines: Sequence[Line], *streams: Line, **config: Any) -> tuple[int, list[Line]]:
    """Run `write` in this process; its exit code and what it printed."""
    (desk.folder / "config.json").write_text(json.dumps(desk.config(**config)))
    (desk.folder / "catalog.json").write_text(json.dumps({"streams": list(streams) or [configured()]}))
    source = io.BytesIO("".join(json.dumps(one) + "\n" for one in lines).encode())
    out = io.BytesIO()
    files = ["--config", str(desk.folder / "config.json"), "--catalog", str(desk.folder / "catalog.json")]
    status = main(["write", *files], out, source)
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def states(said: Sequence[Line]) -> list[Line]:
    """The states let out."""
    return [one["state"] for one in said if one["type"] == "STATE"]


def failure(said: Sequence[Line]) -> Line:
    """The error trace."""
    return next(one["trace"]["error"] for one in said if one["type"] == "TRACE")


def company(number: int, **more: Any) -> Line:
    """A row of companies."""
    return {"domains": f"c{number}.example.com", "name": f"C {number}", **more}


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


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """A server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def bucket(url: str, name: str | None = None) -> Any:
    """A client; makes the bucket when a name is given."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=url, **keys)
    if name:
        client.create_bucket(Bucket=name)
    return client


def test_rejected_rows_go_to_object_storage(desk: Desk, storage: str) -> None:
    """With `object_storage_config` rejected rows are objects in the bucket before their state goes out."""
    client = bucket(storage, "rejects-of-a-sync")
    config = {
        "storage_type": "S3",
        "s3_bucket_name": "rejects-of-a-sync",
        "s3_bucket_region": "us-east-1",
        "bucket_path": "attio",
        "s3_endpoint": storage,
        "access_key_id": "key",
        "secret_access_key": "secret",
    }
    status, said = write(
        desk, [record({"name": "no key"}), state(1)], object_storage_config=config, rejects=None
    )
    found = client.list_objects_v2(Bucket="rejects-of-a-sync")["Contents"]
    body = client.get_object(Bucket="rejects-of-a-sync", Key=found[0]["Key"])["Body"].read()

    assert (0, 1, 1) == (status, len(states(said)), len(found))
    assert found[0]["Key"].startswith("attio/")
    assert {"name": "no key"} == json.loads(body)["row"]


def test_unreachable_object_storage_holds_the_state_back(desk: Desk, storage: str) -> None:
    """Rejected rows that cannot be stored are not acknowledged."""
    config = {
        "storage_type": "S3",
        "s3_bucket_name": "missing",
        "s3_bucket_region": "us-east-1",
        "bucket_path": "",
        "s3_endpoint": storage,
        "access_key_id": "key",
        "secret_access_key": "secret",
    }
    status, said = write(
        desk, [record({"name": "no key"}), state(1)], object_storage_config=config, rejects=None
    )

    assert (1, []) == (status, states(said))
    assert "NoSuchBucket" in failure(said)["message"]


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


def described(*columns: str, name: str = "companies", **more: Any) -> Line:
    """A stream whose columns the catalog describes."""
    one = configured(name, **more)
    one["stream"]["json_schema"] = {"properties": {column: {"type": "string"} for column in columns}}
    return one


def logged(said: Sequence[Line]) -> str:
    """All sentences of the log."""
    return "\n".join(one["log"]["message"] for one in said if one["type"] == "LOG")


@pytest.mark.parametrize("catalog", [{}, {"streams": {}}, {"streams": [1]}, {"streams": [{"stream": {}}]}])
def test_a_catalog_that_is_none_is_one_sentence(desk: Desk, catalog: Line) -> None:
    """A file that is JSON but no configured catalog is a config error."""
    (desk.folder / "config.json").write_text(json.dumps(desk.config()))
    (desk.folder / "catalog.json").write_text(json.dumps(catalog))
    out = io.BytesIO()
    files = ["--config", str(desk.folder / "config.json"), "--catalog", str(desk.folder / "catalog.json")]
    status = main(["write", *files], out, io.BytesIO())
    said = [json.loads(line) for line in out.getvalue().splitlines()]

    assert (1, "config_error") == (status, failure(said)["failure_type"])
    assert "no configured catalog" in failure(said)["message"]


def test_line_ends_and_blank_lines_mean_nothing(desk: Desk) -> None:
    """Input from Windows, with blank lines in between, is the same input."""
    raw = b"\r\n".join(json.dumps(one).encode() for one in (record(company(1)), state(1))) + b"\r\n \r\n\n"
    status, said = write_raw(desk, raw)

    assert (0, [1]) == (status, [one["id"] for one in states(said)])


@pytest.mark.parametrize("bad", [b'{"type": "RECORD"', b"\xff\xfe", b'{"data": "SECRET"}', b"[" * 100_000])
def test_a_bad_line_is_named_and_what_came_before_it_is_kept(desk: Desk, bad: bytes) -> None:
    """A line that is no message ends the run, after the states before it and without quoting it."""
    good = b"".join(json.dumps(one).encode() + b"\n" for one in (record(company(1)), state(1)))
    status, said = write_raw(desk, good + bad + b"\n" + json.dumps(state(2)).encode() + b"\n")

    assert (1, [1]) == (status, [one["id"] for one in states(said)])
    assert "line 3" in failure(said)["message"]
    assert "SECRET" not in json.dumps(said)


def write_raw(desk: Desk, raw: bytes, *streams: Line, **config: Any) -> tuple[int, list[Line]]:
    """Run `write` on bytes."""
    (desk.folder / "config.json").write_text(json.dumps(desk.config(**config)))
    (desk.folder / "catalog.json").write_text(json.dumps({"streams": list(streams) or [configured()]}))
    out = io.BytesIO()
    files = ["--config", str(desk.folder / "config.json"), "--catalog", str(desk.folder / "catalog.json")]
    status = main(["write", *files], out, io.BytesIO(raw))
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def test_half_a_character_costs_its_row_alone(desk: Desk) -> None:
    """Sources that cut texts leave halves of characters: the row is rejected, kept, and can be read again."""
    rows = [record(company(1, description="cut \ud83d")), record(company(2)), state(1)]
    status, said = write(desk, rows)
    kept = list(read_rejects(desk.folder / "rejects.jsonl"))

    assert (0, {"recordCount": 1.0, "rejectedRecordCount": 1.0}) == (
        status,
        states(said)[0]["destinationStats"],
    )
    assert [("companies", company(1, description="cut \ud83d"))] == kept


def test_long_whole_numbers_stay_exact(desk: Desk) -> None:
    """Numbers beyond 64 bits are neither rounded in a row nor in a state nor in the rejects."""
    number = 123456789012345678901234
    rows = [record(company(1, description=number)), record({"name": number}), state(1, cursor=number)]
    _, said = write(desk, rows)

    assert [[str(number)]] == desk.values("companies", "description")
    assert {"cursor": number} == states(said)[0]["stream"]["stream_state"]
    assert [("companies", {"name": number})] == list(read_rejects(desk.folder / "rejects.jsonl"))


def test_global_and_legacy_states_speak_of_all_streams(desk: Desk) -> None:
    """A state that is not of one stream waits for and counts the rows of all of them."""
    shared: Line = {"type": "STATE", "state": {"type": "GLOBAL", "id": 4, "global": {"stream_states": []}}}
    legacy: Line = {"type": "STATE", "state": {"id": 5, "data": {"at": 1}}}
    person = record({"email_addresses": "ada@example.org", "name": "Ada"}, "people")
    odd: Line = {"type": "STATE", "state": {"type": ["GLOBAL"], "id": 7}}
    lines = [
        record(company(1)),
        person,
        shared,
        record({"name": "no key"}),
        legacy,
        state(6, "strangers"),
        odd,
    ]
    _, said = write(desk, lines, configured(), configured("people"))

    assert [
        (4, {"recordCount": 2.0}),
        (5, {"recordCount": 0.0, "rejectedRecordCount": 1.0}),
        (6, {"recordCount": 0.0}),
        (7, {"recordCount": 0.0}),
    ] == [(one["id"], one["destinationStats"]) for one in states(said)]


def test_streams_of_one_name_are_told_apart_by_namespace(desk: Desk) -> None:
    """Each keeps its own states and counts; both go to the same object."""

    def of(namespace: str, message: Line) -> Line:
        body = message.get("record") or message["state"]["stream"]["stream_descriptor"]
        body["namespace"] = namespace
        return message

    streams = [configured(), configured()]
    streams[0]["stream"]["namespace"], streams[1]["stream"]["namespace"] = "a", "b"
    lines = [
        of("a", record(company(1))),
        of("b", record(company(2))),
        of("b", record(company(1, name="B"))),
        of("a", state(1)),
        of("b", state(2)),
    ]
    status, said = write(desk, lines, *streams)

    assert (0, [1.0, 2.0]) == (status, [one["destinationStats"]["recordCount"] for one in states(said)])
    assert [["B"], ["C 2"]] == desk.values("companies", "name")


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


CHECKS: dict[str, tuple[Line, str]] = {
    "a dead token": ({"credentials": {"access_token": "0" * 64}}, "does not accept the access token"),
    "an unknown setting": ({"stream": ["people"]}, "`stream` is wrong"),
    "an unknown object": ({"streams": [{"stream": "a", "target": "unicorns"}]}, "no object 'unicorns'"),
    "an unknown list": ({"streams": [{"stream": "a", "target": "lists/x"}]}, "no list 'x'"),
    "an unknown attribute": (
        {"streams": [{"stream": "a", "target": "people", "fields": [{"column": "a", "attribute": "b"}]}]},
        "no attribute 'b'",
    ),
    "a field that cannot be written": (
        {
            "streams": [
                {"stream": "a", "target": "people", "fields": [{"column": "a", "attribute": "created_at"}]}
            ]
        },
        "cannot be written",
    ),
    "column and constant": (
        {
            "streams": [
                {
                    "stream": "a",
                    "target": "people",
                    "fields": [{"column": "a", "constant": 1, "attribute": "name"}],
                }
            ]
        },
        "one of `column`, `columns` and `constant`",
    ),
    "a mode that has no meaning": (
        {"streams": [{"stream": "a", "target": "notes", "mode": "mirror"}]},
        "only ever added",
    ),
    "a mark of deletion that has no meaning": (
        {"streams": [{"stream": "a", "target": "notes", "delete_when": "gone"}]},
        "`delete_when` has no meaning",
    ),
    "a stream twice": (
        {"streams": [{"stream": "a", "target": "people"}, {"stream": "a", "target": "companies"}]},
        "configured twice",
    ),
    "two columns for one attribute": (
        {
            "streams": [
                {
                    "stream": "a",
                    "target": "companies",
                    "fields": [
                        {"column": "a", "attribute": "domains"},
                        {"column": "b", "attribute": "domains"},
                    ],
                }
            ]
        },
        "Two of the fields go to 'domains'",
    ),
    "a reference by nothing": (
        {
            "streams": [
                {
                    "stream": "a",
                    "target": "people",
                    "match": "email_addresses",
                    "fields": [{"column": "a", "attribute": "company", "reference": "nope"}],
                }
            ]
        },
        "'company' points at companies, which has no attribute 'nope'",
    ),
    "a mirror that sets nothing": (
        {
            "streams": [
                {"stream": "a", "target": "people", "mode": "mirror", "on_absent": {"attribute": "nope"}}
            ]
        },
        "no attribute 'nope' that `on_absent` could set",
    ),
    "a place to match by": (
        {"streams": [{"stream": "a", "target": "people", "match": "primary_location"}]},
        "Records cannot be found by 'primary_location'",
    ),
    "an address that is none": ({"api_url": "ftp://x"}, "is no web address"),
    "no match": ({"streams": [{"stream": "a", "target": "deals"}]}, "Nothing says which record of 'deals'"),
    "a country in words": (
        {"streams": [{"stream": "a", "default_country": "England"}]},
        "`streams.0.default_country` is wrong",
    ),
    "rejects that cannot be kept": ({"rejects": {"path": "/dev/null/x"}}, "cannot be written to /dev/null/x"),
    "an endpoint that is none": (
        {"object_storage_config": {"storage_type": "S3", "s3_bucket_name": "b", "s3_endpoint": "nonsense"}},
        "`object_storage_config.s3_endpoint` is wrong: must be an address",
    ),
    "a journal that cannot be": ({"journal": {"path": "/dev/null/j"}}, "The journal at /dev/null/j"),
    "nobody at the address": ({"api_url": "http://127.0.0.1:9"}, "cannot be reached"),
}


@pytest.mark.parametrize("trouble", CHECKS)
def test_check_says_each_trouble_in_a_sentence(desk: Desk, trouble: str) -> None:
    """Whatever is wrong with the settings, the connection's check fails with a sentence about it."""
    config, sentence = CHECKS[trouble]
    status = checked(desk, **config)

    assert "FAILED" == status["status"]
    assert sentence in status["message"]
    assert desk.attio.token not in json.dumps(status)


def test_a_check_that_meets_a_fault_of_ours_is_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer names the kind of the fault and none of its values; the log says where it happened."""

    def fault(_: object) -> list[str]:
        return {}["TOPSECRET"]

    monkeypatch.setattr(connection_check, "check", fault)
    status = checked(desk)

    assert "FAILED" == status["status"]
    assert "nobody foresaw (KeyError)" in status["message"]
    assert "TOPSECRET" not in status["message"]
    assert "test_destination_airbyte.py" in caplog.text


def test_check_sees_to_scopes_and_storage(desk: Desk, storage: str) -> None:
    """What is needed later is asked for now: a bucket that takes rows, and the scope to make options."""
    keys = {"access_key_id": "key", "secret_access_key": "secret", "s3_endpoint": storage}
    kept = {"storage_type": "S3", "s3_bucket_name": "checked", **keys}
    before = checked(desk, object_storage_config=kept)
    bucket(storage, "checked")
    after = checked(desk, object_storage_config=kept)
    poor = desk.attio.add_token("poor", scopes=["record_permission:read-write", "object_configuration:read"])
    streams = [{"stream": "companies", "target": "companies", "on_unknown_option": "create"}]
    scope = checked(desk, credentials={"access_token": poor}, streams=streams)

    assert ("FAILED", "SUCCEEDED", "FAILED") == (before["status"], after["status"], scope["status"])
    assert "NoSuchBucket" in before["message"]
    assert "object_configuration:read-write" in scope["message"]


def checked(desk: Desk, **config: Any) -> Line:
    """The answer of `check`."""
    (desk.folder / "config.json").write_text(json.dumps(desk.config(**config)))
    out = io.BytesIO()
    main(["check", "--config", str(desk.folder / "config.json")], out, io.BytesIO())
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    return dict(next(one["connectionStatus"] for one in said if one["type"] == "CONNECTION_STATUS"))
