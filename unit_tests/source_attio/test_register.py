"""The manifest as the register of all streams: what it declares is what there is, also for the CDK alone."""

import logging
from typing import Any

import pytest
import yaml
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource

from attio_api.auth import SCOPES, scopes_for
from source_attio import components, engine, register
from source_attio.config import Config
from source_attio.read.context import Context, connect
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import TOKEN, URL, Bench

CONFIG: dict[str, Any] = {"credentials": {"access_token": TOKEN}, "api_url": URL, "include_comments": True}
CONFIG["history_attributes"] = ["companies.name"]
LOGGER = logging.getLogger("airbyte")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Some companies, and the manifest's classes talking to them."""
    found = bench(3)

    def context(config: Any) -> Context:
        import requests  # noqa: PLC0415 (only here)

        session = requests.Session()
        session.trust_env = False
        session.mount("http://", found.adapter)
        return connect(Config.parse(config), session=session, pool=AtOnce(), sleep=found.clock.sleep)

    monkeypatch.setattr(components, "_context", context)
    components._discovered_with.cache_clear()  # noqa: SLF001 (another workspace)
    return found


def test_the_cdk_discovers_the_streams_that_the_source_discovers(made: Bench) -> None:
    """Opened as any manifest is, the file gives the same streams, keys and columns."""
    theirs = YamlDeclarativeSource(path_to_yaml=str(register.MANIFEST), config=CONFIG)
    seen = {each.name: each for each in theirs.discover(LOGGER, CONFIG).streams}
    ours = engine.discover(components._context(CONFIG))  # noqa: SLF001 (replaced above)

    assert ours.streams.keys() == seen.keys()
    for name, found in ours.streams.items():
        assert found.json_schema == seen[name].json_schema, name
        assert [[each] for each in found.blueprint.declared.primary_key] == seen[
            name
        ].source_defined_primary_key
    assert made.requests == 0


@pytest.mark.parametrize(
    ("stream", "count"), [("companies", 3), ("objects", 5), ("attributes", 50), ("tasks", 0)]
)
def test_the_cdk_reads_a_stream_of_the_manifest(made: Bench, stream: str, count: int) -> None:
    """Through the classes that it names, each stream is read as a full refresh."""
    retriever = components.Engine(config=CONFIG, parameters={"stream": stream})
    rows = list(retriever.read_records({}))

    assert len(rows) >= count
    assert len(rows) == count or stream != "companies"
    assert made.emulator


def test_a_stream_that_leaves_the_manifest_leaves_the_catalog(
    made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else has to be changed."""
    whole = yaml.safe_load(register.MANIFEST.read_text(encoding="utf-8"))
    gone = {"notes", "comments", "workspace", "attribute_values_history", "views"}
    whole["streams"] = [each for each in whole["streams"] if each["name"] not in gone]
    monkeypatch.setattr(register, "_manifest", lambda: whole)
    register.streams.cache_clear()
    try:
        found = engine.discover(components._context(CONFIG))  # noqa: SLF001 (replaced above)
    finally:
        register.streams.cache_clear()

    assert set() == gone & found.streams.keys()
    assert {"tasks", "companies", "objects"} <= found.streams.keys()
    assert made.emulator


def test_every_column_is_described(made: Bench) -> None:
    """Those of fixed streams in the manifest, those of attributes by what Attio says of them."""
    found = engine.discover(components._context(CONFIG))  # noqa: SLF001 (replaced above)
    columns: dict[str, Any] = {
        f"{name}.{column}": each
        for name, stream in found.streams.items()
        for column, each in stream.json_schema["properties"].items()  # type: ignore[union-attr]  # an object
    }

    assert [] == [name for name, each in columns.items() if not each.get("description")]
    assert made.emulator


def test_scopes_are_those_that_the_sign_in_asks_for() -> None:
    """What each stream of the manifest needs of a token is what `attio_api` knows of the same use."""
    uses = {name: each.scopes for name, each in register.streams().items()}
    uses |= {"records": register.template("objects").scopes, "entries": register.template("lists").scopes}

    assert uses == {name: SCOPES.get(name) for name in uses}, "SCOPES in attio_api/auth.py has them too"


@pytest.mark.parametrize("declared", register.streams().values(), ids=lambda each: each.name)
def test_a_refusal_of_a_stream_names_its_scopes(declared: register.Declared) -> None:
    """An endpoint of a stream that needs scopes is known with some of them, and with no others."""
    method, _, path = declared.endpoint.partition(" ")
    known = scopes_for(method, path.replace("{target}", "objects"))

    assert known <= declared.scopes
    assert known or not declared.scopes or not path, "_BY_ENDPOINT in attio_api/auth.py has the endpoint, too"


@pytest.mark.parametrize("value_format", ["typed", "raw"])
def test_a_reference_to_one_object_has_a_column_to_join_by(value_format: str) -> None:
    """Beside the struct stands the record's id alone; an array of them where several may be held."""
    found = bench(1, value_format=value_format)
    (company,) = found.api("POST", "/v2/objects/companies/records/query", {})
    company_id = company["id"]["record_id"]
    reference = {"target_object": "companies", "target_record_id": company_id}
    person = found.api("POST", "/v2/objects/people/records", {"data": {"values": {"company": [reference]}}})
    found.sync(["people", "companies"])
    person_id = person["id"]["record_id"]

    assert company_id == found.tables["people"][person_id]["company_record_id"]
    assert [person_id] == found.tables["companies"][company_id]["team_record_id"]
