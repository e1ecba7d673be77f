"""The shape of a page of records or entries, for `msgspec`: only the members that columns are made of.

Reading a page takes most of a sync's time. A decoder with a declared shape skips all other members (who set a
value, until when it held, what type it is of) and makes no dicts. `attio_api.attributes` lists the members of
each type.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.definitions import Inner, Members, Read, Title
from source_attio.decode.columns import Column, Kind
from source_attio.decode.rows import Row

CREATION_TIME: Final = "created_at"
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f]')
"""What `msgspec` takes in no member's name, since JSON writes most of it by an escape."""


class Value(msgspec.Struct, gc=False):
    """One value; `get` lets readers written for mappings read its members."""

    active_from: str

    def get(self, member: str, default: object = None) -> Any:  # noqa: ANN401 (whatever Attio holds)
        """Return a member."""
        return getattr(self, member, default)


class Choice(msgspec.Struct, gc=False):
    """The option or status that a value is."""

    title: str | None = None


class Actor(msgspec.Struct, gc=False):
    """The actor of an interaction."""

    type: str | None = None
    id: str | None = None


class Id(msgspec.Struct, gc=False):
    """A composite id, of which one part is wanted."""

    part: str


class CreationTime(msgspec.Struct, gc=False):
    """The value of the attribute `created_at`."""

    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shapes:
    """The shapes of one row, of a whole page, and of an answer of one row."""

    row: type[msgspec.Struct]
    page: msgspec.json.Decoder[Any]
    one: msgspec.json.Decoder[Any]


def shapes(kind: Kind, columns: tuple[Column, ...], *, in_dicts: bool, make: Callable[[Any], Row]) -> Shapes:
    """Return the shapes for the records of an object or the entries of a list.

    As soon as a row is decoded, `make` makes a `Row` of it, which takes the place of its `values`. So a page
    is looked through once, and the values of one row only are in memory at a time: those of a whole page do
    not fit the processor's caches.

    A row's member `created_at` is not its attribute `created_at`, by which Attio sorts and filters: the two
    were seen to differ by milliseconds and by minutes.
    """

    def keep_made(decoded: Any) -> None:  # noqa: ANN401 (the type made below)
        decoded.values = make(decoded)

    own_id = msgspec.defstruct(
        "OwnId", [("part", str)], bases=(Id,), rename={"part": kind.id_column}, gc=False
    )
    fields: list[tuple[str, Any]] = [
        ("id", own_id),
        ("created_at", str),
        ("values", dict[str, Any] if in_dicts else values_type(columns)),
        *((member, Any) for member in kind.members),
    ]
    rename = {"values": kind.values_member}
    row = msgspec.defstruct("Row", fields, rename=rename, gc=False, namespace={"__post_init__": keep_made})
    page, one = (msgspec.defstruct("Answer", [("data", data)]) for data in (list[row], row))  # type: ignore[valid-type] # made just now
    return Shapes(row=row, page=msgspec.json.Decoder(page), one=msgspec.json.Decoder(one))


def can_be_declared(columns: tuple[Column, ...]) -> bool:
    """Whether a shape can be declared for these columns; else their values are decoded as dicts."""
    slugs = [CREATION_TIME, *(column.slug for column in columns)]
    return len({*slugs}) == len(slugs) and not any(map(_ESCAPED.search, slugs))


def values_type(columns: tuple[Column, ...]) -> type[msgspec.Struct]:
    """Return the type of the values of one row: `a0`, `a1`, …, in the order of the columns."""
    fields: list[tuple[str, Any, tuple[()]]] = [("born", list[CreationTime], ())]
    fields += [(f"a{n}", list[value_type(column.type)], ()) for n, column in enumerate(columns)]  # type: ignore[misc] # made just now
    rename = {f"a{n}": column.slug for n, column in enumerate(columns)} | {"born": CREATION_TIME}
    return msgspec.defstruct("Values", fields, rename=rename, gc=False)


def value_type(attribute_type: str) -> Any:  # noqa: ANN401 (a type made just now)
    """Return the type of one value; for an unknown attribute type, a dict of all its members."""
    known = ATTRIBUTE_TYPES.get(attribute_type)
    if known is None:
        return dict[str, Any]
    inner = _inner(known.read)
    members = [(member, inner.get(member, Any), None) for member in known.members]
    return msgspec.defstruct("Of", members, bases=(Value,), gc=False)


def _inner(read: Read) -> dict[str, Any]:
    """Return the types of those members that are objects, with only the parts that columns use."""
    if isinstance(read, Title):
        return {read.name: Choice | str | None}
    if isinstance(read, Members):
        return {each.name: Actor | None for each in read.names.values() if isinstance(each, Inner)}
    return {}
