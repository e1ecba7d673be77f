"""The names of a workspace's streams."""

from typing import Any

import pytest

from attio_api.auth import Identity
from attio_api.errors import UnknownObject
from source_attio import register
from source_attio.config import Config
from source_attio.streams.catalog import COMMENTS, HISTORY, Blueprint, blueprints
from source_attio.workspace import Family, Target, Workspace

IDENTITY = Identity(active=True, scopes=frozenset({"note:read"}))


def target(slug: str, family: Family = "objects", number: int = 0) -> Target:
    return Target(family=family, id=f"{number}-{slug}", slug=slug)


def named(
    *targets: Target, missing: dict[str, UnknownObject] | None = None, **settings: Any
) -> dict[str, Blueprint]:
    """The streams of a workspace with these objects and lists."""
    config = Config.parse({"credentials": {"access_token": "t"}, **settings})
    objects = tuple(each for each in targets if each.family == "objects")
    lists = tuple(each for each in targets if each.family == "lists")
    workspace = Workspace(identity=IDENTITY, objects=objects, lists=lists)
    return blueprints(workspace, config, {} if missing is None else missing)


def test_each_object_and_list_is_a_stream() -> None:
    """Beside those that the manifest declares and no setting turns on."""
    found = named(target("deals"), target("sales", "lists"))
    fixed = {name for name, each in register.streams().items() if each.opt_in is None}

    assert found.keys() - fixed == {"deals", "sales_entries"}
    assert fixed <= found.keys()
    assert "objects" == found["deals"].target.family  # type: ignore[union-attr] # it has one


def test_a_slug_that_another_stream_has_gets_a_suffix() -> None:
    """Also the name of a stream that is turned off, so that no setting renames another stream."""
    targets = [target("notes"), target("comments"), target("sales_entries"), target("sales", "lists")]
    off, on = named(*targets), named(*targets, include_comments=True)

    assert "notes_records" == next(name for name, each in off.items() if each.target == targets[0])
    assert "comments_records" in off
    assert "sales_entries_of_list" == next(name for name, each in off.items() if each.target == targets[3])
    assert on.keys() - off.keys() == {COMMENTS}


def test_names_do_not_depend_on_the_order_in_which_attio_lists() -> None:
    """The one with the lower id keeps the name."""
    twins = [target("notes", number=1), target("notes_records", number=0)]

    assert {name: each.target for name, each in named(*twins).items() if each.target} == {
        name: each.target for name, each in named(*reversed(twins)).items() if each.target
    }


@pytest.mark.parametrize("by", ["slug", "id"])
def test_settings_choose_objects_by_slug_or_id(by: str) -> None:
    """Lists are chosen apart from them; a name that is not there is told, and the others are read."""
    chosen, other, held = target("deals"), target("people"), target("sales", "lists")
    missing: dict[str, UnknownObject] = {}
    found = named(chosen, other, held, missing=missing, objects=[getattr(chosen, by), "ghosts"])

    assert {chosen, held} == {each.target for each in found.values() if each.target}
    assert ["ghosts"] == list(missing)
    assert "deals, people" in str(missing["ghosts"].remedy)


def test_streams_that_are_read_per_record_are_turned_on() -> None:
    """Comments of all that is chosen, histories of the objects that their attributes are of."""
    deals, people = target("deals"), target("people")
    wanted = ["deals.stage", "deals.name"]
    found = named(deals, people, include_comments=True, history_attributes=wanted, objects=["people"])

    assert (people,) == found[COMMENTS].targets
    assert (deals,) == found[HISTORY].targets
    assert {COMMENTS, HISTORY}.isdisjoint(named(deals, people))


def test_a_stream_says_which_scopes_the_token_lacks() -> None:
    """Sorted, and none where it has them all."""
    found = named(target("deals"))

    assert sorted(found["tasks"].declared.scopes) == found["tasks"].missing_scopes(IDENTITY)
    everything = Identity(active=True, scopes=found["tasks"].declared.scopes)
    assert [] == found["tasks"].missing_scopes(everything)
