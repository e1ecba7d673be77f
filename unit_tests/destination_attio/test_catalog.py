"""The workspace's objects, lists and members, by the names that settings and journals use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from attio_api.errors import UnknownObject
from destination_attio.model.targets import NOTES, TASKS
from destination_attio.workspace.catalog import Catalog
from destination_attio.workspace.choices import Choices
from destination_attio.workspace.gateways import Entries, Records
from destination_attio.workspace.notes_and_tasks import Notes, Tasks

if TYPE_CHECKING:
    import requests_mock

URL = "https://attio.test"
PEOPLE: dict[str, Any] = {"api_slug": "people", "id": {"object_id": "o1"}}
SALES: dict[str, Any] = {"api_slug": "sales", "id": {"list_id": "l1"}, "parent_object": ["o1"]}
BOSS: dict[str, Any] = {
    "id": {"attribute_id": "a1"},
    "api_slug": "boss",
    "title": "Boss",
    "type": "record-reference",
    "config": {"record_reference": {"allowed_object_ids": ["o1", "o9"]}},
}


@pytest.fixture
def catalog(requests_mock: requests_mock.Mocker) -> Catalog:
    requests_mock.get(f"{URL}/v2/objects", json={"data": [PEOPLE]})
    requests_mock.get(f"{URL}/v2/lists", json={"data": [SALES]})
    for place in ("objects/people", "lists/sales"):
        requests_mock.get(f"{URL}/v2/{place}/attributes", json={"data": [BOSS]})
    return Catalog(AttioClient("t", api_url=URL, max_tries=1))


def test_a_target_has_one_name_in_settings_and_journals(catalog: Catalog) -> None:
    """An object by slug or id, a list with its parent's slug, and what Attio has once."""
    people, sales = catalog.object("o1"), catalog.by_name("lists/sales")

    assert ("people", "people") == (people.slug, catalog.by_name("objects/people").slug)
    assert ("lists", "sales", "people") == (sales.kind, sales.slug, sales.parent_object)
    assert (NOTES, TASKS) == (catalog.by_name("notes"), catalog.by_name("tasks"))
    assert ("people", "o9") == people.attributes["boss"].allowed_object_ids


def test_each_kind_of_target_has_its_gateway(catalog: Catalog) -> None:
    """All of them share what is known of the size of filters."""
    names = ["people", "lists/sales", "notes", "tasks", "options/objects/people/tags"]
    gateways = [catalog.gateway(catalog.by_name(one)) for one in names]

    assert [Records, Entries, Notes, Tasks, Choices] == [type(one) for one in gateways]
    assert 1 == len({id(one.filter_size) for one in gateways})


@pytest.mark.parametrize("name", ["persons", "lists/deals", "options/objects/persons/tags"])
def test_what_is_not_there_is_told_with_what_is(catalog: Catalog, name: str) -> None:
    """An option by what holds it."""
    assert "any more, or it has another slug" in str(catalog.missing(name))
    assert catalog.missing("options/objects/people/tags") is None
    with pytest.raises(UnknownObject) as refused:
        catalog.target("objects", "persons")
    assert "people" in str(refused.value.remedy)


def test_attributes_are_read_once_and_again_when_they_are_forgotten(
    catalog: Catalog, requests_mock: requests_mock.Mocker
) -> None:
    """An attribute that was archived while the run went on is noticed so."""
    asked = requests_mock.request_history
    target = catalog.object("people")
    first = len(asked)
    catalog.object("o1")
    again = len(asked)
    catalog.forget(target)

    assert first == again < len(asked)
