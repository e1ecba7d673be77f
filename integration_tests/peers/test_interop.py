"""Our connectors with programs nobody here wrote, each in an environment of its own (see `peers/`).

PyAirbyte runs the source into its DuckDB cache and the destination from it; an Airbyte source from PyPI feeds
the destination; the runner for declarative manifests tries ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import psycopg
import pytest
import yaml

from integration_tests.peers.environments import environment
from integration_tests.platform.workspaces import COMPARED, STREAMS, another_attio, config, contents, records
from integration_tests.postgres_server import postgres_server

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.peers, pytest.mark.timeout(600)]
PEERS = Path(__file__).parent
BIN = Path(sys.executable).parent
MANIFEST = Path(__file__).parents[2] / "source_attio/manifest.yaml"
# PyAirbyte asks a registry and reports its use unless told not to; the runner of manifests wants to be told
# that the components beside a manifest may be run.
ENVIRONMENT = {
    "AIRBYTE_OFFLINE_MODE": "1",
    "AIRBYTE_ENABLE_UNSAFE_CODE": "true",
    "DO_NOT_TRACK": "1",
    "NO_COLOR": "1",
    "TERM": "dumb",
}
UNLIMITED = 10_000
# Streams that are read only where a setting asks for them.
ASKED_FOR = {"comments", "attribute_values_history"}
COMPANIES, PEOPLE, USERS = 40, 60, 150
USERS_TO_PEOPLE = {
    "stream": "users",
    "target": "people",
    "match": ["email_addresses"],
    "fields": [
        {"column": "email", "attribute": "email_addresses"},
        {"column": "name", "attribute": "name"},
        {"column": "occupation", "attribute": "job_title"},
    ],
}


def _socket_of(postgres: Any) -> str:
    return str(parse_qs(urlsplit(postgres.get_uri()).query)["host"][0])


def _written(folder: Path, name: str, content: Any) -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def _run(*argv: str | Path, cwd: Path | None = None, stdin: str | None = None, **variables: str) -> str:
    environment = {**os.environ, **ENVIRONMENT, **variables}
    run = subprocess.run(
        argv, capture_output=True, text=True, env=environment, check=False, cwd=cwd, input=stdin
    )
    assert run.returncode == 0, run.stderr[-4000:] + run.stdout[-4000:]
    return str(run.stdout)


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real Postgres of the test's own."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.mark.skipif(
    sys.version_info >= (3, 14), reason="PyAirbyte pins versions of pyarrow without wheels for Python 3.14."
)
def test_pyairbyte_runs_both_connectors(attio: Any, postgres: Any, tmp_path: Path) -> None:
    """Its caches, DuckDB and Postgres, hold every record, once; and another workspace fills from them.

    Postgres takes no NUL, which a name in Attio may hold.
    """
    python = environment("pyairbyte", "airbyte==0.71.3") / "python"
    attio.seed("demo", companies=COMPANIES - 1, people=PEOPLE, deals=5)
    attio.create_record("companies", {"name": "Nul\x00name", "domains": ["nul.example.com"]})
    database = tmp_path / "cache.duckdb"
    with another_attio() as target:
        settings = config(target, streams=STREAMS, requests_per_second=UNLIMITED)
        source = (BIN / "source-attio", _written(tmp_path, "source", config(attio)))
        destination = (BIN / "destination-attio", _written(tmp_path, "destination", settings))
        script = (python, PEERS / "pyairbyte_round_trip.py", *source, *destination, database)
        # Its own place for logs has a fixed name and belongs to the user who ran it first.
        variables = {"PGHOST": _socket_of(postgres), "AIRBYTE_LOGGING_ROOT": str(tmp_path)}
        said = _run(*script, *COMPARED, cwd=tmp_path, **variables)
        carried = {name: contents(target, name, *attributes) for name, attributes in COMPARED.items()}
    with psycopg.connect(postgres.get_uri()) as connection:
        stored = connection.execute("select count(*) from crm.companies").fetchone()
    with duckdb.connect(str(database), read_only=True) as cache:
        (names,) = zip(*cache.execute("select name from main.companies").fetchall(), strict=True)

    assert [COMPANIES + PEOPLE, 0, COMPANIES + PEOPLE, COMPANIES + PEOPLE] == json.loads(
        said.splitlines()[-1]
    )
    assert (COMPANIES,) == stored
    assert {
        _without_nul(record["values"]["name"][0]["value"]) for record in records(attio, "companies")
    } == set(names)
    told = {name: contents(attio, name, *attributes) for name, attributes in COMPARED.items()}
    assert ["Nul\x00name"] == told["companies"]["nul.example.com"][1]
    told["companies"]["nul.example.com"][1] = ["Nulname"]
    assert told == carried


@pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="The faker pins a version of numpy without wheels for Python 3.13."
)
def test_a_source_from_pypi_feeds_our_destination(attio: Any, tmp_path: Path) -> None:
    """`airbyte-source-faker`'s users, piped in, become people; the second time nothing is written."""
    faker = environment("source-faker", "airbyte-source-faker==7.2.1") / "source-faker"
    read = _written(tmp_path, "faker", {"count": USERS, "seed": 1, "parallelism": 1})
    catalog = _written(tmp_path, "catalog", _users(_catalog(_run(faker, "discover", "--config", read))))
    messages = _run(faker, "read", "--config", read, "--catalog", catalog)
    settings = config(attio, streams=[USERS_TO_PEOPLE], requests_per_second=UNLIMITED)
    write = (BIN / "destination-attio", "write", "--catalog", catalog, "--config")
    said = _run(*write, _written(tmp_path, "destination", settings), stdin=messages)
    attio.clear_calls()
    _run(*write, tmp_path / "destination.json", stdin=messages)

    users = [json.loads(line)["record"]["data"] for line in messages.splitlines() if '"RECORD"' in line]
    assert USERS == len(users)
    assert {user["email"].lower() for user in users} == set(contents(attio, "people", "email_addresses"))
    assert '"STATE"' in said
    assert 0 == attio.counts().get("write", 0)


def test_airbytes_own_runner_reads_our_manifest(attio: Any, tmp_path: Path) -> None:
    """`source-declarative-manifest` reads every declared stream where our components are installed."""
    attio.seed("demo", companies=COMPANIES, people=PEOPLE, deals=5)
    settings = ("--manifest-path", MANIFEST, "--config", _written(tmp_path, "source", config(attio)))
    streams = _catalog(_run(BIN / "source-declarative-manifest", "discover", *settings))["streams"]
    chosen = [
        {"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
        for stream in streams
        if stream["name"] not in ASKED_FOR
    ]
    catalog = _written(tmp_path, "catalog", {"streams": chosen})
    said = _run(BIN / "source-declarative-manifest", "read", *settings, "--catalog", catalog)
    read = Counter(json.loads(line)["record"]["stream"] for line in said.splitlines() if '"RECORD"' in line)
    listings = ("objects", "lists", "workspace_members")
    held = {name: len(attio.api("GET", f"/v2/{name}")["data"]) for name in listings}

    told = held | {"workspace": 1, "companies": COMPANIES, "people": PEOPLE}
    assert told == {name: read[name] for name in told}


class Builder:
    """The Connector Builder's own server, as its CDK has it, with our manifest in it."""

    def __init__(self, attio: Any, folder: Path) -> None:
        self._manifest = _manifest()
        self._config, self._folder = config(attio), folder

    def answer(self, command: str, stream: str = "", *, trusted: bool = True, **limits: int) -> Any:
        """What it answers: the data of its record, or the sentence of its error."""
        more = {"__command": command, "__injected_declarative_manifest": self._manifest}
        read = {"name": stream, "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
        chosen = {"stream": read, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
        files = {
            "config": {**self._config, **more, "__test_read_config": limits},
            "catalog": {"streams": [chosen]},
            "state": [],
        }
        options = [
            each
            for name, content in files.items()
            for each in (f"--{name}", _written(self._folder, name, content))
        ]
        allowed = str(trusted).lower()
        module = ("-m", "airbyte_cdk.connector_builder.main", "read")
        said = _run(sys.executable, *module, *options, AIRBYTE_ENABLE_UNSAFE_CODE=allowed).splitlines()
        told = [json.loads(line) for line in said if line.startswith("{")]
        found = [each["record"]["data"] for each in told if each["type"] == "RECORD"]
        return found[0] if found else told[-1]["trace"]["error"]["message"]


def test_the_connector_builder_shows_and_reads_our_streams(attio: Any, tmp_path: Path) -> None:
    """Where our components are installed and allowed; without, it shows what the manifest itself says."""
    attio.seed("demo", companies=COMPANIES, people=PEOPLE, deals=5)
    builder = Builder(attio, tmp_path)
    shown = builder.answer("resolve_manifest", trusted=False)["manifest"]
    named = {each["name"]: each["primary_key"] for each in shown["streams"]}
    whole = builder.answer("full_resolve_manifest", max_streams=100)["manifest"]["streams"]
    read = builder.answer("test_read", "companies", max_records=10)

    assert {each["name"]: each["primary_key"] for each in _manifest()["streams"]} == named
    assert ["records", "entries"] == [each["name"] for each in shown["dynamic_streams"]]
    assert "not permitted" in builder.answer("full_resolve_manifest", trusted=False)
    assert {"companies", "people", *named} < {each["name"] for each in whole}
    assert [[COMPANIES]] == [[len(page["records"]) for page in each["pages"]] for each in read["slices"]]
    assert "domains" in read["inferred_schema"]["properties"]


def _manifest() -> dict[str, Any]:
    return dict(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


def _catalog(printed: str) -> dict[str, Any]:
    said = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    (found,) = [message["catalog"] for message in said if message["type"] == "CATALOG"]
    return dict(found)


def _users(discovered: dict[str, Any]) -> dict[str, Any]:
    (users,) = [stream for stream in discovered["streams"] if stream["name"] == "users"]
    chosen = {"stream": users, "sync_mode": "full_refresh", "destination_sync_mode": "append_dedup"}
    return {"streams": [chosen | {"primary_key": [["email"]]}]}
