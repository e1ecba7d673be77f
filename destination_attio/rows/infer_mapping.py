"""Guesses which column goes to which attribute, for somebody to look at and correct; pure.

A name that says it beats a value that looks like it; of two columns for one attribute the better name wins.
Columns that hold parts of one value, like a first and a last name, go to it together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import Rejected
from attio_api.values import is_empty
from destination_attio.config import FieldConfig
from destination_attio.model.targets import ENTRY_ID, RECORD_ID, SOURCE_COLUMNS, SOURCE_MARK
from destination_attio.rows.desired import REFERENCES, plain
from destination_attio.rows.fields import spellings, takes_parts
from destination_attio.rows.slugs import slugged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from attio_api.attributes import Attribute

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "domains": (
        "domain",
        "website",
        "web_site",
        "url",
        "homepage",
        "web_page",
        "web_pages",
        "company_domain",
    ),
    "email_addresses": ("email", "e_mail", "mail", "email_address", "emails", "work_email"),
    "phone_numbers": ("phone", "telephone", "mobile", "phone_number", "tel", "cell"),
    "name": ("full_name", "company_name", "company", "organisation", "organization", "deal_name", "title"),
    "job_title": ("title", "role", "position"),
    "primary_location": ("location", "address", "country", "country_code", "alpha_two_code"),
    "description": ("about", "summary", "notes", "bio"),
    "company": ("organisation", "organization", "employer", "account", "company_domain"),
    "value": ("amount", "deal_value", "revenue"),
    "owner": ("deal_owner", "account_owner", "owner_email"),
}
"""What columns for Attio's standard attributes are called elsewhere."""
_SAMPLE: Final = 20
_SHAPES: Final = (
    ("email-address", re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")),
    ("domain", re.compile(r"^(https?://)?([a-z0-9-]+\.)+[a-z]{2,}(/.*)?$", re.IGNORECASE)),
    ("phone-number", re.compile(r"^\+[\d\s().-]{7,}$")),
)
_EXACT, _SAME, _TITLE, _PARTS, _SYNONYM, _SHAPE = 6, 5, 4, 3, 2, 1
_IDS: Final = frozenset({RECORD_ID, ENTRY_ID})
"""Never written, but rows may be matched by them."""


@dataclass(frozen=True, kw_only=True)
class _Idea:
    weight: int
    attribute: Attribute
    columns: Mapping[str | None, str]
    """By the part that each holds; None where one column holds it all."""

    def field(self) -> FieldConfig:
        whole = self.columns.get(None)
        parts = {member: column for member, column in self.columns.items() if member}
        return FieldConfig(column=whole, columns=parts, attribute=self.attribute.slug)


def guess_mapping(
    columns: Sequence[str], attributes: Sequence[Attribute], sample_rows: Sequence[Mapping[str, Any]] = ()
) -> list[FieldConfig]:
    """The fields that names and a few rows suggest, in the columns' order; each attribute once."""
    usable = [one for one in attributes if (one.is_writable or one.slug in _IDS) and not one.is_archived]
    own = SOURCE_COLUMNS if _IDS & {*columns} or SOURCE_MARK in columns else frozenset[str]()
    open_to = [column for column in columns if column not in own]
    ideas = [idea for column in open_to for idea in _ideas(column, usable, sample_rows)]
    ideas += _in_parts(open_to, usable, sample_rows)
    taken: dict[str, _Idea] = {}
    for idea in sorted(ideas, key=lambda one: -one.weight):
        _take(idea, taken)
    chosen = sorted(taken.values(), key=lambda one: min(map(list(columns).index, one.columns.values())))
    return [one.field() for one in chosen]


def _take(idea: _Idea, taken: dict[str, _Idea]) -> None:
    """Settle on an idea, with those of its columns that are free; of parts one is too few."""
    used = {column for one in taken.values() for column in one.columns.values()}
    left = {part: column for part, column in idea.columns.items() if column not in used}
    if idea.attribute.slug not in taken and len(left) >= min(2, len(idea.columns)):
        taken[idea.attribute.slug] = replace(idea, columns=left)


def _in_parts(
    columns: Sequence[str], attributes: Sequence[Attribute], rows: Sequence[Mapping[str, Any]]
) -> Iterator[_Idea]:
    for attribute in takes_parts(attributes):
        names, found = spellings(attribute), dict[str | None, str]()
        for column in columns:
            member = names.get(slugged(column))
            if member and _fits(attribute, [{member: value} for value in _sample(column, rows)]):
                found.setdefault(member, column)
        if len(found) > 1:
            yield _Idea(weight=_PARTS, columns=found, attribute=attribute)


def _sample(column: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [row[column] for row in rows[:_SAMPLE] if not is_empty(row.get(column))]


def _ideas(column: str, attributes: Sequence[Attribute], rows: Sequence[Mapping[str, Any]]) -> list[_Idea]:
    values = _sample(column, rows)
    found = ((_weight(column, one, values), one) for one in attributes)
    return [
        _Idea(weight=weight, columns={None: column}, attribute=one)
        for weight, one in found
        if weight and _fits(one, values)
    ]


def _weight(column: str, attribute: Attribute, values: Sequence[Any]) -> int:
    renamed = column.removesuffix("_attribute")
    if attribute.slug in (column, renamed if renamed in SOURCE_COLUMNS else column):
        return _EXACT
    name = slugged(column)
    if attribute.slug in _IDS:
        return 0
    if name == slugged(attribute.slug):
        return _SAME
    if name == slugged(attribute.title):
        return _TITLE
    if name in SYNONYMS.get(attribute.slug, ()):
        return _SYNONYM
    shape = dict(_SHAPES).get(attribute.type)
    looks = bool(values) and shape is not None and all(shape.match(text) for text in map(_first, values))
    return _SHAPE if looks and attribute.is_unique else 0


def _first(value: Any) -> str:  # noqa: ANN401 (whatever a row holds)
    return str(value[0] if isinstance(value, list) and value else value)


def _fits(attribute: Attribute, values: Sequence[Any]) -> bool:
    """Whether most of the sample could be written; references are left for the push to look up."""
    if attribute.type in REFERENCES or attribute.slug in _IDS or not values:
        return True
    return 2 * sum(1 for value in values if _is_writable(attribute, value)) >= len(values)


def _is_writable(attribute: Attribute, value: Any) -> bool:  # noqa: ANN401 (whatever a row holds)
    try:
        plain(attribute, value)
    except Rejected:
        return False
    return True
