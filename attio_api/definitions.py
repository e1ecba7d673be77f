"""Two frozen records that describe an attribute, and a type of attribute.

The seventeen types themselves are rows of the table in `attributes`.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

from attio_api.errors import InvalidValue, Malformed
from attio_api.wire import Json, JsonObject, as_object, as_text, text_or_none


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """One attribute of an object or a list, as Attio describes it."""

    attribute_id: str
    slug: str
    title: str
    type: str
    description: str | None = None
    is_multiselect: bool = False
    is_unique: bool = False
    is_required: bool = False
    is_writable: bool = True
    is_system: bool = False
    is_archived: bool = False
    allowed_object_ids: tuple[str, ...] | None = None
    """For record references: the objects they may point at; None means any."""
    currency_code: str | None = None
    """For currencies: the code that every written value gets."""
    default_value: Json = None
    relationship: JsonObject | None = None
    default_country: str | None = None
    """For phone numbers in national form: their country (ISO 3166-1 alpha-2). Our own setting."""
    more_decimals: Literal["round", "reject"] = "round"
    """For numbers and amounts with more than the four decimals that Attio keeps. Our own setting."""

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Read Attio's description; raises Unreadable when it has another shape."""
        facts = as_object(raw, "an attribute")
        config = facts.get("config") if isinstance(facts.get("config"), dict) else {}
        slug = as_text(facts.get("api_slug"), "an attribute's slug")
        relationship = facts.get("relationship")
        return cls(
            attribute_id=as_text(
                as_object(facts.get("id"), "an attribute's id").get("attribute_id"), "its id"
            ),
            slug=slug,
            title=text_or_none(facts.get("title")) or slug,
            type=as_text(facts.get("type"), "an attribute's type"),
            description=text_or_none(facts.get("description")),
            is_multiselect=facts.get("is_multiselect") is True,
            is_unique=facts.get("is_unique") is True,
            is_required=facts.get("is_required") is True,
            is_writable=facts.get("is_writable") is not False,
            is_system=facts.get("is_system_attribute") is True,
            is_archived=facts.get("is_archived") is True,
            allowed_object_ids=_allowed_objects(config),
            currency_code=text_or_none(_block(config, "currency").get("default_currency_code")),
            default_value=facts.get("default_value"),
            relationship=relationship if isinstance(relationship, dict) else None,
        )


def _block(config: object, name: str) -> Mapping[str, Any]:
    block = config.get(name) if isinstance(config, dict) else None
    return block if isinstance(block, dict) else {}


def _allowed_objects(config: object) -> tuple[str, ...] | None:
    allowed = _block(config, "record_reference").get("allowed_object_ids")
    return tuple(str(each) for each in allowed) if isinstance(allowed, list) else None


@dataclass(frozen=True, slots=True)
class Member:
    """Reads a value whose plain form is one of its members."""

    name: str

    def __call__(self, value: Mapping[str, Any]) -> Json:
        """Return that member."""
        plain: Json = value.get(self.name)
        return plain


PLAIN_NUMBERS: Final = frozenset({int, float, type(None)})
_WRITTEN: Final = re.compile(r"-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Number:
    """Reads a value whose plain form is a number, also where Attio writes it as text."""

    name: str

    def __call__(self, value: Mapping[str, Any]) -> Json:
        """Return that number; raises Malformed for what is none."""
        found = value.get(self.name)
        return found if found.__class__ in PLAIN_NUMBERS else as_number(found)


def as_number(written: object) -> int | float:
    """Return the number that a text says, as JSON writes numbers; raises Malformed for anything else.

    Attio's schema has numbers, and a sample in its documentation writes an amount as text.
    """
    if not isinstance(written, str) or not _WRITTEN.fullmatch(written) or math.isinf(float(written)):
        raise Malformed("Attio's answer holds something else where a value has a number.")
    return int(written) if written.lstrip("-").isdigit() else float(written)


@dataclass(frozen=True, slots=True)
class Title:
    """Reads a value whose member has a title; where Attio sends a bare id instead, it reads the id."""

    name: str

    def __call__(self, value: Mapping[str, Any]) -> Json:
        """Return the title; raises Malformed where there is neither a title nor an id."""
        found: Json = value.get(self.name)
        if isinstance(found, Mapping):
            found = found.get("title", found)
        if not isinstance(found, str | None):
            raise Malformed(f"Attio's answer holds something else where a value names its {self.name}.")
        return found


@dataclass(frozen=True, slots=True)
class Members:
    """Reads a value whose plain form is an object of some of its members."""

    names: "Mapping[str, str | Number | Inner]"
    """Name in the plain object → member of Attio's value."""

    def __call__(self, value: Mapping[str, Any]) -> Json:
        """Return that object; missing members are null."""
        return {
            plain: value.get(member) if isinstance(member, str) else member(value)
            for plain, member in self.names.items()
        }


@dataclass(frozen=True, slots=True)
class Inner:
    """A member that is an object itself, with some of its own members."""

    name: str
    members: Members

    def __call__(self, value: Mapping[str, Any]) -> Json:
        """Return that object; missing members are null."""
        found = value.get(self.name)
        return self.members(found if isinstance(found, Mapping) else {})


Read = Callable[[Mapping[str, Any]], Json]
Write = Callable[[object, Attribute], Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeType:
    """How one type of attribute is described, read, written, compared and filtered."""

    schema: JsonObject
    """JSON schema of one plain value."""
    read: Read
    """One value as Attio sends it → one plain value."""
    write: Write
    """One plain value as a warehouse holds it → what Attio accepts; raises InvalidValue."""
    normalise: Write
    """One plain value → the form in which equal values are equal; raises InvalidValue."""
    matches: Callable[[Json, Json], bool] = lambda current, desired: current == desired
    """Whether a normalised current value already is the normalised desired one."""
    lost: Callable[[object, Attribute], InvalidValue | None] | None = None
    """One valid plain value → the refusal of what Attio does not keep of it; None where it keeps all."""
    members: tuple[str, ...] = ("value",)
    """The members that Attio sends for this type, besides those that every value has."""
    takes_own: bool = False
    """Whether `write` takes Attio's own object whole, since members besides the plain one count."""
    nullable: bool = True
    """Whether a value can be cleared."""
    may_be_json: bool = True
    """Whether a text that looks like a JSON array or object is read as one."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """For values that are often spread over several columns: a column's name → the member that it holds."""
    telling: frozenset[str] = frozenset()
    """The names among `parts` that identify the member without a look at the column's values."""
    splits_commas: bool = False
    """Whether 'a, b' means two values when the attribute holds several."""
    cells: Literal["date", "number"] | None = None
    """Set for values whose spelling differs by country, so that a file's cells may need a stated format."""
    can_be_searched: bool = True
    """Whether Attio finds records by such a value."""
