"""Rejected rows in object storage: where they lie, and in whose name they are written."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from attio_api.errors import Misconfigured
from destination_attio.config import DestinationConfig, S3Config
from destination_attio.model.plan import Change
from destination_attio.storage.rejects import StorageError, read_rejects
from destination_attio.storage.rejects_bucket import RejectsBucket, Synced
from integration_tests.destination.lines import checked, failure, record, state, states, write
from integration_tests.http_servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration_tests.destination.desk import Desk

KEYS = {"access_key_id": "key", "secret_access_key": "secret"}
ROWS = Synced(stream_name="rows", namespace="crm", sync_id="4711")


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The address of a storage with the S3 interface."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(storage: str) -> Any:
    """A client with an empty bucket `rejects`."""
    made = bucket(storage, "rejects")
    for one in made.list_objects_v2(Bucket="rejects").get("Contents", ()):
        made.delete_object(Bucket="rejects", Key=one["Key"])
    return made


def settings(storage: str, **more: Any) -> S3Config:
    return S3Config(s3_bucket_name="rejects", s3_endpoint=storage, bucket_path="/airbyte/", **KEYS, **more)


def refused(stream: str, number: int) -> tuple[Change, dict[str, Any]]:
    change = Change(kind="rejected", stream=stream, target="companies", row_number=number, reason="Because.")
    return change, {"name": f"N {number}"}


def keys(client: Any) -> list[str]:
    return [one["Key"] for one in client.list_objects_v2(Bucket="rejects").get("Contents", ())]


def test_rows_lie_below_the_sync_by_namespace_and_stream(client: Any, storage: str) -> None:
    """`{bucket_path}/{sync_id}/{namespace}/{stream_name}/`, the folder that the platform's page links to."""
    bucket = RejectsBucket(settings(storage), "run-1", {"crm.rows": ROWS})
    bucket.keep([refused("crm.rows", 1), refused("crm.rows", 2)])

    assert ["airbyte/4711/crm/rows/run-1-rejected-00001.jsonl"] == keys(client)
    assert "s3://rejects/airbyte/4711/crm/rows/" == bucket.place


def test_each_stream_has_a_folder_and_each_attempt_its_files(
    client: Any, storage: str, tmp_path: Path
) -> None:
    """Streams are apart, and a second attempt of the same sync overwrites nothing."""
    other = Synced(stream_name="others", sync_id="4711")
    for run in ("run-1", "run-2"):
        bucket = RejectsBucket(settings(storage), run, {"rows": ROWS, "others": other})
        bucket.keep([refused("rows", 1), refused("others", 2)])
    found = keys(client)
    (tmp_path / "rows").write_bytes(client.get_object(Bucket="rejects", Key=found[0])["Body"].read())

    assert [
        "airbyte/4711/crm/rows/run-1-rejected-00001.jsonl",
        "airbyte/4711/crm/rows/run-2-rejected-00001.jsonl",
        "airbyte/4711/others/run-1-rejected-00002.jsonl",
        "airbyte/4711/others/run-2-rejected-00002.jsonl",
    ] == found
    assert "s3://rejects/airbyte/4711/" == bucket.place
    assert [("rows", {"name": "N 1"})] == list(read_rejects(tmp_path / "rows"))


def test_without_a_sync_the_run_names_the_folder(storage: str) -> None:
    """Outside the platform nothing else tells one run from the next."""
    assert "s3://rejects/airbyte/run-1/" == RejectsBucket(settings(storage), "run-1").place


def test_the_folders_can_be_set(client: Any, storage: str) -> None:
    """Another order, fixed words, and names with slashes that make no folder of their own."""
    named = Synced(stream_name="a/b", namespace="c", sync_id="7")
    wanted = settings(storage, path_format="rejected/{stream_name}/{sync_id}-{run_id}")
    RejectsBucket(wanted, "run-1", {"a": named}).keep([refused("a", 1)])

    assert ["airbyte/rejected/a_b/7-run-1/run-1-rejected-00001.jsonl"] == keys(client)


@pytest.mark.parametrize("wrong", ["{sync}", "{", "{0}", "{sync_id.nothing}"])
def test_a_folder_made_of_unknown_parts_is_refused(wrong: str) -> None:
    """The message names the parts that there are."""
    place = {"storage_type": "S3", "s3_bucket_name": "b", "path_format": wrong}
    raw = {"credentials": {"access_token": "t"}, "object_storage_config": place}

    with pytest.raises(Misconfigured, match=r"path_format` is wrong: may be made of \{sync_id\}"):
        DestinationConfig.parse(raw)


def test_rows_can_be_written_in_a_role(client: Any, storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role is taken on first, and without it nothing is written."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", storage)
    monkeypatch.setenv("AWS_ASSUME_ROLE_EXTERNAL_ID", "workspace-1")
    arn = "arn:aws:iam::123456789012:role/rejected-rows"
    in_role = settings(storage, role_arn=arn)
    bucket = RejectsBucket(in_role, "run-1", {"rows": ROWS})
    bucket.check()
    bucket.keep([refused("rows", 1)])

    assert ["airbyte/4711/crm/rows/run-1-rejected-00001.jsonl", "airbyte/check"] == keys(client)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "nonsense")
    with pytest.raises(StorageError, match="cannot be written"):
        RejectsBucket(in_role, "run-2").check()


class _Odd(BaseHTTPRequestHandler):
    """What may answer in the place of a service: a page."""

    def do_POST(self) -> None:
        """Show the page."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Sign in</html>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Say nothing."""


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    """The address of something that is no service of a storage."""
    with serving(_Odd) as url:
        yield url


@pytest.mark.parametrize(
    ("more", "variables"),
    [
        ({"role_arn": "arn:aws:iam::123456789012:role/rejected-rows"}, {"AWS_ENDPOINT_URL_STS": "{odd}"}),
        (
            {"access_key_id": None, "secret_access_key": None},
            {
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token",
                "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/x",
            },
        ),
    ],
    ids=["a page instead of a role", "an identity that is not a file"],
)
def test_whatever_goes_wrong_with_a_storage_is_said(
    odd: str, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], variables: dict[str, str]
) -> None:
    """The rows count as not stored, and the message names the bucket and what to look at."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(odd=odd))
    wanted = {**KEYS, **more}
    place = S3Config(s3_bucket_name="rejects", s3_endpoint=odd, **wanted)

    with pytest.raises(StorageError, match="cannot be written to s3://rejects/") as failure:
        RejectsBucket(place, "run-1").keep([refused("rows", 1)])
    assert "the endpoint, the access key and the role" in failure.value.remedy


def bucket(url: str, name: str | None = None) -> Any:
    """A client; makes the bucket when a name is given."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=url, **keys)
    if name:
        client.create_bucket(Bucket=name)
    return client


def test_rejected_rows_go_to_object_storage(desk: Desk, storage: str) -> None:
    """With `object_storage_config` rejected rows are objects in the bucket before their state goes out."""
    client = bucket(storage, "rejects-of-a-sync")
    config = {
        "storage_type": "S3",
        "s3_bucket_name": "rejects-of-a-sync",
        "s3_bucket_region": "us-east-1",
        "bucket_path": "attio",
        "s3_endpoint": storage,
        "access_key_id": "key",
        "secret_access_key": "secret",
    }
    status, said = write(
        desk, [record({"name": "no key"}), state(1)], object_storage_config=config, rejects=None
    )
    found = client.list_objects_v2(Bucket="rejects-of-a-sync")["Contents"]
    body = client.get_object(Bucket="rejects-of-a-sync", Key=found[0]["Key"])["Body"].read()

    assert (0, 1, 1) == (status, len(states(said)), len(found))
    assert found[0]["Key"].startswith("attio/")
    assert {"name": "no key"} == json.loads(body)["row"]


def test_unreachable_object_storage_holds_the_state_back(desk: Desk, storage: str) -> None:
    """Rejected rows that cannot be stored are not acknowledged."""
    config = {
        "storage_type": "S3",
        "s3_bucket_name": "missing",
        "s3_bucket_region": "us-east-1",
        "bucket_path": "",
        "s3_endpoint": storage,
        "access_key_id": "key",
        "secret_access_key": "secret",
    }
    status, said = write(
        desk, [record({"name": "no key"}), state(1)], object_storage_config=config, rejects=None
    )

    assert (1, []) == (status, states(said))
    assert "NoSuchBucket" in failure(said)["message"]


def test_check_sees_to_scopes_and_storage(desk: Desk, storage: str) -> None:
    """What is needed later is asked for now: a bucket that takes rows, and the scope to make options."""
    keys = {"access_key_id": "key", "secret_access_key": "secret", "s3_endpoint": storage}
    kept = {"storage_type": "S3", "s3_bucket_name": "checked", **keys}
    before = checked(desk, object_storage_config=kept)
    bucket(storage, "checked")
    after = checked(desk, object_storage_config=kept)
    poor = desk.attio.add_token("poor", scopes=["record_permission:read-write", "object_configuration:read"])
    streams = [{"stream": "companies", "target": "companies", "on_unknown_option": "create"}]
    scope = checked(desk, credentials={"access_token": poor}, streams=streams)

    assert ("FAILED", "SUCCEEDED", "FAILED") == (before["status"], after["status"], scope["status"])
    assert "NoSuchBucket" in before["message"]
    assert "object_configuration:read-write" in scope["message"]
