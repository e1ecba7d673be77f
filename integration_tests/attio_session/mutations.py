"""Changes of a request body, one member each, and whether Attio's schema of the body allows them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[str | int, ...]
Kind = Literal["null", "left out", "another word"]


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One member of a body that is null, left out, or a word that is none of the choices."""

    place: Place
    kind: Kind
    is_allowed: bool

    @property
    def name(self) -> tuple[str, Kind]:
        """The member in a text, whichever element of a list it is in."""
        return "/".join("0" if isinstance(each, int) else each for each in self.place), self.kind

    def of(self, body: Any) -> Any:
        """The changed body."""
        changed = copy.deepcopy(body)
        inner = changed
        for step in self.place[:-1]:
            inner = inner[step]
        if self.kind == "left out":
            del inner[self.place[-1]]
        else:
            inner[self.place[-1]] = None if self.kind == "null" else "no such word"
        return changed


@dataclass(frozen=True, kw_only=True)
class Bodies:
    """The schemas that bodies refer to."""

    schemas: Any

    def mutations(self, schema: Any, body: Any, place: Place = ()) -> Iterator[Mutation]:
        """Every change of one member of the body and of what is in it."""
        fitting = self._fitting(schema, body)
        if isinstance(body, list):
            for element in body[:1]:
                yield from self.mutations(fitting.get("items", {}), element, (*place, 0))
        elif isinstance(body, dict):
            for name, inner in fitting.get("properties", {}).items():
                yield from self._of_member(inner, body, (*place, name), name in fitting.get("required", ()))

    def _of_member(self, schema: Any, body: Any, place: Place, is_required: bool) -> Iterator[Mutation]:
        yield Mutation(place=place, kind="null", is_allowed=self._takes_null(schema))
        name = place[-1]
        if name not in body:
            return
        yield Mutation(place=place, kind="left out", is_allowed=not is_required)
        if {"enum", "const"} & self._plain(schema).keys():
            yield Mutation(place=place, kind="another word", is_allowed=False)
        yield from self.mutations(schema, body[name], place)

    def _fitting(self, schema: Any, body: Any) -> Any:
        """The schema, or the one of its alternatives that the body is meant for."""
        plain = self._plain(schema)
        wanted = "array" if isinstance(body, list) else "object"
        fitting = [
            each
            for each in map(self._plain, plain.get("anyOf", plain.get("oneOf", [plain])))
            if each.get("type") == wanted and all(name in body for name in each.get("required", ()))
        ]
        return fitting[0] if fitting else {}

    def _takes_null(self, schema: Any) -> bool:
        plain = self._plain(schema)
        inner = plain.get("anyOf", plain.get("oneOf", ()))
        return plain in ({}, {"type": "null"}) or any(self._takes_null(each) for each in inner)

    def _plain(self, schema: Any) -> Any:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema
