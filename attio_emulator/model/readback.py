"""Reads dataclasses back from the JSON of a dump: each member must have the type that its class declares.

Only the outer form of plain JSON members is looked at. Raises TypeError or ValueError for anything else.
"""

from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin


def built(model: type[Any], raw: Any) -> Any:  # noqa: ANN401 - a document from outside
    """One object of a dataclass; unknown members are refused, and lacking ones where they have no default."""
    declared = {each.name: each.type for each in fields(model)}
    unknown = of_type(dict, raw).keys() - declared.keys()
    if unknown:
        raise ValueError(f"{model.__name__} has no member {min(unknown)!r}")
    return model(**{name: read(declared[name], value) for name, value in raw.items()})


def read(declared: Any, raw: Any) -> Any:  # noqa: ANN401 - a type, and a document from outside
    """A value of a declared type: lists become tuples where these are declared."""
    if is_json(declared):
        return raw
    origin, inner = taken_apart(declared)
    if origin is UnionType:
        return None if raw is None else read(inner[0], raw)
    if origin is dict:
        members = of_type(dict, raw)
        # A large dump has millions of members that may be any JSON.
        return members if is_json(inner[1]) else {name: read(inner[1], one) for name, one in members.items()}
    if origin is list:
        return [read(inner[0], one) for one in of_type(list, raw)]
    if origin is tuple:
        given = of_type(list, raw)
        types = inner[:1] * len(given) if inner[-1] is Ellipsis else inner
        return tuple(read(kind, one) for kind, one in zip(types, given, strict=True))
    return of_type(declared, raw)


@cache
def taken_apart(declared: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401 - a type
    """What a type is made of: found once for a type, because a large dump has a million values of a few."""
    return get_origin(declared), get_args(declared)


def is_json(declared: Any) -> bool:  # noqa: ANN401 - a type
    """Whether a type is that of all JSON, which is declared by its name."""
    return declared is Any or isinstance(declared, str)


def of_type(wanted: type[Any], raw: Any) -> Any:  # noqa: ANN401 - a document from outside
    """The value itself, if it is of exactly this type: `True` is not a number."""
    if type(raw) is not wanted:
        raise TypeError(f"{type(raw).__name__} instead of {wanted.__name__}")
    return raw
