"""The settings of one field: a column or a constant, and the attribute it goes to.

Airbyte's form (`airbyte/form`) shows the titles, descriptions and examples.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from destination_attio.read_config import (  # pydantic reads annotations at run time
    Choice,  # noqa: TC001  # as above
    ReadConfig,  # noqa: TC001  # as above
)

OnInvalid = Literal["reject", "skip_field", "null"]
OnUnknownOption = Literal["reject", "create", "skip", "nearest"]
OnMissingReference = Literal["reject", "skip", "create_stub"]
Merge = Literal["overwrite", "append", "remove", "set_if_empty", "ignore_null", "clear_on_null"]
HIDDEN: Final[dict[str, Any]] = {"airbyte_hidden": True}
"""Marks a setting that the form does not show, though a configuration may contain it."""


class Settings(BaseModel):
    """Frozen, and closed to unknown members, so that a misspelt option is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PartColumn(Settings):
    """One part of a composite value and the column that holds it, as the form asks for it."""

    model_config = ConfigDict(title="Part")

    part: str = Field(
        title="Part",
        description="The part of the value: `first_name`, `street`, `city`, `currency` and so on.",
        examples=["first_name", "city"],
    )
    column: str = Field(title="Column", description="The column that holds it.", examples=["fname", "town"])


class FieldConfig(Settings):
    """One column (or columns that hold parts, or a constant) and the attribute it goes to."""

    model_config = ConfigDict(title="Field")

    column: str | None = Field(
        default=None,
        title="Column",
        description="The source's column. Leave empty for a constant, or when several columns hold the "
        "parts.",
    )
    more_columns: tuple[str, ...] = Field(
        default=(),
        title="Further columns",
        description="Beside the column, for an attribute of several values: each column has one or more of "
        "them, and the first column's come first.",
        examples=[["mobile", "phone_2"]],
    )
    attribute: str = Field(
        title="Attribute",
        description="The slug of the attribute in Attio.",
        examples=["name", "domains", "primary_location"],
    )
    merge: Merge = Field(
        default="overwrite",
        title="Merge rule",
        description="What happens to what is there. overwrite: replace, a null clears. append: add to the "
        "list. remove: take out of the list. set_if_empty: only where nothing is. ignore_null: replace, a "
        "null leaves it. clear_on_null: replace, a null clears or rejects the row.",
    )
    constant: Annotated[Any, WithJsonSchema({"type": "string"})] = Field(
        default=None, title="Constant", description="A fixed value instead of a column."
    )
    reference: str | None = Field(
        default=None,
        title="Reference by",
        description="For record references: the attribute of the target object that the column's value "
        "names.",
        examples=["domains", "email_addresses"],
    )
    columns: Annotated[
        dict[str, str], WithJsonSchema({"type": "array", "items": PartColumn.model_json_schema()})
    ] = Field(
        default_factory=dict,
        title="Columns by part",
        description="Instead of one column: for a name, a location or an amount of money that is spread "
        "over columns, each part with its column.",
    )
    read: ReadConfig | None = Field(
        default=None,
        title="How its cells are written",
        description="Only where this field differs from the stream.",
    )
    on_invalid: Choice[OnInvalid] = Field(
        default=None,
        title="When a value cannot be taken",
        description="Only where this field differs from the stream.",
    )
    on_unknown_option: Choice[OnUnknownOption] = Field(
        default=None,
        title="When a select option or status does not exist",
        description="Only where this field differs from the stream.",
    )
    on_missing_reference: Choice[OnMissingReference] = Field(
        default=None,
        title="When a referenced record does not exist",
        description="Only where this field differs from the stream.",
    )

    @field_validator("columns", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, list):
            return value
        pairs = [PartColumn.model_validate(one) for one in value]
        parts = [one.part for one in pairs]
        twice = next((part for part in parts if parts.count(part) > 1), None)
        if twice is not None:
            raise ValueError(f"the part '{twice}' has two columns")
        return {one.part: one.column for one in pairs}

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if [self.column is None, not self.columns, self.constant is None].count(False) != 1:
            raise ValueError("give one of `column`, `columns` and `constant`")
        if self.more_columns and self.column is None:
            raise ValueError("`more_columns` goes with `column`")
        if len({self.column, *self.more_columns}) <= len(self.more_columns):
            raise ValueError("`column` and `more_columns` name a column twice")
        return self

    @property
    def parts_by_column(self) -> dict[str, str | None]:
        """The columns that are read, each with the part of the value it holds; None for the whole value."""
        if self.column is not None:
            return dict.fromkeys((self.column, *self.more_columns))
        return {column: part for part, column in self.columns.items()}


class SetInstead(Settings):
    """What a mirror does to records that left the source, when they shall not be deleted."""

    attribute: str = Field(
        title="Attribute", description="The attribute that is set in them.", examples=["status"]
    )
    value: Annotated[Any, WithJsonSchema({"type": "string"})] = Field(
        default=None,
        title="Value",
        description="The value that is set. Left empty, the attribute is cleared.",
        examples=["Former"],
    )
