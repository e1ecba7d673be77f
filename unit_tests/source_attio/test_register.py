"""The manifest as the register of all streams: what it declares is what there is."""

from typing import Any

import pytest
import yaml

from attio_api.auth import SCOPES, scopes_for
from source_attio import components, engine, register
from unit_tests.source_attio.conftest import CONFIG
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import Bench


def test_a_stream_that_leaves_the_manifest_leaves_the_catalog(
    through_the_cdk: Bench, monkeypatch: pytest.MonkeyPatch
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
    assert through_the_cdk.emulator


def test_every_column_is_described(through_the_cdk: Bench) -> None:
    """Those of fixed streams in the manifest, those of attributes by what Attio says of them."""
    found = engine.discover(components._context(CONFIG))  # noqa: SLF001 (replaced above)
    columns: dict[str, Any] = {
        f"{name}.{column}": each
        for name, stream in found.streams.items()
        for column, each in stream.json_schema["properties"].items()  # type: ignore[union-attr]  # an object
    }

    assert [] == [name for name, each in columns.items() if not each.get("description")]
    assert through_the_cdk.emulator


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
