"""Judges how well a column's name fits an attribute, or a part of one; pure.

A slug or title fits for certain, case, spaces, accents and a plural s aside. Any other name that fits is
one that programs are known to use: `synonyms` lists them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from destination_attio.rows.fields import spellings
from destination_attio.rows.sites import SITES
from destination_attio.rows.slugs import slugged
from destination_attio.rows.synonyms import LABELS, OWN_PREFIXES, PARTS, SYNONYMS
from destination_attio.rows.synonyms_abroad import ABROAD, PARTS_ABROAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attio_api.attributes import Attribute

WHOLE, SLUG, SPACED, TITLE, NUMBER, PART, PLACED, SYNONYM = 9, 8, 7, 6, 5, 4, 3, 2
"""Kinds of fit, the best first."""
CERTAIN: Final = PART
CONTACTS: Final = frozenset({"email-address", "phone-number"})
"""Types of which a person has several, each in a column with its label or number."""
SEVERAL: Final = CONTACTS | {"domain"}
"""Types of which one row may have several columns, told apart by a number."""
_LABELLED: Final = 1000
"""Added to the rank of a name with a label or number: the plain name comes first."""
_OR: Final = re.compile(r"\s*[/|]\s*|\s+or\s+", re.IGNORECASE)
"""Parts a header that calls one column by several names."""

Fit = tuple[int, int]
"""A kind of fit, and the place in the list of known names; (0, 0) for a name that does not fit."""


def fit(name: str, attribute: Attribute, object_slug: str) -> Fit:
    """How well a column's name fits an attribute."""
    if name == attribute.slug:
        return SLUG, 0
    found = _named(name, attribute, object_slug)
    return found if any(found) else _named_twice(name, attribute, object_slug)


def _named(name: str, attribute: Attribute, object_slug: str) -> Fit:
    return _spaced(slugged(name), attribute) or _known(slugged(name), attribute, object_slug)


def _named_twice(name: str, attribute: Attribute, object_slug: str) -> Fit:
    """How well `Website / Domain` fits: each of its names alone has to fit the same attribute."""
    fits = [_named(one, attribute, object_slug) for one in _OR.split(name)]
    if len(fits) == 1 or not all(map(any, fits)):
        return 0, 0
    return SYNONYM, max(place for _, place in fits)


def others_link(name: str, attribute: Attribute, object_slug: str, names: Iterable[str]) -> str | None:
    """Why a column with links is not of the rows' people: the file names a person's links `Person …`."""
    prefixes = OWN_PREFIXES.get(object_slug, ())
    if object_slug != "people" or attribute.slug not in SITES or slugged(name).startswith(prefixes):
        return None
    known = {each for site in SITES for each in _synonyms(object_slug, site)} | {*SITES}
    persons = (one for one in names if _own_rest(slugged(one), prefixes) in known)
    own = next(persons, None)
    return f"a person's links are called as '{own}' here" if own else None


def _own_rest(name: str, prefixes: Sequence[str]) -> str | None:
    """The name without the object's own before it, as `joined` writes it; None without that."""
    return next((joined(name.removeprefix(one)) for one in prefixes if name.startswith(one)), None)


def bare(name: str, attribute: Attribute) -> str:
    """A column's name without the label and number of one of several: `Phone 2 - Value` is a phone."""
    words = slugged(name).split("_")
    labels = LABELS if attribute.type in CONTACTS else frozenset({"value"})
    return "_".join(one for one in words if not one.isdigit() and one not in labels)


def part_names(attribute: Attribute) -> Mapping[str, str]:
    """The names that columns with a part of an attribute's value have in English, and the part of each."""
    return {**spellings(attribute), **PARTS.get(attribute.type, {})}


def part_names_abroad(attribute: Attribute) -> Mapping[str, str]:
    """The same in other languages, English included, since lists mix them."""
    return {**PARTS_ABROAD.get(attribute.type, {}), **part_names(attribute)}


def _spaced(name: str, attribute: Attribute) -> Fit | None:
    if not name:
        return None
    slug, title = slugged(attribute.slug), slugged(attribute.title)
    if name == slug:
        return SPACED, 0
    if name == title:
        return TITLE, 0
    return (NUMBER, 0) if singular(name) in {singular(slug), singular(title)} else None


def _known(name: str, attribute: Attribute, object_slug: str) -> Fit:
    prefixes = ("", *OWN_PREFIXES.get(object_slug, ()))
    stripped = [name.removeprefix(one) for one in prefixes if name.startswith(one)]
    names = [(one, 0) for one in stripped]
    if attribute.is_multiselect and attribute.type in SEVERAL:
        names += [(bare(one, attribute), _LABELLED) for one in stripped]
    names = [(one, more) for one, more in names if one]
    known = _synonyms(object_slug, attribute.slug)
    own = {joined(slugged(attribute.slug)), joined(slugged(attribute.title))}
    ranks = [known[joined(one)] + more for one, more in names if joined(one) in known]
    ranks += [more for one, more in names if one != name and joined(one) in own]
    return (SYNONYM, min(ranks)) if ranks else (0, 0)


@lru_cache(maxsize=256)
def _synonyms(object_slug: str, slug: str) -> Mapping[str, int]:
    """The known names of an attribute, as `joined` writes them, with their places."""
    lists: Sequence[Sequence[str]] = [
        table.get(object_slug, {}).get(slug, ()) for table in (SYNONYMS, ABROAD)
    ]
    found: dict[str, int] = {}
    for place, name in enumerate(each for one in lists for each in one):
        found.setdefault(joined(name), place)
    return found


def joined(name: str) -> str:
    """A name in the singular and in one word, since programs write `LinkedIn`, `Web site` and `E-mail`."""
    return singular(name).replace("_", "")


def singular(name: str) -> str:
    """An English word without its plural's ending."""
    for ending, one in (("sses", "ss"), ("ies", "y"), ("s", "")):
        if name.endswith(ending) and not name.endswith("ss"):
            return name.removesuffix(ending) + one
    return name
