"""Compiled filters: each tests rows, and selects candidates from indexes.

`select` answers with as few candidates as the indexes allow and the conditions left to test; `filters`
compiles.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from attio_emulator.model.schema import Kind
from attio_emulator.model.tables import Row, Value

Moment: TypeAlias = tuple[str, str]
FIRST: Moment = ("", "")
LAST: Moment = ("~", "")


class Condition(Protocol):
    """One part of a filter."""

    def holds(self, row: Row) -> bool:
        """Whether a row passes."""

    def select(self, kind: Kind) -> "Selection":
        """The candidates that indexes give, and the conditions left to test."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Candidates by id or by a span of `created_at`, and in `rest` the conditions left to test on them."""

    ids: frozenset[str] | None = None
    span: tuple[Moment, Moment] | None = None
    rest: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """Passes if any value of the attribute passes the test; `keys` are the values that can pass, if known."""

    slug: str
    test: Callable[[Value], bool]
    member: str | None = None
    keys: frozenset[Hashable] | None = None

    def holds(self, row: Row) -> bool:
        """Whether any value passes."""
        return any(map(self.test, row.values_of(self.slug)))

    def select(self, kind: Kind) -> Selection:
        """Rows by the index of a unique attribute; for other attributes no index helps."""
        attribute = kind.by_slug[self.slug]
        if self.keys is None or not attribute.is_unique or attribute.attribute_id in kind.table.ambiguous:
            return Selection(rest=(self,))
        if not attribute.is_writable:
            return Selection(ids=frozenset(str(key) for key in self.keys if key in kind.table.rows))
        held = kind.table.index(attribute.attribute_id)
        return Selection(ids=frozenset(held[key] for key in self.keys if key in held))


@dataclass(frozen=True)
class Span:
    """`created_at` between two moments, the first one included, the second one not."""

    low: Moment
    high: Moment

    def holds(self, row: Row) -> bool:
        """Whether the row was created within the span."""
        return self.low <= (row.created_at, row.id) < self.high

    def select(self, _kind: Kind) -> Selection:
        """The span, as a slice of the rows in order of creation."""
        return Selection(span=(self.low, self.high))


@dataclass(frozen=True)
class RowId:
    """The row's own id."""

    ids: frozenset[str]

    def holds(self, row: Row) -> bool:
        """Whether the row's id is one of the ids."""
        return row.id in self.ids

    def select(self, kind: Kind) -> Selection:
        """The rows that exist."""
        return Selection(ids=frozenset(each for each in self.ids if each in kind.table.rows))


@dataclass(frozen=True)
class All:
    """Passes if every part passes."""

    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> bool:
        """Whether all parts pass."""
        return all(part.holds(row) for part in self.parts)

    def select(self, kind: Kind) -> Selection:
        """The candidates that all parts share."""
        ids: frozenset[str] | None = None
        span: tuple[Moment, Moment] | None = None
        rest: list[Condition] = []
        for part in self.parts:
            found = part.select(kind)
            if found.ids is not None:
                ids = found.ids if ids is None else ids & found.ids
            if found.span is not None:
                span = (
                    found.span if span is None else (max(span[0], found.span[0]), min(span[1], found.span[1]))
                )
            rest.extend(found.rest)
        return Selection(ids=ids, span=span, rest=tuple(rest))


@dataclass(frozen=True)
class Any:
    """Passes if any part passes."""

    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> bool:
        """Whether any part passes."""
        return any(part.holds(row) for part in self.parts)

    def select(self, kind: Kind) -> Selection:
        """The union of the parts' ids, if every part has ids."""
        found = [part.select(kind) for part in self.parts]
        ids: set[str] = set()
        for each in found:
            if each.ids is None:
                return Selection(rest=(self,))
            ids |= each.ids
        exact = all(not each.rest and each.span is None for each in found)
        return Selection(ids=frozenset(ids), rest=() if exact else (self,))


@dataclass(frozen=True)
class Not:
    """Passes if the part does not."""

    part: Condition

    def holds(self, row: Row) -> bool:
        """Whether the part does not pass."""
        return not self.part.holds(row)

    def select(self, _kind: Kind) -> Selection:
        """No index helps: all rows are left to test."""
        return Selection(rest=(self,))


@dataclass(frozen=True)
class Related:
    """A condition on rows that are reached through a reference or an entry's parent."""

    follow: Callable[[Row], list[Row]]
    part: Condition
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    through_parent: bool = False

    def holds(self, row: Row) -> bool:
        """Whether any row at the other end passes the condition."""
        return any(self.part.holds(target) for target in self.follow(row))

    def select(self, kind: Kind) -> Selection:
        """Entries by their parents, if indexes give the parents' ids."""
        if not self.through_parent:
            return Selection(rest=(self,))
        parents: set[str] = set()
        exact = True
        for target in self.kinds.values():
            found = self.part.select(target)
            if found.ids is None:
                return Selection(rest=(self,))
            parents |= found.ids
            exact = exact and not found.rest and found.span is None
        by_parent = kind.table.by_parent
        ids = frozenset(each for parent in parents for each in by_parent.get(parent, ()))
        return Selection(ids=ids, rest=() if exact else (self,))
