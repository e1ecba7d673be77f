"""The settings of one stream: its target, its mode, and what happens to its rows and records.

Airbyte's form (`airbyte/form`) shows the titles, descriptions and examples.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, WithJsonSchema, field_validator

from attio_api.filter_text import parsed
from attio_api.filter_values import need_room
from attio_api.setting_faults import no_switch
from destination_attio.field_config import (
    FieldConfig,
    OnInvalid,
    OnMissingReference,
    OnUnknownOption,
    SetInstead,
    Settings,
)
from destination_attio.read_config import (  # pydantic evaluates annotations at run time
    Choice,  # noqa: TC001  # as above
    PhoneCountry,  # noqa: TC001  # as above
    ReadConfig,  # noqa: TC001  # as above
)

Mode = Literal["upsert", "update", "create", "mirror", "delete"]
TargetKind = Literal["objects", "lists", "notes", "tasks", "options", "statuses"]
"""Kinds of targets. `options` stands for options and statuses, which runs make; no stream writes to it."""

ASKED: Final[dict[str, Any]] = {"asked": True}
"""Marks a setting that the form requires, though other callers may leave it out."""
_KIND_BY_WORD: dict[str, TargetKind] = {
    "object": "objects",
    "objects": "objects",
    "list": "lists",
    "lists": "lists",
    "notes": "notes",
    "tasks": "tasks",
}


class StreamConfig(Settings):
    """Where one stream goes and how; everything but the stream's name has a default."""

    model_config = ConfigDict(title="Stream")

    stream: str = Field(
        default="",
        title="Stream",
        description="The name of the source's stream.",
        json_schema_extra=ASKED,
    )
    namespace: str | None = Field(
        default=None,
        title="Namespace",
        description="Only where two streams have the same name: the namespace of the one that is meant.",
        examples=["public"],
    )
    target: str = Field(
        default="",
        title="Target",
        description="Where its rows go: an object's slug, `lists/<slug>`, `notes` or `tasks`. Left empty: "
        "the object of the stream's name.",
        examples=["companies", "lists/sales", "notes"],
    )
    mode: Choice[Mode] = Field(
        default=None,
        title="Mode",
        description="Left empty or not_set, the connection's sync mode decides. A mirror deletes what the "
        "source no longer has, within the limits below.",
    )
    match: tuple[str, ...] = Field(
        default=(),
        title="Match by",
        description="The attributes whose values tell which record a row means: a unique one, `record_id`, "
        "or any others together.",
        examples=[["domains"]],
    )
    fields: tuple[FieldConfig, ...] = Field(
        default=(),
        title="Fields",
        description="Which column goes to which attribute. Left empty, columns go to the attributes of the "
        "same name.",
    )
    read: ReadConfig | None = Field(
        default=None,
        title="How cells are written",
        description="Dates, numbers and empty cells of texts, as people write them.",
    )
    on_invalid: OnInvalid = Field(
        default="reject",
        title="When a value cannot be taken",
        description="reject: the row is rejected. skip_field: the attribute is left alone, and the cell is "
        "listed. null: the attribute is cleared, and the cell is listed.",
    )
    on_missing_reference: OnMissingReference = Field(
        default="reject",
        title="When a referenced record does not exist",
        description="reject: the row is rejected. skip: the attribute is left alone. create_stub: a record "
        "is made that holds nothing but the value.",
    )
    on_unknown_option: OnUnknownOption = Field(
        default="reject",
        title="When a select option or status does not exist",
        description="reject: the row is rejected, naming the nearest titles. create: it is made; the token "
        "needs to write the configuration. skip: it is left out, and the cell is listed. nearest: the title "
        "that differs in case, spaces, dashes and pictures alone is taken.",
    )
    delete_when: str | None = Field(
        default=None,
        title="Delete when",
        description="A column. Where it holds something true, the row's record is deleted.",
        examples=["_ab_cdc_deleted_at", "_deleted"],
    )
    scope_filter: Annotated[dict[str, Any] | None, WithJsonSchema({"type": "string", "multiline": True})] = (
        Field(
            default=None,
            title="Scope of a mirror",
            description="An Attio filter in JSON: only records that it lets through may be deleted.",
            examples=['{"categories": "Software"}'],
        )
    )
    max_delete_percent: float = Field(
        default=10.0,
        ge=0,
        le=100,
        title="Most that a mirror may delete, in percent",
        description="The largest share of the records in scope that may be deleted. When more have left the "
        "source, the sync fails and deletes nothing.",
    )
    on_absent: Annotated[
        Annotated[Literal["delete"], Tag("delete")] | Annotated[SetInstead, Tag("set")],
        Discriminator(lambda value: "delete" if value == "delete" else "set"),
    ] = Field(
        default="delete",
        title="Instead of deleting",
        description="For a mirror: the attribute to set in records that left the source. Left empty, they "
        "are deleted.",
    )
    default_country: PhoneCountry = None

    _number = field_validator("max_delete_percent", mode="before")(no_switch)

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

    @field_validator("scope_filter", mode="before")
    @classmethod
    def _parsed(cls, value: object) -> object:
        return (parsed(value) if isinstance(value, str) else value) or None

    @field_validator("scope_filter")
    @classmethod
    def _leaves_room(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        need_room(value or {}, own=1)  # a mirror reads records again by their ids before it deletes them
        return value

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
