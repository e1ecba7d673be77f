"""What decides that a stream has other rows or columns than before, and what its schema is."""

from typing import Any

import pytest

from attio_api.definitions import Attribute
from source_attio import register
from source_attio.config import Config
from source_attio.decode.columns import RECORD, columns_of
from source_attio.read.context import Context, connect
from source_attio.streams.catalog import Blueprint
from source_attio.streams.open import reading, schema, selection
from source_attio.workspace import Target
from unit_tests.attio_api.at_once import AtOnce

DEALS = Target(family="objects", id="d", slug="deals")
OTHERS: list[dict[str, Any]] = [
    {"start_date": "2026-01-01T00:00:00Z"},
    {"filters": [{"target": "deals", "filter": '{"name": "A"}'}]},
    {"filters": [{"target": "d", "filter": '{"name": "A"}'}]},
]
ATTRIBUTES = [Attribute(attribute_id="a", slug="name", title="Name", type="text")]


def context(**settings: Any) -> Context:
    return connect(Config.parse({"credentials": {"access_token": "t"}, **settings}), pool=AtOnce())


def blueprint(name: str = "deals") -> Blueprint:
    if name == "deals":
        return Blueprint(name=name, declared=register.template("objects"), target=DEALS)
    return Blueprint(name=name, declared=register.streams()[name])


def digest(
    *, objects: tuple[Target, ...] = (), slug: str = "name", of: str = "deals", **settings: Any
) -> str:
    attributes = [Attribute(attribute_id="a", slug=slug, title="Name", type="text")]
    columns = columns_of(attributes, RECORD) if of == "deals" else ()
    return reading(context(**settings), blueprint(of), columns, objects)


@pytest.mark.parametrize("settings", OTHERS)
def test_settings_that_choose_rows_are_noticed(settings: dict[str, Any]) -> None:
    """They change what is read, and explain that rows are gone."""
    assert digest() != digest(**settings)
    assert selection(context(), blueprint()) != selection(context(**settings), blueprint())


@pytest.mark.parametrize("other", [{"value_format": "raw"}, {"slug": "title"}])
def test_other_columns_are_noticed(other: dict[str, Any]) -> None:
    """They do not explain that rows are gone."""
    settings = {name: value for name, value in other.items() if name != "slug"}

    assert digest() != digest(**other)
    assert selection(context(), blueprint()) == selection(context(**settings), blueprint())


@pytest.mark.parametrize(
    "settings",
    [
        {"requests_per_second": 5},
        {"objects": ["deals"]},
        {"filters": [{"target": "people", "filter": '{"name": "A"}'}]},
    ],
)
def test_what_does_not_concern_a_stream_changes_nothing(settings: dict[str, Any]) -> None:
    """Else every change of a setting would cost a whole pass."""
    assert digest() == digest(**settings)
    assert selection(context(), blueprint()) == selection(context(**settings), blueprint())


def test_tasks_follow_the_slugs_of_objects() -> None:
    """Their rows contain them; other streams' rows do not, and the order of objects does not matter."""
    other, people = Target(family="objects", id="d", slug="sales"), Target(family="objects", id="p", slug="p")

    assert digest(of="tasks", objects=(DEALS,)) != digest(of="tasks", objects=(other,))
    assert digest(of="tasks", objects=(DEALS, people)) == digest(of="tasks", objects=(people, DEALS))
    assert digest(of="notes", objects=(DEALS,)) == digest(of="notes", objects=(other,))


def test_what_is_chosen_decides_on_streams_that_are_read_per_record() -> None:
    """Comments on an object that is no longer chosen are gone by a setting."""
    chosen = context(include_comments=True, objects=["deals"])
    everything = context(include_comments=True)

    assert selection(chosen, blueprint("comments")) != selection(everything, blueprint("comments"))
    assert selection(chosen, blueprint("notes")) == selection(everything, blueprint("notes"))


@pytest.mark.parametrize("deleted_rows", ["remove", "mark"])
@pytest.mark.parametrize("name", ["deals", "notes"])
def test_a_schema_has_the_columns_that_rows_have(name: str, deleted_rows: str) -> None:
    """Those of the manifest and of attributes; the one that deletes only where rows are removed."""
    settings = Config.parse({"credentials": {"access_token": "t"}, "deleted_rows": deleted_rows})
    found: Any = schema(blueprint(name), {"d": ATTRIBUTES}, settings)

    assert (deleted_rows == "remove") == ("_ab_cdc_deleted_at" in found["properties"])
    assert ("name" in found["properties"]) == (name == "deals")
    assert found.get("attio_id") == ("d" if name == "deals" else None)


def test_a_schema_holds_no_character_that_destinations_refuse() -> None:
    """A platform keeps titles and descriptions in a database, as destinations keep rows."""
    odd = Attribute(attribute_id="a", slug="name", title="A\0b", type="text", description="c\ud800")
    found: Any = schema(blueprint(), {"d": [odd]}, Config.parse({"credentials": {"access_token": "t"}}))

    assert ("Ab", "c\ufffd") == tuple(found["properties"]["name"][each] for each in ("title", "description"))
