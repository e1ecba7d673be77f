"""What one attribute's value is made of: a column, a constant, or several columns that hold its parts; pure.

Which parts a type has, and what columns with them are usually called, is a row of `ATTRIBUTE_TYPES`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.values import is_empty, opened
from destination_attio.rows import refused_runs, rejections

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attio_api.attributes import Attribute
    from attio_api.wire import Json
    from destination_attio.config import FieldConfig, Merge


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundField:
    """One origin (a column, columns by part, or a constant), the attribute it goes to, and how they merge."""

    attribute: Attribute
    column: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    """Members of the attribute's type, and the columns that hold them."""
    constant: Json = None
    merge: Merge = "overwrite"
    reference: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the value is made of; none for a constant."""
        return (self.column,) if self.column is not None else tuple(self.parts.values())

    def reading(self, column: str) -> BoundField:
        """The same, taken from this column."""
        if self.parts:
            return replace(self, parts=dict.fromkeys(self.parts, column))
        return replace(self, column=column)

    def is_in(self, row: Mapping[str, Any]) -> bool:
        """Whether the row has a say in the attribute: a constant always, else a column that is there."""
        return not self.columns or any(column in row for column in self.columns)

    def value_in(self, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 (whatever a row holds)
        """The row's value, put together from its parts; raises InvalidValue where a part has parts itself."""
        if self.parts:
            return {member: self._part(row[column]) for member, column in self.parts.items() if column in row}
        return row[self.column] if self.column is not None else self.constant

    def _part(self, value: object) -> object:
        if isinstance(opened(value) if isinstance(value, str) else value, Mapping | list | tuple | set):
            raise rejections.PART_HAS_PARTS(self.attribute.slug)
        return None if is_empty(value) else value


def parts_of_setting(settings: FieldConfig, attribute: Attribute) -> dict[str, str]:
    """The `columns` of a setting by the type's own members; raises Misconfigured naming what does not fit."""
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
    """What the parts of such an attribute are called, and the member that each means."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    return kind.parts if kind else {}


def telling(attribute: Attribute) -> dict[str, str]:
    """The same, without the names that may mean something that the type does not take."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    return {name: member for name, member in spellings(attribute).items() if kind and name in kind.telling}


def takes_parts(attributes: Iterable[Attribute]) -> list[Attribute]:
    """Attributes that columns with parts must mean: a column `city` names none, so it may be the only one."""
    able = [one for one in attributes if telling(one)]
    count = Counter(one.type for one in able)
    return [one for one in able if count[one.type] == 1]


def put_together(found: Iterable[BoundField]) -> list[BoundField]:
    """Fields as columns suggest them, those with parts as one for each attribute.

    A column that holds all of it beats parts, and a single part says too little: `state` may be anything.
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
