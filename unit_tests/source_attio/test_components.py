"""The manifest's classes, through which the CDK alone describes and reads the streams."""

import logging

import pytest
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_attio import components, engine, register
from unit_tests.source_attio.conftest import CONFIG
from unit_tests.source_attio.harness import Bench

LOGGER = logging.getLogger("airbyte")


def test_the_cdk_discovers_the_streams_that_the_source_discovers(through_the_cdk: Bench) -> None:
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
    assert through_the_cdk.requests == 0


@pytest.mark.parametrize(
    ("stream", "count"), [("companies", 3), ("objects", 5), ("attributes", 50), ("tasks", 0)]
)
def test_the_cdk_reads_a_stream_of_the_manifest(through_the_cdk: Bench, stream: str, count: int) -> None:
    """Through the classes that it names, each stream is read as a full refresh."""
    retriever = components.Engine(config=CONFIG, parameters={"stream": stream})
    rows = list(retriever.read_records({}))

    assert len(rows) >= count
    assert len(rows) == count or stream != "companies"
    assert through_the_cdk.emulator


@pytest.mark.parametrize("family", ["objects", "lists"])
def test_each_object_and_list_is_listed_for_the_templates(through_the_cdk: Bench, family: str) -> None:
    """With the name of its stream, its slug and its id."""
    rows = list(components.Targets(config=CONFIG, parameters={"family": family}).read_records({}))
    listed = through_the_cdk.api("GET", f"/v2/{family}")
    member = f"{family[:-1]}_id"

    assert sorted(row["id"] for row in rows) == sorted(each["id"][member] for each in listed)
    assert all(row["name"].startswith(row["slug"]) for row in rows)


def test_a_stream_that_fails_raises_at_the_end_of_its_rows(through_the_cdk: Bench) -> None:
    """In the sentence that the source itself would say."""
    through_the_cdk.adapter.trouble = {"/v2/tasks": 403}
    retriever = components.Engine(config=CONFIG, parameters={"stream": "tasks"})

    with pytest.raises(AirbyteTracedException) as failure:
        list(retriever.read_records({}))
    assert str(failure.value.message).startswith("tasks: ")
