"""Columns that hold one value together: first and last name, mailing street and mailing city; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from destination_attio.rows.column_names import (
    CERTAIN,
    PART,
    PLACED,
    WHOLE,
    fit,
    joined,
    part_names,
    part_names_abroad,
)
from destination_attio.rows.fields import takes_parts
from destination_attio.rows.mapping_ideas import MappingIdea
from destination_attio.rows.slugs import slugged
from destination_attio.rows.synonyms import OWN_PREFIXES, PLACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from attio_api.attributes import Attribute
    from destination_attio.rows.columns import Column

    Found = dict[str | None, Column]
    """Columns by the part that each holds."""

_OF_COMPANY: Final = "company"
"""The word beside an address that is a company's, also in a list of people."""
_VAGUE: Final[frozenset[str | None]] = frozenset({"line_1", "line_2", "region", "latitude", "longitude"})
"""Parts of an address that tell no place without a town, a postcode or a country."""


def ideas_in_parts(
    columns: Sequence[Column], attributes: Sequence[Attribute], object_slug: str
) -> Iterator[MappingIdea]:
    """For each attribute with parts, and each place that may stand beside them, the columns."""
    places = [one for one in PLACES if one != _OF_COMPANY or object_slug != "people"]
    for attribute in takes_parts(attributes):
        for rank, place in enumerate(("", *places)):
            parts = _PartNames(attribute, object_slug, place)
            found = parts.among(columns, part_names(attribute))
            if parts.are_in(found):
                yield MappingIdea(weight=parts.weight(found), columns=found, attribute=attribute, rank=rank)
            abroad = parts.among(columns, part_names_abroad(attribute))
            if len(abroad) > len(found) and parts.are_in(abroad):
                yield MappingIdea(weight=PLACED, columns=abroad, attribute=attribute, rank=rank)
            if not place and (more := _with_whole(abroad, columns, attribute, object_slug)):
                yield MappingIdea(weight=WHOLE, columns=more, attribute=attribute, rank=rank)


class _PartNames:
    """What columns with the parts of an attribute may be called, with one word for a place beside them."""

    def __init__(self, attribute: Attribute, object_slug: str, place: str) -> None:
        self._place = joined(place)
        self._prefixes = OWN_PREFIXES.get(object_slug, ())
        self._own = tuple(f"{slugged(one)}_" for one in (attribute.slug, attribute.title))

    def among(self, columns: Sequence[Column], names: Mapping[str, str]) -> Found:
        """The columns with these names for parts; those without the object's own name come first."""
        known = {joined(name): part for name, part in names.items()}
        found: Found = {}
        for is_plain in (True, False):
            for column in columns:
                part = self._part(column.name, known, is_plain=is_plain)
                if part and (column.filled or (is_plain and not self._place)):
                    found.setdefault(part, column)
        line = found.get("line_1")
        if line and _VAGUE.issuperset(found) and slugged(line.name).endswith("address"):
            del found["line_1"]  # the whole address stands in it, as its town is nowhere else
        return found

    def are_in(self, found: Found) -> bool:
        """Whether columns hold parts of a value: one alone may hold anything, and an empty place is none.

        One that has the attribute's name before its own is a part for certain.
        """
        if len(found) == 1:
            (column,) = found.values()
            names = [slugged(column.name), *self._without_prefix(slugged(column.name))]
            return bool(column.filled) and any(one.startswith(self._own) for one in names)
        return len(found) > 1 and (not self._place or any(one.filled for one in found.values()))

    def weight(self, found: Found) -> int:
        """How surely the names tell where they go: less with a word beside, or without town and country."""
        is_plain = all(self._is_plain(one.name) for one in found.values())
        return PLACED if self._place or not is_plain or _VAGUE.issuperset(found) else PART

    def _part(self, name: str, known: Mapping[str, str], *, is_plain: bool) -> str | None:
        plain = slugged(name)
        bare = [plain] if is_plain else self._without_prefix(plain)
        bare += [one.removeprefix(own) for one in bare for own in self._own]
        beside = (rest for one in bare for rest in self._beside(joined(one)))
        return next((known[rest] for rest in beside if rest in known), None)

    def _without_prefix(self, name: str) -> list[str]:
        return [name.removeprefix(one) for one in self._prefixes if name.startswith(one)]

    def _beside(self, name: str) -> Collection[str]:
        """The name without the word for the place."""
        if not self._place:
            return (name,)
        rests = (name.removeprefix(self._place), name.removesuffix(self._place))
        return [one for one in rests if one != name]

    def _is_plain(self, name: str) -> bool:
        return not self._without_prefix(slugged(name))


def _with_whole(
    found: Found, columns: Sequence[Column], attribute: Attribute, object_slug: str
) -> Found | None:
    """Parts of a name with the column that has the attribute's own name; None where nothing is won by it.

    Beside a first and a last name it holds the full name. Beside a first name alone it holds the last name,
    unless first names stand in it.
    """
    first, last = found.get("first_name"), found.get("last_name")
    whole = next((one for one in columns if fit(one.name, attribute, object_slug)[0] >= CERTAIN), None)
    if not first or not first.filled or not whole or not whole.filled or whole in found.values():
        return None
    if last:
        return {**found, "full_name": whole} if last.filled else None
    words = {word for name in whole.samples for word in str(name).split()}
    return None if words & {str(one) for one in first.samples} else {**found, "last_name": whole}
