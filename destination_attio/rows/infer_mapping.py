"""Infers which column goes to which attribute: certain by an equal name, proposed by a known one; pure.

A column named exactly like an attribute always goes there, whatever its cells hold. Any other guess comes
from a known name, needs cells that are not all empty, and a person has to accept it. Columns with parts of
one value, such as first and last name, go to it together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from attio_api.contacts import host_of
from attio_api.references import is_uuid
from destination_attio.config import FieldConfig
from destination_attio.model.targets import ENTRY_ID, RECORD_ID, SOURCE_COLUMNS, SOURCE_MARK
from destination_attio.rows.fields import spellings, takes_parts
from destination_attio.rows.slugs import slugged
from destination_attio.rows.synonyms import PLACES, PROFILES, SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from attio_api.attributes import Attribute

_REPEATED: Final = re.compile(r" \(\d+\)$")
"""Matches the suffix that readers add to a header which a file has twice."""
_IDS: Final = frozenset({RECORD_ID, ENTRY_ID})
"""Attributes that are never written, but by which rows may be matched."""
_SLUG, _SPACED, _TITLE, _NUMBER, _PARTS, _SYNONYM, _PLACED = 7, 6, 5, 4, 3, 2, 1
_CERTAIN: Final = _PARTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its name, how many of its cells are not empty, and examples of them."""

    name: str
    filled: int = 0
    samples: tuple[object, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposed:
    """A field, and whether the column's name makes it certain."""

    field: FieldConfig
    is_certain: bool


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
        return [one.field for one in self.proposed if not one.is_certain]


@dataclass(frozen=True, kw_only=True)
class _Idea:
    weight: int
    attribute: Attribute
    columns: Mapping[str | None, Column]
    """Columns by the part that each holds; under None a column with the whole value."""
    rank: int = 0

    def proposed(self) -> Proposed:
        whole = self.columns.get(None)
        parts = {part: column.name for part, column in self.columns.items() if part}
        found = FieldConfig(
            column=whole.name if whole else None, columns=parts, attribute=self.attribute.slug
        )
        if whole and self.attribute.type == "record-reference":
            found = _pointing(found, whole)
        return Proposed(field=found, is_certain=self.weight >= _CERTAIN)


@dataclass(kw_only=True)
class _Choice:
    """The fields chosen so far, among the columns and attributes there are."""

    columns: Sequence[Column]
    attributes: Sequence[Attribute]
    object_slug: str
    taken: dict[str, _Idea] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def take(self, idea: _Idea) -> None:
        """Choose an idea with those of its columns that are free; a single part is not enough."""
        left = {part: one for part, one in idea.columns.items() if one.name not in self.used}
        if idea.attribute.slug not in self.taken and len(left) >= min(2, len(idea.columns)):
            self.taken[idea.attribute.slug] = replace(idea, columns=left)
            self.used |= {one.name for one in left.values()}

    def holder(self, attribute: Attribute) -> str | None:
        """The reason for not using an attribute: the columns that go there already."""
        if attribute.slug not in self.taken:
            return None
        others = ", ".join(f"'{one.name}'" for one in self.taken[attribute.slug].columns.values())
        return f"'{attribute.slug}' is taken by {others}"


def infer_mapping(
    columns: Sequence[Column], attributes: Sequence[Attribute], object_slug: str = ""
) -> Inferred:
    """Decide for every column where it goes or why nowhere; each attribute gets one field."""
    usable = [one for one in attributes if (one.is_writable or one.slug in _IDS) and not one.is_archived]
    open_to = [one for one in columns if one.name not in _own_columns(columns)]
    choice = _Choice(columns=columns, attributes=attributes, object_slug=object_slug)
    ideas = [idea for column in open_to for idea in _ideas(column, usable, object_slug)]
    ideas += _in_parts(open_to, usable)
    for idea in sorted(ideas, key=lambda one: (-one.weight, one.rank)):
        choice.take(idea)
    order = {one.name: place for place, one in enumerate(columns)}
    chosen = sorted(
        choice.taken.values(), key=lambda one: min(order[each.name] for each in one.columns.values())
    )
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


def _ideas(column: Column, attributes: Sequence[Attribute], object_slug: str) -> Iterator[_Idea]:
    for attribute in attributes:
        weight, rank = _weight(column, attribute, object_slug)
        if weight >= _CERTAIN or (weight and column.filled and not _objection(column, attribute)):
            yield _Idea(weight=weight, attribute=attribute, columns={None: column}, rank=rank)


def _weight(column: Column, attribute: Attribute, object_slug: str) -> tuple[int, int]:
    """How well the column's name fits, as a pair to sort by: the kind of match, and which synonym it is."""
    renamed = column.name.removesuffix("_attribute")
    if attribute.slug in _IDS and not _holds_ids(column):
        return 0, 0
    if attribute.slug in (column.name, renamed if renamed in SOURCE_COLUMNS else column.name):
        return _SLUG, 0
    name = slugged(column.name)
    if attribute.slug in _IDS:
        return 0, 0
    for weight, own in ((_SPACED, slugged(attribute.slug)), (_TITLE, slugged(attribute.title))):
        if name == own:
            return weight, 0
    if _singular(name) in {_singular(slugged(attribute.slug)), _singular(slugged(attribute.title))}:
        return _NUMBER, 0
    known = SYNONYMS.get(object_slug, {}).get(attribute.slug, ())
    return (_SYNONYM, known.index(name)) if name in known else (0, 0)


def _holds_ids(column: Column) -> bool:
    """Whether some cells are ids of Attio's, as other programs also name their own numbers `id`."""
    return not column.samples or any(is_uuid(str(one)) for one in column.samples)


def _singular(name: str) -> str:
    for ending, one in (("sses", "ss"), ("ies", "y"), ("s", "")):
        if name.endswith(ending) and not name.endswith("ss"):
            return name.removesuffix(ending) + one
    return name


def _objection(column: Column, attribute: Attribute) -> str | None:
    """Why the column's cells rule out what its name suggests; None if they do not."""
    texts = _texts(column)
    if attribute.type == "domain":
        return one_site(column) or (
            None if any(map(host_of, texts)) else f"its cells are no domains, which '{attribute.slug}' holds"
        )
    if attribute.type == "email-address" and not any("@" in one for one in texts):
        return f"its cells are no e-mail addresses, which '{attribute.slug}' holds"
    if attribute.type == "actor-reference" and not any("@" in one or is_uuid(one) for one in texts):
        return "its cells are no e-mail addresses of members, by which Attio knows them"
    return None


def _texts(column: Column) -> list[str]:
    """The cells as texts, with each value of a list by itself."""
    many = (one if isinstance(one, list | tuple) else [one] for one in column.samples)
    return [str(each) for one in many for each in one]


def one_site(column: Column) -> str | None:
    """Why links do not give the domains of their rows: all lead to one site. None where they do."""
    texts = [one for one in _texts(column) if host_of(one)]
    hosts = {host_of(one) for one in texts}
    pages = {re.sub(r"^(\w+:)?//", "", one.strip().lower()).partition("/")[2].strip("/") for one in texts}
    if hosts and ((len(hosts) == 1 and len(pages) > 1) or _are_profiles(hosts)):
        return f"its addresses are of {min(hosts)}, which is the domain of none of its rows"
    return None


def _are_profiles(hosts: set[str]) -> bool:
    return all(any(host == one or host.endswith(f".{one}") for one in PROFILES) for host in hosts)


def _pointing(found: FieldConfig, column: Column) -> FieldConfig:
    """The field of a column with names, by which records are found; unknown names are left out and listed."""
    texts = [str(one) for one in column.samples if isinstance(one, str) and not is_uuid(one)]
    if not texts or any(host_of(one) or "@" in one or one.lstrip()[:1] in "[{" for one in texts):
        return found
    return FieldConfig(
        column=found.column,
        attribute=found.attribute,
        reference="name",
        on_missing_reference="skip",
        on_invalid="skip_field",
    )


def _in_parts(columns: Sequence[Column], attributes: Sequence[Attribute]) -> Iterator[_Idea]:
    """Columns with parts of one value: first and last name, mailing street and mailing city."""
    for attribute in takes_parts(attributes):
        for rank, before in enumerate(("", *PLACES)):
            found = _parts(columns, attribute, f"{before}_" if before else "")
            if len(found) > 1 and (not before or any(one.filled for one in found.values())):
                weight = _PARTS if not before else _PLACED
                yield _Idea(weight=weight, columns=found, attribute=attribute, rank=rank)


def _parts(columns: Sequence[Column], attribute: Attribute, before: str) -> dict[str | None, Column]:
    names, found = spellings(attribute), dict[str | None, Column]()
    for column in columns:
        name = slugged(column.name)
        part = names.get(name.removeprefix(before)) if name.startswith(before) else None
        if part and (not before or column.filled):
            found.setdefault(part, column)
    return found


def _reason(column: Column, choice: _Choice) -> str:
    """Why no attribute was found for a column."""
    return _not_meant(column, choice) or _not_chosen(column, choice)


def _not_meant(column: Column, choice: _Choice) -> str | None:
    if column.name in _own_columns(choice.columns):
        return "added by the source, no attribute"
    if column.name in _IDS and not _holds_ids(column):
        return "its cells are no ids of Attio's"
    name = slugged(column.name)
    named = [one for one in choice.attributes if name in {slugged(one.slug), slugged(one.title)}]
    return "kept by Attio itself" if any(not one.is_writable for one in named) else None


def _not_chosen(column: Column, choice: _Choice) -> str:
    repeated = replace(column, name=_REPEATED.sub("", column.name))
    if repeated.name != column.name and repeated.name in {one.name for one in choice.columns}:
        return _not_chosen(repeated, choice)
    meant = next((one for one in choice.attributes if _weight(column, one, choice.object_slug)[0]), None)
    if meant is None:
        return _part_reason(slugged(column.name), choice)
    if not column.filled:
        return "all its cells are empty"
    return choice.holder(meant) or _objection(column, meant) or "no attribute of this name"


def _part_reason(name: str, choice: _Choice) -> str:
    for attribute in choice.attributes:
        is_part = any(name == part or name.endswith(f"_{part}") for part in spellings(attribute))
        if is_part and (held := choice.holder(attribute)):
            return held
    return "no attribute of this name"
