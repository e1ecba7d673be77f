"""What a user of `attio-sync` sees when something is wrong: one sentence, and nothing half-done."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from integration_tests.sync.commands import Commands, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attio_emulator.remote import RemoteEmulator

READ_ONLY = ["record_permission:read", "object_configuration:read", "list_configuration:read"]
UNREACHABLE = "http://127.0.0.1:9"
PUSH = ("push", "--from", "rows.json", "--object", "companies", "--match", "domains")
PULL = ("pull", "--to", "crm.duckdb")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A command that cannot work, and what it answers."""

    arguments: tuple[str, ...]
    code: int
    sentence: str
    prepare: Callable[[pytest.MonkeyPatch], None] = lambda _: None


def token(value: str) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setenv("ATTIO_API_TOKEN", value)


def nobody(patch: pytest.MonkeyPatch) -> None:
    patch.delenv("ATTIO_API_TOKEN")


def nowhere(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("ATTIO_API_URL", UNREACHABLE)


def file(name: str, content: str) -> Callable[[pytest.MonkeyPatch], None]:
    def save(_: pytest.MonkeyPatch) -> None:
        Path(name).write_text(content)

    return save


def foreign(_: pytest.MonkeyPatch) -> None:
    """A warehouse of another workspace."""
    with duckdb.connect("crm.duckdb") as connection:
        connection.execute("CREATE SCHEMA _attio; CREATE TABLE _attio.about (fact VARCHAR, value VARCHAR)")
        connection.execute(
            "INSERT INTO _attio.about VALUES ('workspace_id', 'w'), ('workspace_name', 'Globex')"
        )


MAP = '{"target": "companies", "match": "domains", "fields": [{"column": "nme", "attribute": "name"}]}'
WRONG_ATTRIBUTE = MAP.replace('"nme", "attribute": "name"', '"name", "attribute": "nmae"')

CASES = {
    "no token": Case(arguments=PULL, code=2, sentence="There is no Attio token.", prepare=nobody),
    "wrong token, check": Case(
        arguments=("check",),
        code=2,
        sentence="Attio does not accept the access token",
        prepare=token("0" * 64),
    ),
    "wrong token, pull": Case(
        arguments=PULL, code=2, sentence="Attio does not accept the access token", prepare=token("0" * 64)
    ),
    "wrong token, push": Case(
        arguments=PUSH, code=2, sentence="Attio does not accept the access token", prepare=token("0" * 64)
    ),
    "unreachable host, pull": Case(
        arguments=PULL, code=1, sentence="http://127.0.0.1:9 refuses connections", prepare=nowhere
    ),
    "unreachable host, push": Case(
        arguments=PUSH, code=1, sentence="http://127.0.0.1:9 refuses connections", prepare=nowhere
    ),
    "missing scope, push": Case(
        arguments=PUSH,
        code=2,
        sentence="The access token lacks record_permission:read-write, so",
        prepare=token("reader"),
    ),
    "missing scope, pull": Case(
        arguments=(*PULL, "--stream", "companies"),
        code=2,
        sentence="The access token lacks object_configuration:read and record_permission:read, so no record",
        prepare=token("nothing"),
    ),
    "unknown object": Case(
        arguments=("push", "--from", "rows.json", "--object", "compnies", "--match", "domains"),
        code=2,
        sentence="There is no object 'compnies' in this workspace. Did you mean 'companies'?",
    ),
    "unknown list": Case(
        arguments=("plan", "--from", "rows.json", "--list", "nolist"),
        code=2,
        sentence="There is no list 'nolist' in this workspace. There are: none.",
    ),
    "unknown stream": Case(
        arguments=(*PULL, "--stream", "company"),
        code=2,
        sentence="There is no stream 'company' in this workspace.",
    ),
    "unknown object, export": Case(
        arguments=("export", "company", "--to", "a.csv"), code=2, sentence="There is no stream 'company'"
    ),
    "unknown column": Case(
        arguments=("push", "--from", "rows.json", "--map", "map.json"),
        code=2,
        sentence="rows.json has no column 'nme'; did you mean 'name'?",
        prepare=file("map.json", MAP),
    ),
    "unknown attribute": Case(
        arguments=("push", "--from", "rows.json", "--map", "map.json"),
        code=2,
        sentence="'companies' has no attribute 'nmae'.",
        prepare=file("map.json", WRONG_ATTRIBUTE),
    ),
    "unknown setting": Case(
        arguments=("push", "--from", "rows.json", "--map", "map.json"),
        code=2,
        sentence="The setting `mtach` is wrong",
        prepare=file("map.json", '{"target": "companies", "mtach": "domains"}'),
    ),
    "map that is not YAML": Case(
        arguments=("push", "--from", "rows.json", "--map", "map.yaml"),
        code=2,
        sentence="map.yaml, line 1: not YAML.",
        prepare=file("map.yaml", "fields: [a"),
    ),
    "malformed JSON": Case(
        arguments=("push", "--from", "bad.json", "--object", "companies", "--match", "domains"),
        code=2,
        sentence="bad.json is not JSON: line 2, column ",
        prepare=file("bad.json", '[{"name": "Acme"},\n {"name": Globex}]'),
    ),
    "malformed CSV": Case(
        arguments=("push", "--from", "bad.csv", "--object", "companies", "--match", "domains"),
        code=2,
        sentence="bad.csv, line 3: a quotation mark opens a value here, and none closes it.",
        prepare=file("bad.csv", 'name,domains\nAcme,acme.example.com\n"Globex\n'),
    ),
    "no such file": Case(
        arguments=("push", "--from", "no.json", "--object", "companies"),
        code=2,
        sentence="There is no file no.json.",
    ),
    "no file of rows, and no token yet": Case(
        arguments=("push", "--from", "no.json", "--object", "companies"),
        code=2,
        sentence="There is no file no.json.",
        prepare=nobody,
    ),
    "no mapping, and no network": Case(
        arguments=("plan", "--from", "rows.json", "--map", "no.yaml"),
        code=2,
        sentence="There is no file no.yaml.",
        prepare=nowhere,
    ),
    "no rows named": Case(arguments=("push", "--object", "companies"), code=2, sentence="Say which rows:"),
    "no target named": Case(
        arguments=("push", "--from", "rows.json"), code=2, sentence="Say where the rows go:"
    ),
    "a query without a file": Case(
        arguments=("push", "--sql", "SELECT 1", "--object", "companies"),
        code=2,
        sentence="--sql needs a DuckDB file",
    ),
    "not a DuckDB file": Case(
        arguments=PULL,
        code=2,
        sentence="crm.duckdb is not a DuckDB database.",
        prepare=file("crm.duckdb", "x" * 9000),
    ),
    "a JSON file as a warehouse": Case(
        arguments=("pull", "--to", "rows.json"), code=2, sentence="rows.json is not a DuckDB database."
    ),
    "another workspace's file": Case(
        arguments=PULL, code=2, sentence="crm.duckdb holds the workspace 'Globex'", prepare=foreign
    ),
    "not a plan": Case(
        arguments=("push", "--plan", "rows.json"),
        code=2,
        sentence="rows.json: ",
    ),
    "a run that never was": Case(arguments=("revert", "20260101"), code=2, sentence="There is no journal"),
    "an export without a folder": Case(
        arguments=("export", "companies", "--to", "nowhere/x.csv"),
        code=2,
        sentence="nowhere/x.csv cannot be written: there is no folder nowhere.",
    ),
    "a journal that is none": Case(
        arguments=("history", "--journal", "rows.json"),
        code=2,
        sentence="rows.json is not a DuckDB database.",
    ),
    "a warehouse as a journal": Case(
        arguments=(*PUSH, "--journal", "crm.duckdb"),
        code=2,
        sentence="crm.duckdb holds other tables and no journal",
        prepare=foreign,
    ),
    "no such attribute to match by": Case(
        arguments=(*PUSH[:-1], "domain"),
        code=2,
        sentence="'companies' has no attribute 'domain' to match by. Did you mean 'domains'?",
    ),
    "a folder that is not there": Case(
        arguments=("pull", "--to", "nowhere/crm.duckdb"), code=2, sentence="nowhere/crm.duckdb cannot be "
    ),
}


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in, in a folder with one row to push."""
    attio.add_token("reader", scopes=READ_ONLY)
    attio.add_token("nothing", scopes=[])
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        Path("rows.json").write_text(json.dumps([{"name": "Acme", "domains": ["acme.example.com"]}]))
        yield commands


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_one_clear_sentence(
    attio: RemoteEmulator, sync: Commands, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    """What is wrong and what to do is said in one line; nothing is written to Attio or left on the disk."""
    case.prepare(monkeypatch)
    before = sorted(sync.folder.rglob("*"))
    attio.clear_calls()
    said = sync(*case.arguments)
    lines = said.err.strip().splitlines()

    assert case.code == said.code, said.err
    assert lines[-1].startswith(f"Error: {case.sentence}"), said.err
    assert 1 == sum(line.startswith("Error") for line in lines)
    assert "Traceback" not in said.err
    assert "" == said.out
    assert 0 == attio.counts()["write"]
    assert before == [path for path in sorted(sync.folder.rglob("*")) if ".local" not in path.parts]


def test_a_locked_file_names_who_holds_it(sync: Commands) -> None:
    """While another program has the file open, a pull says which one, and changes nothing."""
    hold = "import duckdb; c = duckdb.connect('crm.duckdb'); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        said = sync(*PULL)
        holder.communicate("\n")

    assert 1 == said.code
    assert said.err.startswith(f"Error: crm.duckdb is open in another program (process {holder.pid}).")


def test_a_stream_that_fails_leaves_the_others_whole(attio: RemoteEmulator, sync: Commands) -> None:
    """One object that cannot be read is named at the end; what was read is in the file."""
    attio.create_record("companies", {"name": "Acme", "domains": ["acme.example.com"]})
    attio.fault("status", path="/v2/objects/people/records/query", status=403)
    said = sync(*PULL)

    with duckdb.connect("crm.duckdb") as connection:
        assert 1 == len(connection.table("companies"))
    assert 1 == said.code
    assert ["people"] == [
        line.split(":")[1].strip() for line in said.err.splitlines() if line.startswith("Error")
    ]


def test_rows_that_are_none_are_no_mistake(sync: Commands) -> None:
    """An empty export of the day pushes nothing, and succeeds."""
    Path("rows.json").write_text("[]")
    said = sync(*PUSH)

    assert (0, "No rows.") == (said.code, said.out.splitlines()[0])


def test_stdout_stays_ours_when_attio_asks_to_wait(attio: RemoteEmulator, sync: Commands) -> None:
    """Whatever the source has to say while it waits, what a pull prints is one piece of JSON."""
    attio.fault("status", path="/v2/*", status=429, every=3, retry_after_seconds=0)
    said = sync(*PULL, "--json")

    assert 0 == said.code, said.err
    assert {"streams", "failed"} == set(said.json())
