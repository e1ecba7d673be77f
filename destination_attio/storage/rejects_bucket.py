"""Stores rejected rows in S3 object storage, to which Airbyte's page of a sync links."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from destination_attio.storage.rejects import StorageError, lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from destination_attio.config import S3Config
    from destination_attio.model.plan import Change

_EXTERNAL_ID: Final = "AWS_ASSUME_ROLE_EXTERNAL_ID"
"""The variable with Airbyte's external id, which the user's role may require of whoever assumes it."""
_ROLE_SESSION: Final = "destination-attio"


@dataclass(frozen=True, kw_only=True, slots=True)
class Synced:
    """The platform's name of a stream and of the sync that writes it."""

    stream_name: str
    namespace: str = ""
    sync_id: str = ""


class RejectsBucket:
    """Writes one object per flush and stream, in a folder per sync."""

    def __init__(self, settings: S3Config, run_id: str, streams: Mapping[str, Synced] | None = None) -> None:
        """Nothing is sent before the first rejected row; `streams` has the platform's names by stream."""
        self._settings, self._run_id, self._number = settings, run_id, 0
        self._streams = dict(streams or {})
        self._client: Any = None
        self.place: str | None = f"s3://{settings.s3_bucket_name}/{self._common()}"

    def keep(self, refused: Sequence[tuple[Change, Mapping[str, Any]]]) -> None:
        """Store the rows of each stream as one object, before returning."""
        by_stream: dict[str, list[tuple[Change, Mapping[str, Any]]]] = {}
        for one in refused:
            by_stream.setdefault(one[0].stream, []).append(one)
        for stream, rows in by_stream.items():
            self._number += 1
            # The run's id keeps attempts apart: each attempt of a sync writes into the same folder.
            name = f"{self._run_id}-rejected-{self._number:05d}.jsonl"
            self._put(f"{self._folder(stream)}{name}", lines(rows))

    def check(self) -> None:
        """Store an empty object, always under the same name."""
        folder = self._settings.bucket_path.strip("/")
        self._put(f"{folder}/check".lstrip("/"), b"")

    def _folder(self, stream: str) -> str:
        """The folder of a stream's rows; parts without a value are left out."""
        synced = self._streams.get(stream) or Synced(stream_name=stream)
        parts = {
            "sync_id": synced.sync_id or self._run_id,
            "namespace": synced.namespace,
            "stream_name": synced.stream_name,
            "run_id": self._run_id,
        }
        path = self._settings.path_format.format(**{name: _one_part(one) for name, one in parts.items()})
        return _joined(self._settings.bucket_path, path)

    def _common(self) -> str:
        """The common folder of all streams' rows."""
        folders = [self._folder(stream).split("/") for stream in self._streams or [""]]
        alike = takewhile(lambda steps: len(set(steps)) == 1, zip(*folders, strict=False))
        return _joined(*(steps[0] for steps in alike))

    def _put(self, name: str, content: bytes) -> None:
        try:
            self._client = self._client or _s3(self._settings)
            self._client.put_object(
                Bucket=self._settings.s3_bucket_name,
                Key=name,
                Body=content,
                ContentType="application/x-ndjson",
            )
        except Exception as error:
            raise StorageError(
                f"The rejected rows cannot be written to {self.place} ({_code(error)}).",
                "Check the bucket's name, its region, the endpoint, the access key and the role.",
            ) from error


def _one_part(value: str) -> str:
    return re.sub(r"[/\\]+", "_", value)


def _joined(*parts: str) -> str:
    """The parts as a folder with a slash at its end; empty for the bucket's root."""
    steps = [step for part in parts for step in part.split("/") if step]
    return "/".join(steps) + "/" if steps else ""


def _code(error: Exception) -> str:
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
    return str(code or type(error).__name__)


def _s3(settings: S3Config) -> Any:  # noqa: ANN401 (boto3 makes its classes at run time)
    import boto3  # noqa: PLC0415 (half a second, and few configurations need it)

    secrets = (settings.access_key_id, settings.secret_access_key)
    key, secret = (one.get_secret_value() if one else None for one in secrets)
    session = boto3.Session(key, secret, region_name=settings.s3_bucket_region)
    if settings.role_arn:
        session = _in_role(session, settings.role_arn)
    return session.client("s3", endpoint_url=settings.s3_endpoint)


def _in_role(session: Any, role_arn: str) -> Any:  # noqa: ANN401 (as above)
    """A session in a role, whose credentials are renewed each hour."""
    import boto3  # noqa: PLC0415 (see above)
    import botocore.credentials  # noqa: PLC0415 (see above)
    import botocore.session  # noqa: PLC0415 (see above)

    wanted = {"RoleArn": role_arn, "RoleSessionName": _ROLE_SESSION}
    if external_id := os.environ.get(_EXTERNAL_ID):
        wanted["ExternalId"] = external_id
    refresh = botocore.credentials.create_assume_role_refresher(session.client("sts"), wanted)

    class TakenRole(botocore.credentials.CredentialProvider):  # type: ignore[misc]  # botocore ships no types
        """Credentials of the role in place of the environment's."""

        METHOD = "role-of-the-settings"

        def load(self) -> Any:  # noqa: ANN401 (as above)
            return botocore.credentials.DeferredRefreshableCredentials(refresh, self.METHOD)

    taken = botocore.session.get_session()
    taken.get_component("credential_provider").insert_before("env", TakenRole())
    return boto3.Session(botocore_session=taken, region_name=session.region_name)
