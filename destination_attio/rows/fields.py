"""The fields of a binding: how columns, constants and parts make up one attribute's value; pure.

`ATTRIBUTE_TYPES` says which parts a type has, and the usual names of columns with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.values import opened
from destination_attio.rows import refused_runs, rejections
from destination_attio.rows.cells.reading import AS_IT_IS, Reading, need_content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.config import FieldConfig, Merge


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundField:
    """One attribute with its origin (a column, columns by part, or a constant) and its merge rule."""

    attribute: Attribute
    column: str | None = None
    more: tuple[str, ...] = ()
    """Further columns with values, beside `column`."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Columns by the part of the value that they hold."""
    constant: Json = None
    merge: Merge = "overwrite"
    reference: str | None = None
    cells: Reading = AS_IT_IS

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the value is read from; empty for a constant."""
        if self.column is not None:
            return (self.column, *self.more)
        return tuple(self.parts.values())

    def reading(self, column: str) -> BoundField:
        """The same field, read from this column."""
        if self.parts:
            return replace(self, parts=dict.fromkeys(self.parts, column))
        return replace(self, column=column, more=())

    def adding(self) -> BoundField:
        """The same field for a row that lacks the values of some of its columns, which Attio may hold."""
        return replace(self, merge="append") if self.merge == "overwrite" else self

    def is_in(self, row: Mapping[str, Any]) -> bool:
        """Whether the row sets the attribute: a constant always does, a column where the row has it.

        A blank cell of a file sets nothing, unless the merge rule says that it clears.
        """
        if self.column is None and not self.parts:
            return True
        return any(self.has(row, column) for column in self.columns)

    def has(self, row: Mapping[str, Any], column: str) -> bool:
        """Whether the row sets what this column holds."""
        if column not in row:
            return False
        return (
            self.cells.blank == "null"
            or self.merge == "clear_on_null"
            or not self.cells.leaves(row[column], self.attribute.type)
        )

    def parts_in(self, row: Mapping[str, Any]) -> frozenset[str] | None:
        """The parts of the value that the row sets; None where it sets all of it."""
        if self.parts:
            return frozenset(part for part, column in self.parts.items() if self.has(row, column))
        value = row.get(self.column) if self.column is not None else self.constant
        return parts_stated(self.attribute, self.cells.read(self.attribute, value))

    def value_in(self, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 (whatever a row holds)
        """The row's value, composed of its parts; raises InvalidValue where a part's cell holds parts."""
        if self.parts:
            return {
                member: self._part(member, row[column])
                for member, column in self.parts.items()
                if self.has(row, column)
            }
        return self.cells.read(self.attribute, row[self.column]) if self.column is not None else self.constant

    def _part(self, member: str, value: object) -> object:
        need_content(self.attribute, value)
        if isinstance(opened(value) if isinstance(value, str) else value, Mapping | list | tuple | set):
            raise rejections.PART_HAS_PARTS(self.attribute.slug)
        return self.cells.read_part(self.attribute, member, value)


def completed(bound: BoundField, row: Mapping[str, Any], before: Json, desired: Json) -> Json:
    """The desired value, with Attio's parts in place of those that the row does not set."""
    if not isinstance(before, dict) or not isinstance(desired, dict) or not spellings(bound.attribute):
        return desired
    stated = bound.parts_in(row)
    if stated is None or "full_name" in stated:
        return desired
    whole = {part: value if part in stated else before.get(part) for part, value in desired.items()}
    if "full_name" in whole:
        whole["full_name"] = " ".join(str(whole[part]) for part in ("first_name", "last_name") if whole[part])
    return whole


def parts_stated(attribute: Attribute, value: object) -> frozenset[str] | None:
    """The parts that a value sets, by the type's own members; None where it sets all of them."""
    stated = opened(value) if isinstance(value, str) else value
    if isinstance(stated, str) and attribute.type == "location":
        return frozenset({"country_code"})
    if not isinstance(stated, Mapping) or "attribute_type" in stated:
        return None
    known = spellings(attribute)
    return frozenset(known[name] for name in stated if name in known)


def parts_of_setting(settings: FieldConfig, attribute: Attribute) -> dict[str, str]:
    """The `columns` of a setting by the type's own members; raises Misconfigured naming an unknown part."""
    known = spellings(attribute)
    unknown = next((name for name in settings.columns if name not in known), None)
    if unknown is not None:
        members = ", ".join(dict.fromkeys(known.values()))
        raise refused_runs.UNKNOWN_PART(
            attribute.slug,
            part=unknown,
            known=f"Use: {members}." if members else f"A {attribute.type} has no parts: use `column`.",
        )
    twice = [name for name, count in Counter(known[name] for name in settings.columns).items() if count > 1]
    if twice:
        raise refused_runs.PART_TWICE(attribute.slug, part=twice[0])
    return {known[name]: column for name, column in settings.columns.items()}


def spellings(attribute: Attribute) -> Mapping[str, str]:
    """The names that a part of this attribute may have, and the member that each means."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    return kind.parts if kind else {}


def telling(attribute: Attribute) -> dict[str, str]:
    """The names of parts that cannot mean anything else, and the member that each means."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    return {name: member for name, member in spellings(attribute).items() if kind and name in kind.telling}


def takes_parts(attributes: Iterable[Attribute]) -> list[Attribute]:
    """Attributes with parts that are the only ones of their type: a column `city` names no attribute."""
    able = [one for one in attributes if telling(one)]
    count = Counter(one.type for one in able)
    return [one for one in able if count[one.type] == 1]


def put_together(found: Iterable[BoundField]) -> list[BoundField]:
    """The fields that columns suggest; several with parts of one attribute become one field.

    A column with the whole value wins over columns with parts. A single part is not enough, since a column
    such as `state` may hold anything.
    """
    whole: list[BoundField] = []
    apart: dict[str, BoundField] = {}
    for one in found:
        if not one.parts:
            whole.append(one)
            continue
        before = apart.get(one.attribute.slug)
        apart[one.attribute.slug] = replace(one, parts={**before.parts, **one.parts}) if before else one
    taken = {one.attribute.slug for one in whole}
    return whole + [one for slug, one in apart.items() if slug not in taken and len(one.parts) > 1]
