"""Ideas of which columns hold an attribute's values, and the choice among them; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from attio_api.contacts import host_of
from attio_api.references import is_uuid
from destination_attio.config import FieldConfig
from destination_attio.model.targets import PARENT
from destination_attio.rows.column_names import CERTAIN, CONTACTS, bare
from destination_attio.rows.columns import Column, objection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.attributes import Attribute


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposed:
    """A field, and the columns of it whose names do not make it certain."""

    field: FieldConfig
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class MappingIdea:
    """Columns that may hold an attribute's values, and how well their names fit it."""

    weight: int
    attribute: Attribute
    columns: Mapping[str | None, Column]
    """Columns by the part that each holds; under None a column with the whole value."""
    more: tuple[Column, ...] = ()
    """Further columns with values of the attribute; each of them is a guess."""
    rank: int = 0

    @property
    def order(self) -> tuple[bool, bool, int, int]:
        """The order in which ideas are chosen: certain ones first, and of those the ones with cells."""
        is_certain = self.weight >= CERTAIN
        is_empty = is_certain and not any(one.filled for one in self.columns.values())
        return not is_certain, is_empty, -self.weight, self.rank

    @property
    def names(self) -> list[str]:
        """All its columns."""
        return [one.name for one in (*self.columns.values(), *self.more)]

    def proposed(self) -> Proposed:
        """The field that sends these columns to the attribute."""
        whole = self.columns.get(None)
        parts = {part: column.name for part, column in self.columns.items() if part}
        further = tuple(one.name for one in self.more)
        found = FieldConfig(
            column=whole.name if whole else None,
            more_columns=further,
            columns=parts,
            attribute=self.attribute.slug,
        )
        if whole and self.attribute.type == "record-reference":
            found = _pointing(found, whole)
        is_certain = self.weight >= CERTAIN
        return Proposed(field=found, guessed=frozenset(further if is_certain else self.names))


@dataclass(kw_only=True)
class MappingChoice:
    """The fields chosen so far, among the columns and attributes there are."""

    columns: Sequence[Column]
    attributes: Sequence[Attribute]
    object_slug: str
    taken: dict[str, MappingIdea] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def take(self, idea: MappingIdea) -> None:
        """Choose an idea with those of its columns that are free; a single part is not enough."""
        left = {part: one for part, one in idea.columns.items() if one.name not in self.used}
        if idea.attribute.slug not in self.taken and len(left) >= min(2, len(idea.columns)):
            self.taken[idea.attribute.slug] = replace(idea, columns=left)
            self.used |= {one.name for one in left.values()}

    def join(self, idea: MappingIdea) -> None:
        """Add a column to the one that has its attribute, where it holds further values of it."""
        (column,), taken = idea.columns.values(), self.taken.get(idea.attribute.slug)
        first = taken.columns.get(None) if taken else None
        if taken is None or first is None or column.name in self.used or not first.filled:
            return
        if not column.filled or objection(column, idea.attribute):
            return
        if idea.attribute.type in CONTACTS or bare(first.name, idea.attribute) == bare(
            column.name, idea.attribute
        ):
            self.taken[idea.attribute.slug] = replace(taken, more=(*taken.more, column))
            self.used.add(column.name)

    def holder(self, attribute: Attribute) -> str | None:
        """The reason for not using an attribute: the columns that go there already."""
        if attribute.slug not in self.taken:
            return None
        others = ", ".join(f"'{one}'" for one in self.taken[attribute.slug].names)
        return f"'{attribute.slug}' is taken by {others}"


def _pointing(found: FieldConfig, column: Column) -> FieldConfig:
    """The field of a column with names, by which records are found; unknown ones are left out and listed.

    Some firms are called like their domain, so a few domains among names are taken for names, and the other
    way round.
    """
    texts = [str(one) for one in column.samples if isinstance(one, str) and not is_uuid(one)]
    names = [one for one in texts if not (host_of(one) or "@" in one or one.lstrip()[:1] in "[{")]
    if not names:
        return found
    by = "name" if 2 * len(names) >= len(texts) else None
    if found.attribute == PARENT:  # without its record there is no entry
        return found.model_copy(update={"reference": by})
    return found.model_copy(
        update={"reference": by, "on_missing_reference": "skip", "on_invalid": "skip_field"}
    )
