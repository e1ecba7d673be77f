"""The small pure parts: keys, filters, order of streams, scratch file, settings, guesses."""

from collections.abc import Callable
from typing import Any

import pytest

from attio_api.attributes import Attribute
from attio_api.errors import Misconfigured
from destination_attio.airbyte.operations import operations
from destination_attio.config import DestinationConfig, StreamConfig
from destination_attio.model.targets import NOTES, PARENT, TASKS, list_target, object_target
from destination_attio.rows.binding import Binding, bind
from destination_attio.rows.keys import keys_of, tokens_of
from destination_attio.rows.stream_order import ordered
from destination_attio.storage.rejects import StorageError
from destination_attio.storage.scratch import Scratch
from destination_attio.workspace.filters import any_of, values_a_key


def attribute(slug: str, kind: str = "text", **more: Any) -> Attribute:
    """An attribute."""
    return Attribute(attribute_id=slug, slug=slug, title=slug.replace("_", " ").title(), type=kind, **more)


DOMAINS = attribute("domains", "domain", is_multiselect=True, is_unique=True)
NAME = attribute("name")
RANK = attribute("rank", "number")


def stream(target: str, attributes: list[Attribute], **settings: Any) -> Binding:
    """A stream into an object with these attributes and a unique `code`."""
    known = {one.slug: one for one in [*attributes, attribute("code", is_unique=True)]}
    given = {"stream": target, "target": target, **settings}
    return bind(StreamConfig.model_validate(given), object_target(target, known))


def test_keys_are_all_combinations_of_matching_values() -> None:
    """A row with two domains and one name has two keys; without a value there is none."""
    values: Any = {"domains": ["a.example.com", "b.example.com"], "name": "A"}

    assert [("a.example.com", "A"), ("b.example.com", "A")] == keys_of([DOMAINS, NAME], values)
    assert [] == keys_of([DOMAINS, NAME], {"domains": ["a.example.com"], "name": None})
    assert tokens_of([NAME], {"name": " A "}) == tokens_of([NAME], {"name": "A"})


def test_filters_use_what_each_type_allows() -> None:
    """Text is asked for with `$in`, other types as alternatives, parents by a path."""
    parent = list_target("sales", "companies", {}).attributes[PARENT]
    pointer: Any = {"object": "companies", "record_id": "r"}

    assert {"name": {"$in": ["a", "b"]}} == any_of([NAME], [("a",), ("b",)])
    assert {"rank": {"$eq": 1}} == any_of([RANK], [(1,)])
    assert {"$or": [{"rank": {"$eq": 1}}, {"rank": {"$eq": 2}}]} == any_of([RANK], [(1,), (2,)])
    assert {"$or": [{"$and": [{"name": {"$eq": "a"}}, {"rank": {"$eq": 1}}]}]} == (
        any_of([NAME, RANK], [("a", 1)])
    )
    assert {
        "path": [["sales", "parent_record"], ["companies", "record_id"]],
        "constraints": {"value": {"$in": ["r"]}},
    } == any_of([parent], [(pointer,)], "sales")


def test_domains_are_asked_for_in_both_spellings() -> None:
    """A company that Attio holds under www. is the one that a row means without it."""
    both: Any = {"$or": [{"domains": {"$eq": "a.example.com"}}, {"domains": {"$eq": "www.a.example.com"}}]}

    assert both == any_of([DOMAINS], [("a.example.com",)])
    assert {"$or": [{"$and": [{"name": {"$eq": "a"}}, both]}]} == any_of(
        [NAME, DOMAINS], [("a", "a.example.com")]
    )
    assert 2 == values_a_key([DOMAINS])
    assert tokens_of([DOMAINS], {"domains": ["www.a.example.com"]}) == tokens_of(
        [DOMAINS], {"domains": ["a.example.com"]}
    )


def test_streams_are_ordered_by_what_they_point_at() -> None:
    """What is pointed at comes first; a circle keeps the order given; notes come last."""
    boss = attribute("company", "record-reference", allowed_object_ids=("companies",))
    team = attribute("team", "record-reference", is_multiselect=True, allowed_object_ids=("people",))
    lead = attribute("lead", "record-reference", allowed_object_ids=("people",))
    notes = bind(StreamConfig(stream="notes", target="notes"), NOTES)
    people, companies = stream("people", [boss]), stream("companies", [team])
    circle = [stream("people", [boss]), stream("companies", [lead])]

    assert [companies, people, notes] == ordered([notes, people, companies])
    assert circle == ordered(circle)


def test_scratch_finds_documents_by_token_and_remembers_claims() -> None:
    """A document is found by its tokens until it is replaced or dropped; the first claim stays."""
    with Scratch() as scratch:
        scratch.keep("p", [("1", {"v": 1}, ["a", "b"]), ("2", {"v": 2}, ["b"])])
        both = scratch.find("p", ["a", "b", "c"])
        scratch.keep("p", [("1", {"v": 3}, ["c"])])
        scratch.drop("p", ["2"])
        left = scratch.find("p", ["a", "b", "c"])
        scratch.claim("p", [("x", "me", 1), ("x", "you", 2)])
        scratch.see("p", ["1"])

        assert {"a": [{"v": 1}], "b": [{"v": 1}, {"v": 2}]} == both
        assert {"c": [{"v": 3}]} == left
        assert {"x": ("me", 1)} == scratch.claimed("p", ["x", "y"])
        assert ["2"] == scratch.unseen("p", ["1", "2"])
        assert {} == scratch.find("other", ["c"])


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "credentials.access_token"),
        ({"credentials": {}}, "credentials.access_token"),
        ({"credentials": {"access_token": "t"}, "streams": [{"target": "lists/"}]}, "streams.0.target"),
        (
            {"credentials": {"access_token": "t"}, "streams": [{"fields": [{"attribute": "a"}]}]},
            "streams.0.fields.0",
        ),
        ({"credentials": {"access_token": "t"}, "streams": [{"colour": 1}]}, "streams.0.colour"),
        ({"credentials": {"access_token": "t"}, "max_rejected_percent": 101}, "max_rejected_percent"),
    ],
)
def test_wrong_settings_name_their_field(raw: dict[str, Any], field: str) -> None:
    """The first wrong field is named, its value never."""
    with pytest.raises(Misconfigured, match=f"`{field}` is wrong"):
        DestinationConfig.parse(raw)


def test_token_stays_out_of_reprs() -> None:
    """A printed configuration shows no secret."""
    config = DestinationConfig.parse({"credentials": {"access_token": "very-secret"}})

    assert "very-secret" not in repr(config)
    assert "very-secret" == config.token


@pytest.mark.parametrize(
    ("target", "kind", "slug"),
    [
        ("companies", "objects", "companies"),
        ("objects/notes", "objects", "notes"),
        ("lists/sales", "lists", "sales"),
        ({"list": "sales"}, "lists", "sales"),
        ("notes", "notes", "notes"),
        ({"tasks": {}}, "tasks", "tasks"),
    ],
)
def test_targets_are_written_in_several_ways(target: Any, kind: str, slug: str) -> None:
    """A target is a slug, a kind with a slug, or an object."""
    settings = StreamConfig.model_validate({"target": target})

    assert (kind, slug) == (settings.kind, settings.slug)


def test_operations_offer_what_each_target_allows() -> None:
    """Objects offer all four, lists by their parent, notes and tasks adding alone."""
    company = object_target("companies", {"domains": DOMAINS, "name": attribute("name", is_required=True)})
    found = operations([company, list_target("sales", "companies", {}), NOTES, TASKS])
    modes = [(one["object_name"], one["sync_mode"]) for one in found]
    by_name: Any = {(one["object_name"], one["sync_mode"]): one for one in found}

    assert [("notes", "append"), ("tasks", "append")] == modes[-2:]
    assert [["record_id"], ["domains"]] == by_name["companies", "soft_delete"]["matching_keys"]
    assert ["name"] == by_name["companies", "append"]["json_schema"]["required"]
    assert "required" not in by_name["companies", "update"]["json_schema"]
    assert [["parent_record"]] == by_name["lists/sales", "append_dedup"]["matching_keys"]


@pytest.mark.parametrize(
    "fill",
    [
        lambda scratch: scratch.see("place", (str(one) for one in range(50_000))),
        lambda scratch: scratch.keep("place", [(str(one), {"a": "b" * 1000}, ["t"]) for one in range(5_000)]),
        lambda scratch: scratch.aside.spool("place", ((one, "b" * 1000) for one in range(5_000))),
        lambda scratch: scratch.aside.put(1, ((one, "b" * 1000, [("a", 0, True)]) for one in range(5_000))),
    ],
)
def test_full_disk_under_the_scratch_file_is_told(fill: Callable[[Scratch], None]) -> None:
    """Whatever is put into the run's scratch file, a full disk is one sentence and what to do."""
    with Scratch() as scratch:
        scratch._db.execute("PRAGMA max_page_count=60")  # noqa: SLF001 (a disk of that size)
        with pytest.raises(StorageError, match=r"temporary file .*is full") as caught:
            fill(scratch)

    assert "SQLITE_TMPDIR" in caught.value.remedy
