"""The settings of the storage of rejected rows: what cannot work is refused by name."""

from typing import Any

import pytest

from attio_api.errors import Misconfigured
from unit_tests.destination_attio.samples import parsed

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
