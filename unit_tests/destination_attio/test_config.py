from typing import Any

import pytest

from attio_api.errors import Misconfigured
from destination_attio.config import DestinationConfig, StreamConfig

TOKEN = {"access_token": "very-secret"}


def parsed(**more: Any) -> DestinationConfig:
    return DestinationConfig.parse({"credentials": TOKEN, **more})


def spread(columns: Any) -> dict[str, Any]:
    """A stream with one field whose parts are spread over columns."""
    return {"stream": "a", "fields": [{"attribute": "name", "columns": columns}]}


@pytest.mark.parametrize("blank", [None, "", [], {}])
@pytest.mark.parametrize("setting", sorted(set(DestinationConfig.model_fields) - {"credentials"}))
def test_every_setting_may_be_left_blank(setting: str, blank: Any) -> None:
    """Null, an empty text, list or object is what a form or Terraform sends for a setting not set."""
    assert parsed() == parsed(**{setting: blank})


def test_blank_settings_of_a_stream_have_their_defaults() -> None:
    """The same holds inside a stream and its fields."""
    stream = {"stream": "a", "fields": [{"attribute": "x", "column": "c"}]}
    blanks = {"mode": None, "on_absent": {}, "scope_filter": "", "max_delete_percent": None, "match": []}
    field = {"attribute": "x", "column": "c", "columns": [], "merge": "", "reference": None, "constant": ""}
    blank = {"stream": "a", "fields": [field], **blanks}

    assert parsed(streams=[stream]) == parsed(streams=[blank])


def test_columns_by_part_may_be_pairs_or_an_object() -> None:
    """The form has a list of pairs, a file of settings an object."""
    pairs = [{"part": "first_name", "column": "fname"}, {"part": "last_name", "column": "lname"}]
    members = {"first_name": "fname", "last_name": "lname"}

    assert parsed(streams=[spread(pairs)]) == parsed(streams=[spread(members)])
    with pytest.raises(Misconfigured, match="'first_name' has two columns"):
        parsed(streams=[spread([pairs[0], pairs[0]])])


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
    ("settings", "field"),
    [
        ({"object_storage_config": {"storage_type": "S3"}}, "object_storage_config.s3_bucket_name"),
        ({"object_storage_config": {"storage_type": "GCS"}}, "object_storage_config"),
        ({"credentials": {"auth_type": "oauth2.0"}}, "credentials.access_token"),
        ({"credentials": {"access_token": 1}}, "credentials.access_token"),
        ({"credentials": {"access_token": ""}}, "credentials.access_token"),
        ({"journal": {"pth": "x"}}, "journal.path"),
        ({"streams": [{"stream": "a", "on_absent": {"value": 1}}]}, "streams.0.on_absent.attribute"),
        ({"streams": [{"stream": "a", "on_absent": "archive"}]}, "streams.0.on_absent"),
        ({"streams": [{"stream": "a", "on_absent": ["x"]}]}, "streams.0.on_absent"),
        ({"requests_per_second": "inf"}, "requests_per_second"),
        ({"requests_per_second": 1e-300}, "requests_per_second"),
        ({"requests_per_second": 1e308}, "requests_per_second"),
        ({"rejects": {"path": "a\0b"}}, "rejects.path"),
        ({"journal": {"path": "a\0b"}}, "journal.path"),
        ({"journal": {"path": ":memory:"}}, "journal.path"),
    ],
)
def test_a_wrong_setting_inside_an_option_is_named_as_it_was_written(
    settings: dict[str, Any], field: str
) -> None:
    """The name of the option is no part of the setting's name."""
    with pytest.raises(Misconfigured, match=f"`{field}` is wrong"):
        parsed(**settings)


def test_streams_are_told_apart_by_namespace() -> None:
    """An entry for the namespace wins; one without a namespace stands for all others."""
    two = [{"stream": "a", "target": "people"}, {"stream": "a", "namespace": "crm", "target": "companies"}]
    config = parsed(streams=two)

    assert ["companies", "people", "people"] == [
        found.target for one in ("crm", "other", None) if (found := config.stream("a", one))
    ]
    with pytest.raises(Misconfigured, match="configured twice"):
        parsed(streams=[two[1], two[1]])


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


BUCKET = {"storage_type": "S3", "s3_bucket_name": "rejected"}


@pytest.mark.parametrize(
    ("storage", "told"),
    [
        ({"access_key_id": "id"}, "`object_storage_config` is wrong: give both"),
        ({"secret_access_key": "key"}, "`object_storage_config` is wrong: give both"),
        ({"s3_endpoint": "storage.example.com"}, "`object_storage_config.s3_endpoint` is wrong"),
        ({"s3_endpoint": "https://"}, "`object_storage_config.s3_endpoint` is wrong"),
    ],
)
def test_a_storage_that_cannot_work_is_refused_by_name(storage: dict[str, Any], told: str) -> None:
    """Half a key and an address without a scheme or a host are found before anything is sent."""
    with pytest.raises(Misconfigured) as refusal:
        parsed(object_storage_config=BUCKET | storage)

    assert told in str(refusal.value)


def test_what_was_pasted_with_spaces_around_it_is_taken_without() -> None:
    """A line's end behind a key or an address changes nothing."""
    plain = {"s3_endpoint": "https://s3.example.com", "access_key_id": "id", "secret_access_key": "key"}
    pasted = {name: f" {value}\n" for name, value in plain.items()}
    api_url = "https://proxy.example.com"

    assert parsed(object_storage_config=BUCKET | plain, api_url=api_url) == parsed(
        object_storage_config=BUCKET | pasted, api_url=f" {api_url}\n"
    )
