from typing import Any

import pytest

from attio_api.errors import Misconfigured
from destination_attio.config import DestinationConfig
from unit_tests.destination_attio.samples import parsed


@pytest.mark.parametrize("blank", [None, "", [], {}])
@pytest.mark.parametrize("setting", sorted(set(DestinationConfig.model_fields) - {"credentials"}))
def test_every_setting_may_be_left_blank(setting: str, blank: Any) -> None:
    """Null, an empty text, list or object is what a form or Terraform sends for a setting not set."""
    assert parsed() == parsed(**{setting: blank})


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
        ({"requests_per_second": True}, "requests_per_second"),
        ({"batch_rows": True}, "batch_rows"),
        ({"max_rejected_percent": False}, "max_rejected_percent"),
        ({"stop_after_rejected_rows": False}, "stop_after_rejected_rows"),
        ({"streams": [{"stream": "a", "max_delete_percent": True}]}, "streams.0.max_delete_percent"),
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
