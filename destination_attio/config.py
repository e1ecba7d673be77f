"""The destination's settings, parsed once; other modules get typed values with defaults applied.

`rows/binding` checks the slugs against the workspace. Airbyte's form (`airbyte/form`) shows the titles,
descriptions and examples, so a setting that is added here appears in the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from attio_api import refusals
from attio_api.blanks import without_blanks
from attio_api.pace import LEAST_A_SECOND
from attio_api.setting_faults import fault, no_switch
from destination_attio.field_config import HIDDEN, FieldConfig, Merge, SetInstead, Settings
from destination_attio.storage_config import JournalConfig, NoStorage, RejectsConfig, S3Config
from destination_attio.stream_config import Mode, StreamConfig, TargetKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_api.errors import Misconfigured

__all__ = [
    "AccessToken",
    "DestinationConfig",
    "FieldConfig",
    "Merge",
    "Mode",
    "OAuth",
    "S3Config",
    "SetInstead",
    "StreamConfig",
    "TargetKind",
]
_DATA_OF_THE_USER: Final = frozenset({"scope_filter", "constant", "value", "separator"})
"""Settings whose null or space has a meaning: what is sent to Attio, and the separator of a cell."""

_MOST_A_SECOND: Final = 10_000
"""The fastest pace that may be set: Attio's own limits are far below, and those of an emulator may be off."""
_CHOICES: Final = frozenset({"credentials", "object_storage_config", "on_absent"})
"""Settings with options, after whose name pydantic puts the option."""


def _chosen(member: str, default: str) -> Callable[[object], object]:
    """Adds the first option of a `oneOf` where the configuration names none."""

    def choose(raw: object) -> object:
        return {member: default, **raw} if isinstance(raw, dict) else raw

    return choose


class OAuth(Settings):
    """The token that a sign-in with an OAuth app gave."""

    model_config = ConfigDict(title="OAuth 2.0")

    auth_type: Literal["oauth2.0"]
    client_id: SecretStr | None = Field(
        default=None, title="Client ID", description="The client ID of your OAuth app in Attio."
    )
    client_secret: SecretStr | None = Field(
        default=None, title="Client secret", description="The client secret of your OAuth app in Attio."
    )
    access_token: SecretStr = Field(title="Access token", description="The token that the sign-in returned.")


class AccessToken(Settings):
    """A token made in Attio's settings. An app's id and secret that are left from OAuth change nothing."""

    model_config = ConfigDict(title="Access token", extra="ignore")

    auth_type: Literal["access_token"]
    access_token: SecretStr = Field(
        title="Access token",
        description="Made in Attio under Workspace settings, Developers. It needs the scopes to read and "
        "write records and to read the object configuration.",
    )


class DestinationConfig(Settings):
    """Everything the destination can be told."""

    credentials: Annotated[
        OAuth | AccessToken,
        Field(discriminator="auth_type"),
        BeforeValidator(_chosen("auth_type", "access_token")),
    ] = Field(title="Sign-in", description="How to sign in to Attio.")
    streams: tuple[StreamConfig, ...] = Field(
        default=(),
        title="Streams",
        description="What goes where. A stream that is not listed goes to the object of its name, column "
        "by column.",
    )
    max_rejected_percent: float = Field(
        default=100.0,
        ge=0,
        le=100,
        title="Most rows that may be rejected, in percent",
        description="Above this share of rejected rows the sync fails.",
    )
    stop_after_rejected_rows: int = Field(
        default=100,
        ge=0,
        title="Stop when the first rows are all rejected",
        description="When so many rows at the start of a stream are all rejected, the sync fails: its "
        "mapping is wrong. 0: never.",
    )
    object_storage_config: (
        Annotated[
            NoStorage | S3Config,
            Field(discriminator="storage_type"),
            BeforeValidator(_chosen("storage_type", "S3")),
        ]
        | None
    ) = Field(
        default=None,
        title="Storage of rejected rows",
        description="Object storage in which rows that Attio refuses are kept, each with its reason.",
    )
    rejects: RejectsConfig | None = Field(
        default=None,
        title="File of rejected rows",
        description="A JSONL file. Only where the connector runs on a machine of your own: the disk of a "
        "pod is gone after the sync.",
        json_schema_extra=HIDDEN,
    )
    journal: JournalConfig | None = Field(
        default=None,
        title="Journal",
        description="A DuckDB file that remembers every write, so that it can be undone. Only where the "
        "connector runs on a machine of your own: the disk of a pod is gone after the sync.",
        json_schema_extra=HIDDEN,
    )
    requests_per_second: float | None = Field(
        default=None,
        ge=LEAST_A_SECOND,
        le=_MOST_A_SECOND,
        allow_inf_nan=False,
        title="Most requests a second",
        description="Attio allows 100 reads and 25 writes a second for all programs together; a lower "
        "figure leaves room for others.",
        examples=[50],
    )
    batch_rows: int = Field(
        default=10_000,
        ge=1,
        le=100_000,
        title="Rows a batch",
        description="Rows that are compared with Attio at once. More cost memory and save requests. "
        "A batch has never more rows than can be written in 20 minutes, at one write a row.",
    )
    api_url: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        default="https://api.attio.com",
        title="API address",
        description="The address of Attio, of a proxy, or of an emulator.",
        json_schema_extra=HIDDEN,
    )

    _numbers = field_validator(
        "max_rejected_percent",
        "stop_after_rejected_rows",
        "requests_per_second",
        "batch_rows",
        mode="before",
    )(no_switch)

    @model_validator(mode="after")
    def _each_stream_once(self) -> Self:
        names = [(one.namespace, one.stream) for one in self.streams if one.stream]
        twice = next((name for _, name in names if names.count((_, name)) > 1), None)
        if twice is not None:
            raise ValueError(f"the stream '{twice}' is configured twice, but goes to one target only")
        return self

    @property
    def token(self) -> str:
        """The access token in clear text, for the client only."""
        return self.credentials.access_token.get_secret_value()

    @property
    def storage(self) -> S3Config | None:
        """The settings of object storage for rejected rows, from either of the two names they may have."""
        if self.rejects and self.rejects.s3:
            return self.rejects.s3
        return self.object_storage_config if isinstance(self.object_storage_config, S3Config) else None

    def stream(self, name: str, namespace: str | None = None) -> StreamConfig | None:
        """A stream's settings: those for its namespace, else those for its name in any namespace, or None."""
        found = {one.namespace: one for one in self.streams if one.stream == name}
        return found.get(namespace) or found.get(None)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> DestinationConfig:
        """Parse a configuration; raises Misconfigured naming the first wrong field, never its value."""
        given = {"credentials": {}, **without_blanks(raw, untouched=_DATA_OF_THE_USER)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise _wrong(error, given) from None


def _wrong(error: ValidationError, raw: Mapping[str, Any]) -> Misconfigured:
    problem = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(_steps(problem["loc"], raw)) or "configuration"
    return refusals.WRONG_SETTING(where=where, problem=fault(problem))


def _steps(place: tuple[int | str, ...], raw: Mapping[str, Any]) -> list[str]:
    """The path of a setting as the user wrote it; pydantic inserts the tag of the chosen option."""
    untagged = [step for before, step in zip(("", *place), place, strict=False) if before not in _CHOICES]
    steps: list[str] = []
    at: Any = raw
    for number, step in enumerate(untagged, start=1):
        below = _member(at, step)
        if number == len(untagged) or isinstance(below, dict | list | tuple):
            steps.append(str(step))
            at = below
    return steps


def _member(at: object, step: int | str) -> object:
    if isinstance(at, list | tuple) and isinstance(step, int) and step < len(at):
        return at[step]
    return at.get(step) if isinstance(at, dict) else None
