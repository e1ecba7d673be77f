"""Binds a stream's settings to a target: which column goes to which attribute, and how rows match.

Pure: the caller has read the target's attributes before. `desired` applies a binding to rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from destination_attio.config import SetInstead
from destination_attio.model.targets import PARENT, SOURCE_MARK, UNREADABLE
from destination_attio.rows import refused_runs
from destination_attio.rows.cells.reading import AS_IT_IS, Reading
from destination_attio.rows.fields import (
    BoundField,
    parts_of_setting,
    put_together,
    takes_parts,
    telling,
)
from destination_attio.rows.matching import check_mode, matching
from destination_attio.rows.slugs import slugged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import JsonObject
    from destination_attio.field_config import FieldConfig, OnInvalid, OnMissingReference, OnUnknownOption
    from destination_attio.model.targets import Target
    from destination_attio.read_config import ReadConfig
    from destination_attio.stream_config import Mode, StreamConfig

_MARKS: Final = ("_ab_cdc_deleted_at", "_deleted")
DELETED_MARKS: Final = (*_MARKS, *(one.upper() for one in _MARKS))
"""Columns by which Airbyte's CDC sources and our own source mark rows that are gone; warehouses such as
Snowflake name their columns in capitals."""


@dataclass(frozen=True, kw_only=True)
class Binding:
    """One stream's settings, checked against its target."""

    settings: StreamConfig
    target: Target
    mode: Mode
    match: tuple[str, ...]
    fields: tuple[BoundField, ...]
    is_automatic: bool = False
    columns: Mapping[str, BoundField] = field(default_factory=dict)
    met: dict[str, BoundField | None] = field(default_factory=dict, compare=False, repr=False)
    """The fields of the columns that rows have had so far; filled as rows come."""

    @property
    def stream(self) -> str:
        """The stream's name in reports."""
        return self.settings.stream or self.target.name

    @cached_property
    def match_attributes(self) -> tuple[Attribute, ...]:
        """The attributes by whose values a row's record is found."""
        return tuple(self.target.attributes[slug] for slug in self.match)

    @property
    def matches_by_own_id(self) -> bool:
        """Whether rows name the id of their record (or entry)."""
        return self.match == (self.target.id_attribute,)

    def on_invalid(self, slug: str) -> OnInvalid:
        """The policy for a value that the attribute cannot take; always `reject` for a matching attribute."""
        own = self._own.get(slug)
        if slug in self.match or slug == self.target.id_attribute:
            return "reject"
        return (own and own.on_invalid) or self.settings.on_invalid

    def on_unknown_option(self, slug: str) -> OnUnknownOption:
        """The policy for a title that no option or status of the attribute has."""
        own = self._own.get(slug)
        return (own and own.on_unknown_option) or self.settings.on_unknown_option

    def on_missing_reference(self, slug: str) -> OnMissingReference:
        """The policy for a reference to a record that does not exist."""
        own = self._own.get(slug)
        return (own and own.on_missing_reference) or self.settings.on_missing_reference

    @cached_property
    def deletion_marks(self) -> tuple[str, ...]:
        """The columns by which sources mark deleted rows, except those that are attributes of the target."""
        return tuple(one for one in DELETED_MARKS if one.lower() not in self.target.attributes)

    @cached_property
    def _own(self) -> Mapping[str, FieldConfig]:
        return {one.attribute: one for one in self.settings.fields}

    @property
    def can_assert(self) -> bool:
        """Whether Attio can find or create by the key itself, in one call that may safely be repeated."""
        if self.target.kind == "lists":
            return self.match == (PARENT,)
        return len(self.match) == 1 and self.match_attributes[0].is_unique and not self.matches_by_own_id

    @property
    def asserts_by(self) -> str | None:
        """The attribute by which Attio finds or creates; None where records are created without looking."""
        return self.match[0] if self.can_assert and self.mode != "create" else None

    def field_of(self, column: str) -> BoundField | None:
        """The field of an automatically mapped column: the attribute of that name, or a part of one."""
        if column not in self.met:
            found = self.columns.get(slugged(column))
            self.met[column] = found.reading(column) if found else None
        return self.met[column]

    def fields_for(self, columns: Iterable[str]) -> Sequence[BoundField]:
        """The fields of rows with these columns: the configured ones, else those that the columns suggest."""
        if not self.is_automatic:
            return self.fields
        return put_together(one for column in columns if (one := self.field_of(column)))

    def column_of(self, slug: str | None) -> str | None:
        """The column, or columns joined by commas, that an attribute is read from in the rows so far."""
        found = self.fields_for(list(self.met))
        return next((", ".join(one.columns) or None for one in found if one.attribute.slug == slug), None)

    @cached_property
    def of_keys(self) -> Binding:
        """The same binding, restricted to the matching attributes."""
        return replace(
            self,
            fields=tuple(one for one in self.fields if one.attribute.slug in self.match),
            columns={name: one for name, one in self.columns.items() if one.attribute.slug in self.match},
            met={},
        )

    def reads(self, row: Mapping[str, Any]) -> JsonObject:
        """The columns of a row that influence what is written."""
        used = self._used | (
            {column for one in self.fields_for(row) for column in one.columns} if self.is_automatic else set()
        )
        return {name: value for name, value in row.items() if name in used}

    @cached_property
    def _used(self) -> frozenset[str | None]:
        columns = (column for one in self.fields for column in one.columns)
        return frozenset({self.settings.delete_when, SOURCE_MARK, UNREADABLE, *DELETED_MARKS, *columns})


def bind(
    settings: StreamConfig, target: Target, *, mode: Mode = "upsert", keys: Sequence[str] = ()
) -> Binding:
    """Check the settings against the target; raises Misconfigured naming the setting that does not fit.

    `mode` and `keys` (columns) come from the platform, and apply where the settings do not say.
    """
    target = settled(target, settings)
    fields = tuple(bound_field(one, target, settings.read) for one in settings.fields)
    _each_once(fields)
    _may_be_set(settings.on_absent, target)
    chosen = settings.mode or mode
    match = matching(settings, target, fields, keys)
    check_mode(chosen, target, match, settings.delete_when)
    fields += _unmapped_keys(target, fields, match, _cells(None, settings.read))
    return Binding(
        settings=settings,
        target=target,
        mode=chosen,
        match=match,
        fields=_with_match_merge(fields, match),
        is_automatic=not fields,
        columns={} if fields else _automatic(target, match, _cells(None, settings.read)),
    )


def settled(target: Target, settings: StreamConfig) -> Target:
    """The target with what the settings say about the values of all its attributes."""
    cells = _cells(None, settings.read)
    found = {slug: _told(one, cells, settings.default_country) for slug, one in target.attributes.items()}
    return replace(target, attributes=found)


def bound_field(settings: FieldConfig, target: Target, read: ReadConfig | None = None) -> BoundField:
    """One field checked against the target; `read` is how all cells are read. Raises Misconfigured."""
    attribute = target.attributes.get(settings.attribute)
    if attribute is None or attribute.is_archived:
        raise refused_runs.UNKNOWN_ATTRIBUTE(
            settings.attribute, target=target.name, purpose="", known=", ".join(sorted(_writable(target)))
        )
    if not attribute.is_writable and not _is_own_id(attribute, target):
        raise refused_runs.NOT_WRITABLE(settings.attribute, target=target.name)
    if settings.more_columns and not attribute.is_multiselect:
        raise refused_runs.ONE_COLUMN(attribute.slug)
    cells = _cells(settings.read, read)
    return BoundField(
        attribute=_told(attribute, cells, attribute.default_country),
        column=settings.column,
        more=settings.more_columns,
        parts=parts_of_setting(settings, attribute),
        constant=settings.constant,
        merge=settings.merge,
        reference=settings.reference,
        cells=cells,
    )


def _told(attribute: Attribute, cells: Reading, country: str | None) -> Attribute:
    """The attribute with what is said about its values; `country` is that of cells that name none."""
    return replace(attribute, default_country=cells.country or country, more_decimals=cells.more_decimals)


def _cells(own: ReadConfig | None, general: ReadConfig | None) -> Reading:
    """How a column's cells are read: by its own setting, else by the stream's."""
    said = own.over(general) if own else general
    return Reading(**said.model_dump(exclude_none=True)) if said else AS_IT_IS


def _each_once(fields: Sequence[BoundField]) -> None:
    slugs = [one.attribute.slug for one in fields]
    twice = next((slug for slug in slugs if slugs.count(slug) > 1), None)
    if twice is not None:
        raise refused_runs.ATTRIBUTE_TWICE(twice)


def _may_be_set(instead: object, target: Target) -> None:
    if isinstance(instead, SetInstead) and instead.attribute not in _writable(target):
        raise refused_runs.UNKNOWN_ATTRIBUTE(
            instead.attribute,
            target=target.name,
            purpose=" that `on_absent` could set",
            known=", ".join(sorted(_writable(target))),
        )


def _is_own_id(attribute: Attribute, target: Target) -> bool:
    return attribute.slug == target.id_attribute


def _writable(target: Target) -> list[str]:
    return [slug for slug, one in target.attributes.items() if one.is_writable and not one.is_archived]


def _automatic(target: Target, match: tuple[str, ...], cells: Reading) -> dict[str, BoundField]:
    """The fields of all writable attributes by name: slugs win over titles, titles over names of parts."""
    usable = [
        one
        for one in target.attributes.values()
        if not one.is_archived and (one.is_writable or _is_own_id(one, target))
    ]
    by_title = {
        slugged(one.title): BoundField(attribute=one, cells=cells)
        for one in usable
        if not _is_own_id(one, target)
    }
    by_slug = {slugged(one.slug): BoundField(attribute=one, cells=cells) for one in usable}
    by_part = {
        name: BoundField(attribute=one, parts={member: name}, cells=cells)
        for one in takes_parts(usable)
        for name, member in telling(one).items()
    }
    found = {**by_part, **by_title, **by_slug}
    return {name: _merging(one, match) for name, one in found.items()}


def _with_match_merge(fields: tuple[BoundField, ...], match: tuple[str, ...]) -> tuple[BoundField, ...]:
    return tuple(_merging(one, match) for one in fields)


def _merging(one: BoundField, match: tuple[str, ...]) -> BoundField:
    """A matching list only grows, as in Attio's upsert: replacing it could remove the value that matched."""
    if one.attribute.slug in match and one.attribute.is_multiselect and one.merge == "overwrite":
        return replace(one, merge="append")
    return one


def _unmapped_keys(
    target: Target, fields: tuple[BoundField, ...], match: tuple[str, ...], cells: Reading
) -> tuple[BoundField, ...]:
    """Fields for matching attributes that the mapping lacks: each is read from the column of its name."""
    mapped = {one.attribute.slug for one in fields}
    lacking = [slug for slug in match if fields and slug not in mapped]
    return tuple(BoundField(attribute=target.attributes[slug], column=slug, cells=cells) for slug in lacking)
