"""The settings of how the cells of one column, or of all columns, are written.

Airbyte's form (`airbyte/form`) shows the titles, descriptions and examples.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

NOT_SET: Final = "not_set"
"""A choice that is as good as none: Airbyte's form cannot empty a choice once it was made."""

DateForm = Literal["iso", "dmy", "mdy", "excel"]
Mark = Literal[".", ","]
Blank = Literal["null", "leave"]
_Word = TypeVar("_Word")
Choice = Annotated[
    _Word | None,
    BeforeValidator(lambda value: None if value == NOT_SET else value),
    Field(json_schema_extra={"may_be": NOT_SET}),
]
"""One of several words, or none; written as null or as `not_set`."""
PhoneCountry = Annotated[
    str | None,
    Field(
        pattern="^[A-Z]{2}$",
        title="Country of phone numbers without +",
        description="Two letters.",
        examples=["GB"],
        json_schema_extra={"pattern_descriptor": "XX"},
    ),
]


class ReadConfig(BaseModel):
    """How people wrote the cells; what is not set is read as programs write it."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="How cells are written")

    date: Choice[DateForm] = Field(
        default=None,
        title="Dates",
        description="iso: 2026-12-31. dmy: 31/12/2026. mdy: 12/31/2026. excel: the days that a spreadsheet "
        "counts, 46387. A date that names its month is read in each of them.",
    )
    decimal: Choice[Mark] = Field(
        default=None,
        title="Decimal mark",
        description="Where it is set, numbers may have thousands separators, a currency's sign or code, and "
        "k, M, bn behind them. Left empty or not_set: as programs write them, 1234.5.",
    )
    percent: Choice[Literal["number", "fraction"]] = Field(
        default=None, title="Per cent", description="Whether 12 % is the number 12 or the fraction 0.12."
    )
    more_decimals: Choice[Literal["round", "reject"]] = Field(
        default=None,
        title="More than four decimals",
        description="Attio refuses numbers and amounts of money with more than four decimals. round (as "
        "when left empty or not_set): to the nearest, half to even. reject: the value does not fit, and "
        "`on_invalid` decides.",
    )
    separator: str | None = Field(
        default=None,
        min_length=1,
        title="Separator of several values",
        description="The text between the values of a cell that holds several.",
        examples=[";", "|"],
    )
    nulls: tuple[str, ...] | None = Field(
        default=None,
        title="Words for no value",
        description="Cells that hold one of them count as empty; `usual` stands for N/A, NULL, - and the "
        "like.",
        examples=[["usual", "k. A."]],
    )
    yes: tuple[str, ...] | None = Field(
        default=None,
        title="Words for yes",
        description="Words for yes, besides true, yes, 1 and the like.",
        examples=[["active"]],
    )
    no: tuple[str, ...] | None = Field(
        default=None,
        title="Words for no",
        description="Words for no, besides false, no, 0 and the like.",
        examples=[["inactive"]],
    )
    blank: Choice[Blank] = Field(
        default=None,
        title="Empty cells",
        description="null: the merge rule decides, and most clear the attribute. leave: they leave what "
        "Attio holds, but for the rule `clear_on_null`.",
    )
    country: PhoneCountry = None

    def over(self, general: ReadConfig | None) -> ReadConfig:
        """These settings, with those of the whole file where these are not set."""
        said = self.model_dump(exclude_none=True)
        return ReadConfig(**(general.model_dump(exclude_none=True) | said)) if general else self
