"""The settings of files and object storage, for rejected rows and for the journal.

Airbyte's form (`airbyte/form`) shows the titles, descriptions and examples.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, field_validator, model_validator

from destination_attio.field_config import HIDDEN, Settings

_NOT_IN_FORM: Final[dict[str, Any]] = {"in_form": False}


def _of_a_file(value: str) -> str:
    """The path, when it can be one of a file that stays; raises ValueError."""
    if "\0" in value:
        raise ValueError("holds a character that no path has (U+0000)")
    if value.startswith(":memory:"):
        raise ValueError("must be the path of a file, since memory is gone after the run")
    return value


FilePath = Annotated[str, AfterValidator(_of_a_file)]


class NoStorage(Settings):
    """Rejected rows are not kept in object storage."""

    model_config = ConfigDict(title="None", extra="ignore")

    storage_type: Literal["None"]


class S3Config(Settings):
    """Object storage for rejected rows, named as Airbyte's data activation names it."""

    model_config = ConfigDict(title="S3", str_strip_whitespace=True)

    storage_type: Literal["S3"] = "S3"
    s3_bucket_name: str = Field(title="Bucket", description="The bucket, which must exist.")
    s3_bucket_region: str = Field(
        default="us-east-1", title="Region", description="The region of the bucket."
    )
    bucket_path: str = Field(
        default="",
        title="Path in the bucket",
        description="Each sync writes into a folder of its own below it.",
        examples=["airbyte/attio"],
    )
    s3_endpoint: str | None = Field(
        default=None,
        title="Endpoint",
        description="The address of another object storage with the S3 interface.",
        examples=["https://storage.example.com"],
    )
    access_key_id: SecretStr | None = Field(
        default=None,
        title="Access key ID",
        description="Left empty, the environment's own credentials are used.",
    )
    secret_access_key: SecretStr | None = Field(
        default=None, title="Secret access key", description="The secret of the access key."
    )
    role_arn: str | None = Field(
        default=None,
        title="Role ARN",
        description="An AWS role to assume before writing, with the access key or the environment's own "
        "credentials.",
        examples=["arn:aws:iam::123456789012:role/rejected-rows"],
    )
    path_format: str = Field(
        default="{sync_id}/{namespace}/{stream_name}/",
        title="Folders below the path",
        description="The folders, made of {sync_id}, {namespace}, {stream_name} and {run_id}. Airbyte's "
        "link to the rejected rows of a sync leads to the folder {sync_id}.",
        json_schema_extra=HIDDEN,
    )

    @field_validator("s3_endpoint")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value is not None and not urlsplit(value).hostname:
            raise ValueError("must be an address, as https://storage.example.com")
        return value

    @model_validator(mode="after")
    def _a_whole_key(self) -> Self:
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise ValueError("give both `access_key_id` and `secret_access_key`, or neither")
        return self

    @field_validator("path_format")
    @classmethod
    def _known_parts(cls, value: str) -> str:
        parts = dict.fromkeys(("sync_id", "namespace", "stream_name", "run_id"), "")
        try:
            value.format(**parts)
        except (KeyError, IndexError, ValueError, AttributeError):
            names = ", ".join(f"{{{name}}}" for name in parts)
            raise ValueError(f"may be made of {names} and other text") from None
        return value


class RejectsConfig(Settings):
    """Where rejected rows go: a JSONL file, or object storage."""

    path: FilePath | None = Field(
        default=None,
        title="Path",
        description="The path of the file, on a disk that is still there after the sync.",
    )
    s3: S3Config | None = Field(default=None, json_schema_extra=_NOT_IN_FORM)


class JournalConfig(Settings):
    """The DuckDB file that remembers what was written."""

    path: FilePath = Field(
        title="Path", description="The path of the file, on a disk that is still there after the sync."
    )
