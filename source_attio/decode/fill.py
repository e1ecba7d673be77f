"""Generates the function that fills in one stream's columns from a row's values, without a loop over columns.

Filling in the columns takes most of a first sync's time. A loop that looks up each column's name and reader
takes twice as long as the same steps written out, so they are generated as code, once a stream, as
`dataclasses` does. `attio_api` defines how a value is read, `layout` the row's shape.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

from attio_api.definitions import PLAIN_NUMBERS, Inner, Member, Members, Number, Title, as_number
from source_attio.decode.columns import Column
from source_attio.decode.layout import Actor, Choice
from source_attio.decode.rows import canonical

Fill = Callable[[Any, dict[str, Any], str], str]
"""Takes a row's values, its columns to fill in, and a time; returns the newest of that time and theirs."""


def filling(columns: tuple[Column, ...], *, in_dicts: bool) -> Fill:
    """Generate the function for values in the shape of `layout`, or for dicts with `in_dicts`."""
    names: dict[str, Any] = {"canonical": canonical, "Choice": Choice, "NOBODY": Actor()}
    names |= {"PLAIN_NUMBERS": PLAIN_NUMBERS, "as_number": as_number}
    lines = ["def fill(values, data, newest):"]
    for number, column in enumerate(columns):
        names[f"read{number}"] = column.read or dict
        lines += _steps(number, column, in_dicts=in_dicts)
    lines.append("    return newest")
    # The only texts from outside are slugs and column names made of them, all written as literals.
    exec(_compiled("\n".join(lines)), names)  # noqa: S102 (see above)
    fill: Fill = names["fill"]
    return fill


@lru_cache(maxsize=100)
def _compiled(text: str) -> CodeType:
    """Compile once for all syncs of a process that read the same columns, as those of tests do."""
    return compile(text, "<columns>", "exec")


def _steps(number: int, column: Column, *, in_dicts: bool) -> Iterator[str]:
    dict_value = in_dicts or column.read is None
    found = f"values.get({column.slug!r})" if in_dicts else f"values.a{number}"
    since = "value['active_from']" if dict_value else "value.active_from"
    plain = f"read{number}(value)" if dict_value else _plain(number, column)
    yield f"    found = {found}"
    yield "    if found:"
    if column.many or column.read is None:
        yield f"        data[{column.name!r}] = [{plain} for value in found]"
    else:
        yield "        value = found[0]"
        yield f"        plain = {plain}"
        yield "        if plain is not None:"
        yield f"            data[{column.name!r}] = plain"
    if column.joins:
        target = "value['target_record_id']" if dict_value else "value.target_record_id"
        ids = f"[{target} for value in found]" if column.many else target
        yield f"        data[{column.joins!r}] = {ids}"
    yield "        for value in found:"
    yield f"            if {since} > newest:"
    yield f"                newest = canonical({since})"


def _plain(number: int, column: Column) -> str:
    """Return the expression that reads one value; a reader of plain members is written out, not called."""
    read = column.read
    if isinstance(read, Member):
        return f"value.{read.name}"
    if isinstance(read, Number):
        return _number(f"value.{read.name}")
    if isinstance(read, Title):
        found = f"value.{read.name}"
        return f"({found}.title if {found}.__class__ is Choice else {found})"
    if isinstance(read, Members):
        return _object(read, "value")
    return f"read{number}(value)"


def _object(read: Members, holder: str) -> str:
    return "{" + ", ".join(f"{name!r}: {_member(each, holder)}" for name, each in read.names.items()) + "}"


def _member(member: str | Number | Inner, holder: str) -> str:
    if isinstance(member, str):
        return f"{holder}.{member}"
    if isinstance(member, Number):
        return _number(f"{holder}.{member.name}")
    return _object(member.members, f"({holder}.{member.name} or NOBODY)")


def _number(found: str) -> str:
    return f"(plain if (plain := {found}).__class__ in PLAIN_NUMBERS else as_number(plain))"
