"""The workspace of a token, as the commands see it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from attio_sync import workspace
from attio_sync.config import Connection
from attio_sync.failures import WrongUsage
from destination_attio.config import StreamConfig
from destination_attio.model.targets import PARENT, own_attribute

NOBODY = Connection(token="-")


@pytest.fixture(autouse=True)
def attio(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace with two objects and a list."""
    objects = [{"api_slug": "people"}, {"api_slug": "companies"}]
    lists = [{"api_slug": "sales", "parent_object": ["companies"]}]
    own = own_attribute("stage", "status")
    here = SimpleNamespace(objects=lambda: objects, lists=lambda: lists, attributes=lambda *_: [own])
    monkeypatch.setattr(workspace, "client", lambda _: here)


def test_a_target_that_is_not_there_is_refused_with_the_nearest() -> None:
    """Notes and tasks have no slug that could be wrong."""
    workspace.find(NOBODY, "objects", "people")
    workspace.find(NOBODY, "notes", "anything")
    with pytest.raises(WrongUsage, match=r"There is no object 'peple' .*'people'"):
        workspace.find(NOBODY, "objects", "peple")
    with pytest.raises(WrongUsage, match="There is no list 'people'"):
        workspace.find(NOBODY, "lists", "people")


def test_targets_are_told_by_their_names_in_settings() -> None:
    """Objects by the alphabet, then lists."""
    assert ["companies", "people", "lists/sales"] == workspace.targets(NOBODY)


@pytest.mark.parametrize(("target", "slugs"), [("lists/sales", [PARENT, "stage"]), ("people", ["stage"])])
def test_the_record_of_an_entry_is_an_attribute_of_a_list(target: str, slugs: list[str]) -> None:
    """Attio does not list it; it may be of the list's own object alone."""
    found = workspace.attributes(NOBODY, StreamConfig(target=target))

    assert slugs == [one.slug for one in found]
    assert {("companies",)} >= {one.allowed_object_ids for one in found if one.slug == PARENT}
