"""Infers which column goes to which attribute: certain by an equal name, proposed by a known one; pure.

A column named exactly like an attribute always goes there, whatever its cells hold. Any other guess comes
from a known name, needs cells that are not all empty, and a person has to accept it. Columns with parts of
one value, such as first and last name, go to it together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from attio_api.references import is_uuid
from destination_attio.model.targets import ENTRY_ID, RECORD_ID, SOURCE_COLUMNS, SOURCE_MARK
from destination_attio.rows.column_names import (
    CERTAIN,
    SEVERAL,
    SLUG,
    Fit,
    fit,
    others_link,
    part_names,
)
from destination_attio.rows.columns import Column, objection
from destination_attio.rows.mapping_ideas import MappingChoice, MappingIdea, Proposed
from destination_attio.rows.part_columns import ideas_in_parts
from destination_attio.rows.slugs import slugged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attio_api.attributes import Attribute
    from destination_attio.config import FieldConfig

_REPEATED: Final = re.compile(r" \(\d+\)$")
"""Matches the suffix that readers add to a header which a file has twice."""
EMPTY: Final = "all its cells are empty"
"""Why a column with a known name is left out; it is looked at again when it has cells."""
_IDS: Final = frozenset({RECORD_ID, ENTRY_ID})
"""Attributes that are never written, but by which rows may be matched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A column that goes nowhere, and why."""

    column: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Inferred:
    """The result for all columns: each goes to an attribute or is left out with a reason."""

    proposed: tuple[Proposed, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def fields(self) -> list[FieldConfig]:
        """The fields, in the order of the columns."""
        return [one.field for one in self.proposed]

    @property
    def guesses(self) -> list[FieldConfig]:
        """The fields that a person has to accept."""
        return [one.field for one in self.proposed if one.guessed]

    @property
    def guessed(self) -> frozenset[str]:
        """The columns whose attribute a person has to accept."""
        return frozenset(column for one in self.proposed for column in one.guessed)


def infer_mapping(
    columns: Sequence[Column], attributes: Sequence[Attribute], object_slug: str = ""
) -> Inferred:
    """Decide for every column where it goes or why nowhere; each attribute gets one field.

    Several columns with addresses or numbers go to one attribute of several values together.
    """
    usable = [one for one in attributes if (one.is_writable or one.slug in _IDS) and not one.is_archived]
    open_to = [one for one in columns if one.name not in _own_columns(columns)]
    choice = MappingChoice(columns=columns, attributes=attributes, object_slug=object_slug)
    names = {one.name for one in columns}
    ideas = [idea for column in open_to for idea in _ideas(column, usable, object_slug, names)]
    ideas += ideas_in_parts(open_to, usable, object_slug)
    for idea in sorted(ideas, key=lambda one: one.order):
        choice.take(idea)
    for idea in ideas:
        if idea.attribute.is_multiselect and None in idea.columns and idea.attribute.type in SEVERAL:
            choice.join(idea)
    order = {one.name: place for place, one in enumerate(columns)}
    chosen = sorted(choice.taken.values(), key=lambda one: min(order[name] for name in one.names))
    return Inferred(
        proposed=tuple(one.proposed() for one in chosen),
        left_out=tuple(
            LeftOut(column=one.name, reason=_reason(one, choice))
            for one in columns
            if one.name not in choice.used
        ),
    )


def is_own_export(columns: Sequence[Column]) -> bool:
    """Whether the rows come from our own source, which writes cells in one fixed form."""
    names = {one.name for one in columns}
    return SOURCE_MARK in names or any(
        one.name in _IDS and one.samples and all(is_uuid(str(each)) for each in one.samples)
        for one in columns
    )


def _own_columns(columns: Sequence[Column]) -> frozenset[str]:
    return SOURCE_COLUMNS if is_own_export(columns) else frozenset()


def _ideas(
    column: Column, attributes: Sequence[Attribute], object_slug: str, names: set[str]
) -> Iterator[MappingIdea]:
    for attribute in attributes:
        weight, rank = _weight(_first_of(column, names), attribute, object_slug)
        if not weight:
            continue  # most pairs: their cells are not looked at
        if weight >= CERTAIN or (column.filled and not _ruled_out(column, attribute, object_slug, names)):
            yield MappingIdea(weight=weight, attribute=attribute, columns={None: column}, rank=rank)


def _ruled_out(column: Column, attribute: Attribute, object_slug: str, names: Iterable[str]) -> str | None:
    """Why a known name does not mean the attribute: for its cells, or for the names of other columns."""
    return objection(column, attribute) or others_link(column.name, attribute, object_slug, names)


def _first_of(column: Column, names: set[str]) -> Column:
    """The column under the name that the file has twice; itself where the name is its own."""
    name = _REPEATED.sub("", column.name)
    return replace(column, name=name) if name != column.name and name in names else column


def _weight(column: Column, attribute: Attribute, object_slug: str) -> Fit:
    """How well the column's name fits; ids of Attio are recognised by their cells as well."""
    renamed = column.name.removesuffix("_attribute")
    if attribute.slug in _IDS:
        is_named = column.name == attribute.slug or (column.filled and slugged(column.name) == attribute.slug)
        return (SLUG, 0) if is_named and _holds_ids(column) else (0, 0)
    return fit(renamed if renamed in SOURCE_COLUMNS else column.name, attribute, object_slug)


def _holds_ids(column: Column) -> bool:
    """Whether some cells are ids of Attio's, as other programs also name their own numbers `id`."""
    return not column.samples or any(is_uuid(str(one)) for one in column.samples)


def _reason(column: Column, choice: MappingChoice) -> str:
    """Why no attribute was found for a column."""
    return _not_meant(column, choice) or _not_chosen(column, choice)


def _not_meant(column: Column, choice: MappingChoice) -> str | None:
    if column.name in _own_columns(choice.columns):
        return "added by the source, no attribute"
    name = slugged(column.name)
    if name in _IDS and not _holds_ids(column):
        return "its cells are not ids of Attio"
    named = [one for one in choice.attributes if name in {slugged(one.slug), slugged(one.title)}]
    return "kept by Attio itself" if any(not one.is_writable for one in named) else None


def _not_chosen(column: Column, choice: MappingChoice) -> str:
    names = {one.name for one in choice.columns}
    first = _first_of(column, names)
    if first is not column:
        return _not_chosen(first, choice)
    meant = next((one for one in choice.attributes if _weight(column, one, choice.object_slug)[0]), None)
    if meant is None:
        return _part_reason(column, choice)
    if not column.filled:
        return EMPTY
    return (
        choice.holder(meant)
        or _ruled_out(column, meant, choice.object_slug, names)
        or "no attribute of this name"
    )


def _part_reason(column: Column, choice: MappingChoice) -> str:
    name = slugged(column.name)
    for attribute in choice.attributes:
        is_part = any(name == part or name.endswith(f"_{part}") for part in part_names(attribute))
        if is_part and (held := choice.holder(attribute)):
            return held if column.filled else EMPTY
    return "no attribute of this name"
