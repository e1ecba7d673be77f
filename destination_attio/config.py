"""What the user fills in, parsed once; past this module everything is typed, defaulted and safe to print.

Whether the slugs exist in the workspace is `binding`'s business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from attio_api.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

Mode = Literal["upsert", "update", "create", "mirror", "delete"]
Merge = Literal["overwrite", "append", "remove", "set_if_empty", "ignore_null", "clear_on_null"]
TargetKind = Literal["objects", "lists", "notes", "tasks"]

_KIND_BY_WORD: dict[str, TargetKind] = {
    "object": "objects",
    "objects": "objects",
    "list": "lists",
    "lists": "lists",
    "notes": "notes",
    "tasks": "tasks",
}


class Settings(BaseModel):
    """Closed and unchangeable: a misspelt option is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Credentials(Settings):
    """The token, however it was obtained."""

    auth_type: Literal["access_token", "oauth2.0"] = "access_token"
    access_token: SecretStr
    client_id: str | None = None
    client_secret: SecretStr | None = None


class FieldConfig(Settings):
    """One column (or columns that hold parts, or a constant) and the attribute it goes to.

    `reference` is the unique attribute of the target object that the column's value names.
    """

    column: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    attribute: str
    merge: Merge = "overwrite"
    constant: Any = None
    reference: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if [self.column is None, not self.columns, self.constant is None].count(False) != 1:
            raise ValueError("give one of `column`, `columns` and `constant`")
        return self

    @property
    def parts_by_column(self) -> dict[str, str | None]:
        """The columns that are read, each with the part of the value that it holds, if not all of it."""
        if self.column is not None:
            return {self.column: None}
        return {column: part for part, column in self.columns.items()}


class SetInstead(Settings):
    """What a mirror does to records that left the source, when they shall not be deleted."""

    attribute: str
    value: Any = None


class StreamConfig(Settings):
    """Where one stream goes and how; everything but the stream's name has a default."""

    stream: str = ""
    target: str = ""
    mode: Mode | None = None
    match: tuple[str, ...] = ()
    fields: tuple[FieldConfig, ...] = ()
    on_missing_reference: Literal["reject", "skip", "create_stub"] = "reject"
    on_unknown_option: Literal["reject", "create"] = "reject"
    delete_when: str | None = None
    scope_filter: dict[str, Any] | None = None
    max_delete_percent: float = Field(default=10.0, ge=0, le=100)
    on_absent: Literal["delete"] | SetInstead = "delete"
    default_country: str | None = Field(default=None, pattern="^[A-Z]{2}$")

    @field_validator("match", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if value is None:
            return ()
        return (value,) if isinstance(value, str) else value

    @field_validator("on_absent", mode="before")
    @classmethod
    def _or_delete(cls, value: object) -> object:
        return value or "delete"

    @field_validator("target", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        if isinstance(value, dict) and len(value) == 1:
            word, slug = next(iter(value.items()))
            return str(word) if word in {"notes", "tasks"} else f"{word}/{slug}"
        return value

    @field_validator("target")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        word, separator, slug = value.partition("/")
        if separator and (word not in _KIND_BY_WORD or not slug):
            raise ValueError("write `companies`, `objects/companies`, `lists/sales`, `notes` or `tasks`")
        return value

    @property
    def kind(self) -> TargetKind:
        """Records of an object, entries of a list, notes or tasks."""
        word, separator, _ = self.target.partition("/")
        return _KIND_BY_WORD[word] if separator or word in {"notes", "tasks"} else "objects"

    @property
    def slug(self) -> str:
        """The object's or list's slug; for notes and tasks their own name."""
        return self.target.rpartition("/")[2]


class S3Config(Settings):
    """Object storage for rejected rows, named as Airbyte's data activation names it."""

    storage_type: Literal["S3"] = "S3"
    s3_bucket_name: str
    s3_bucket_region: str = "us-east-1"
    bucket_path: str = ""
    s3_endpoint: str | None = None
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None


class NoStorage(Settings):
    """Rejected rows are counted and logged, not kept."""

    storage_type: Literal["None"] = "None"


class RejectsConfig(Settings):
    """Where rejected rows go: a JSONL file, or object storage."""

    path: str | None = None
    s3: S3Config | None = None


class JournalConfig(Settings):
    """The DuckDB file that remembers what was written."""

    path: str


class DestinationConfig(Settings):
    """Everything the destination can be told."""

    credentials: Credentials
    api_url: str = "https://api.attio.com"
    streams: tuple[StreamConfig, ...] = ()
    max_rejected_percent: float = Field(default=100.0, ge=0, le=100)
    rejects: RejectsConfig | None = None
    object_storage_config: S3Config | NoStorage | None = None
    journal: JournalConfig | None = None
    requests_per_second: float | None = Field(default=None, gt=0)
    batch_rows: int = Field(default=10_000, ge=1, le=100_000)

    @model_validator(mode="after")
    def _each_stream_once(self) -> Self:
        names = [one.stream for one in self.streams if one.stream]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"the stream '{twice}' is configured twice, but goes to one target only")
        return self

    @property
    def token(self) -> str:
        """The access token in the clear, for the client alone."""
        return self.credentials.access_token.get_secret_value()

    @property
    def storage(self) -> S3Config | None:
        """Object storage for rejected rows, from either of its two names."""
        if self.rejects and self.rejects.s3:
            return self.rejects.s3
        return self.object_storage_config if isinstance(self.object_storage_config, S3Config) else None

    def stream(self, name: str) -> StreamConfig | None:
        """What was configured for a stream, if anything."""
        return next((one for one in self.streams if one.stream == name), None)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> DestinationConfig:
        """Parse a configuration; raises Misconfigured naming the first wrong field, never its value."""
        try:
            return cls.model_validate(raw)
        except ValidationError as error:
            raise Misconfigured(_sentence(error), remedy="Correct the configuration and try again.") from None


def _sentence(error: ValidationError) -> str:
    problem = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(step) for step in problem["loc"]) or "configuration"
    return f"The setting `{where}` is wrong: {problem['msg'].removeprefix('Value error, ')}."
