"""The destination as the platform sees it: a process with messages on its input and its output.

Airbyte's standard tests for destinations stop at `check`; what follows is the rest of the contract.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DESTINATION = Path(sys.executable).parent / "destination-attio"
COMPANIES = {
    "name": "companies",
    "json_schema": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "domains": {"type": "string"}},
    },
    "supported_sync_modes": ["full_refresh"],
}
CATALOG = {
    "streams": [
        {
            "stream": COMPANIES,
            "sync_mode": "full_refresh",
            "destination_sync_mode": "append_dedup",
            "primary_key": [["domains"]],
            "generation_id": 0,
            "minimum_generation_id": 0,
            "sync_id": 1,
        }
    ]
}


def _record(number: int, **more: Any) -> dict[str, Any]:
    data = {"name": f"Company {number}", "domains": f"company-{number}.example.com"} | more
    return {"type": "RECORD", "record": {"stream": "companies", "emitted_at": 1, "data": data}}


def _state(number: int, **more: Any) -> dict[str, Any]:
    stream = {"stream_descriptor": {"name": "companies"}, "stream_state": {"page": number, "π": [1.0, None]}}
    return {"type": "STATE", "state": {"type": "STREAM", "id": number, "stream": stream} | more}


def _argv(attio: Any, folder: Path, **settings: Any) -> list[str]:
    config = {
        "credentials": {"auth_type": "access_token", "access_token": attio.token},
        "api_url": attio.url,
        "streams": [{"stream": "companies", "target": "companies", "match": ["domains"]}],
        **settings,
    }
    for name, content in (("config", config), ("catalog", CATALOG)):
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    paths = ("--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json"))
    return [str(DESTINATION), "write", *paths]


def _written(argv: list[str], *lines: dict[str, Any] | str) -> tuple[int, list[dict[str, Any]]]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    run = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]


@contextmanager
def _running(argv: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _states(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in said if message["type"] == "STATE"]


def _names(attio: Any) -> set[str]:
    answer = attio.api("POST", "/v2/objects/companies/records/query", {"limit": 500})
    return {record["values"]["name"][0]["value"] for record in answer["data"]}


def test_state_comes_back_as_it_came(attio: Any, tmp_path: Path) -> None:
    """A state keeps its id, its numbers and fields unknown to us; only the destination's counts are added."""
    state = _state(7, sourceStats={"recordCount": 2.0, "newField": {"a": 1}}, anotherField="kept")
    status, said = _written(_argv(attio, tmp_path), _record(1), _record(2), state)
    (returned,) = _states(said)
    stats = returned["state"].pop("destinationStats")

    assert 0 == status
    assert state == returned
    assert 2 == stats["recordCount"]


def test_state_waits_for_its_rows_and_for_nothing_else(attio: Any, tmp_path: Path) -> None:
    """A state is answered as soon as its rows are in Attio, while the input stays open, and not before."""
    with _running(_argv(attio, tmp_path)) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.writelines(json.dumps(line) + "\n" for line in (_record(1), _state(1)))
        process.stdin.flush()
        answer = next(line for line in process.stdout if '"STATE"' in line)

        assert 1 == json.loads(answer)["state"]["id"]
        assert {"Company 1"} == _names(attio)


def test_rejected_rows_are_counted_and_do_not_hold_up_the_others(attio: Any, tmp_path: Path) -> None:
    """A row that Attio cannot take is counted as rejected; with the others the state's counts add up."""
    rejects = {"rejects": {"path": str(tmp_path / "rejects.jsonl")}}
    bad = _record(2, domains="no domain at all")
    status, said = _written(_argv(attio, tmp_path, **rejects), _record(1), bad, _record(3), _state(1))
    stats = _states(said)[0]["state"]["destinationStats"]

    assert 0 == status
    assert (2, 1) == (stats["recordCount"], stats["rejectedRecordCount"])
    assert {"Company 1", "Company 3"} == _names(attio)
    assert 1 == len((tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines())


def test_counts_are_those_since_the_state_before(attio: Any, tmp_path: Path) -> None:
    """Each state accounts for the rows after the one before it, superseded and unchanged ones included."""
    lines = [_record(1), _record(1), _state(1), _record(1), _state(2), _state(3)]
    status, said = _written(_argv(attio, tmp_path), *lines)

    assert 0 == status
    assert [2, 1, 0] == [each["state"]["destinationStats"]["recordCount"] for each in _states(said)]


@pytest.mark.parametrize(
    "line", ['{"type": "RECORD", "record"', '{"type": "RECORD"}'], ids=["torn", "no record"]
)
def test_bad_line_is_one_clear_error(attio: Any, tmp_path: Path, line: str) -> None:
    """A line that is no message ends the sync with an error naming the line, and no later state gets out."""
    status, said = _written(_argv(attio, tmp_path), _record(1), _state(1), line, _record(2), _state(2))
    errors = [message["trace"]["error"] for message in said if message["type"] == "TRACE"]

    assert status != 0
    assert [1] == [each["state"]["id"] for each in _states(said)]
    assert 1 == len(errors)
    assert "line 3" in errors[0]["message"]


@pytest.mark.parametrize(
    ("line", "signaled", "ends"), [("{", None, 1), (json.dumps(_state(1)), signal.SIGTERM, 143)]
)
def test_exit_code_says_how_it_ended_while_the_input_is_open(
    attio: Any, tmp_path: Path, line: str, signaled: signal.Signals | None, ends: int
) -> None:
    """The platform keeps the input open when a sync fails or is stopped: the process ends all the same."""
    with _running(_argv(attio, tmp_path)) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(line + "\n")
        process.stdin.flush()
        assert any('"STATE"' in said or '"TRACE"' in said for said in iter(process.stdout.readline, ""))
        if signaled:
            process.send_signal(signaled)

        assert ends == process.wait()


def test_nothing_to_do_is_done(attio: Any, tmp_path: Path) -> None:
    """An empty input is a successful sync."""
    assert (0, []) == (_written(_argv(attio, tmp_path))[0], sorted(_names(attio)))


def test_dead_token_is_a_configuration_error(attio: Any, tmp_path: Path) -> None:
    """A token that Attio does not know is nothing to retry: the platform is told so, in a sentence."""
    credentials = {"credentials": {"auth_type": "access_token", "access_token": "revoked"}}
    status, said = _written(_argv(attio, tmp_path, **credentials), _record(1), _state(1))
    (error,) = [message["trace"]["error"] for message in said if message["type"] == "TRACE"]

    assert status != 0
    assert "config_error" == error["failure_type"]
    assert [] == _states(said)


def test_discover_offers_each_object_with_its_keys(attio: Any, tmp_path: Path) -> None:
    """`discover` prints the catalog of operations that the field-mapping screen is drawn from."""
    argv = [*_argv(attio, tmp_path)[:1], "discover", "--config", str(tmp_path / "config.json")]
    said = [
        json.loads(line)
        for line in subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()
    ]
    (catalog,) = [
        message["destination_catalog"] for message in said if message["type"] == "DESTINATION_CATALOG"
    ]
    operations = [each for each in catalog["operations"] if each["object_name"] == "companies"]
    upsert = next(each for each in operations if each["sync_mode"] == "append_dedup")

    assert {"append", "append_dedup", "update", "soft_delete"} >= {each["sync_mode"] for each in operations}
    assert ["domains"] in upsert["matching_keys"]
    assert {"name", "domains", "description"} <= set(upsert["json_schema"]["properties"])
