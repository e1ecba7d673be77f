"""The settings of one stream: what may be left out, and in how many ways each may be written."""

from typing import Any

import pytest

from attio_api.errors import Misconfigured
from destination_attio.config import StreamConfig
from unit_tests.destination_attio.samples import parsed


def test_blank_settings_of_a_stream_have_their_defaults() -> None:
    """The same holds inside a stream and its fields."""
    stream = {"stream": "a", "fields": [{"attribute": "x", "column": "c"}]}
    blanks = {"mode": None, "on_absent": {}, "scope_filter": "", "max_delete_percent": None, "match": []}
    field = {"attribute": "x", "column": "c", "columns": [], "merge": "", "reference": None, "constant": ""}
    blank = {"stream": "a", "fields": [field], **blanks}

    assert parsed(streams=[stream]) == parsed(streams=[blank])


def test_a_scope_may_be_text_or_an_object() -> None:
    """The form has a text in JSON; its nulls and empty texts are part of the filter."""
    text = parsed(streams=[{"stream": "a", "scope_filter": '{"name": {"$eq": null}}'}])

    assert text == parsed(streams=[{"stream": "a", "scope_filter": {"name": {"$eq": None}}}])
    with pytest.raises(Misconfigured, match=r"`streams.0.scope_filter` is wrong: must be a filter in JSON"):
        parsed(streams=[{"stream": "a", "scope_filter": "name = x"}])


@pytest.mark.parametrize(("count", "taken"), [(99, True), (100, False)])
def test_a_scope_leaves_room_for_an_id(count: int, *, taken: bool) -> None:
    """A mirror reads records again by id within its scope; Attio takes a hundred values in one request."""
    streams = [{"stream": "a", "scope_filter": {"name": {"$in": ["x"] * count}}}]
    if taken:
        assert parsed(streams=streams).streams
        return
    with pytest.raises(Misconfigured, match=r"`streams.0.scope_filter` is wrong: has 100 values"):
        parsed(streams=streams)


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
