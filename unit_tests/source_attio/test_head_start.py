"""What a command asks of Attio before it has imported the Airbyte CDK."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from source_attio import head_start
from source_attio.engine_source import EngineSource
from source_attio.head_start import begin_for
from source_attio.read.context import connect
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import TOKEN, URL, Bench

CONFIG = {"credentials": {"access_token": TOKEN}, "api_url": URL}
CATALOG = {
    "streams": [
        {
            "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "overwrite",
        }
        for name in ("companies", "tasks")
    ]
}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """An emulator that every new context talks to."""
    made = bench(3)
    made.emulator.calls.clear()

    def connected(config: Any, **_: Any) -> Any:
        return connect(config, session=session_of(made), pool=AtOnce(), sleep=made.clock.sleep)

    monkeypatch.setattr(head_start, "connect", connected)
    return made


def session_of(made: Bench) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", made.adapter)
    return session


def arguments(folder: Path, **files: object) -> list[str]:
    found = ["read"]
    for name, content in {"config": CONFIG, "catalog": CATALOG, **files}.items():
        path = folder / f"{name}.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        found += [f"--{name}", str(path)]
    return found


def paths(made: Bench) -> list[str]:
    return [each["path"] for each in made.emulator.calls.since(0)["calls"]]  # type: ignore[index,union-attr,call-overload]


def test_a_sync_goes_on_from_what_was_asked_before(made: Bench, tmp_path: Path) -> None:
    """The workspace and the attributes are asked for once, and the rows of the sync are the same."""
    begun = begin_for(arguments(tmp_path))
    before = paths(made)
    catalog = EngineSource.read_catalog(str(tmp_path / "catalog.json"))
    source = EngineSource()
    source.begun = begun
    messages = list(source.read(logging.getLogger("airbyte"), CONFIG, catalog))

    assert {"/v2/self", "/v2/objects", "/v2/lists", "/v2/objects/companies/attributes"} == {*before}
    assert not {*before} & {*paths(made)[len(before) :]}
    assert 3 == sum(each.record is not None for each in messages)


def test_other_settings_than_those_of_the_file_begin_anew(made: Bench, tmp_path: Path) -> None:
    """What was asked for with one configuration is not used for a sync with another."""
    source = EngineSource()
    source.begun = begin_for(arguments(tmp_path))
    other = {**CONFIG, "start_date": "2026-01-01"}

    assert source._begun(other) is None  # noqa: SLF001 (a sync would ask the network)
    assert source.begun is None


@pytest.mark.parametrize(
    "files",
    [
        {"config": "nope"},
        {"config": []},
        {"config": {"credentials": {}}},
        {"config": {**CONFIG, "api_url": "attio.test"}},
        {"catalog": "nope"},
        {"catalog": []},
        {"catalog": {"streams": [{}]}},
        {"state": "nope"},
    ],
)
def test_nothing_is_asked_for_a_command_that_will_fail(
    made: Bench, tmp_path: Path, files: dict[str, object]
) -> None:
    """A file with a mistake is left to the command, which names it."""
    assert begin_for(arguments(tmp_path, **files)) is None
    assert [] == paths(made)


@pytest.mark.parametrize("command", ["spec", "check", "discover"])
def test_only_a_read_begins_early(made: Bench, tmp_path: Path, command: str) -> None:
    """Other commands ask in their own time; a read without its files asks nothing."""
    given = arguments(tmp_path)

    assert begin_for([command, *given[1:]]) is None
    assert begin_for(given[:3]) is None
    assert begin_for([*given[:-1]]) is None
    assert [] == paths(made)


def test_it_does_not_wait_for_the_cdk() -> None:
    """Importing it imports neither the CDK nor numpy, which take longer than Attio's answers."""
    code = "import sys, source_attio.head_start; print({'airbyte_cdk', 'numpy', 'yaml'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "{'yaml'}" == done.stdout.strip()
