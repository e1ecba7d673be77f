"""Tests answers against rows of `{"at": path, test: wanted}`.

Paths: `a.b[0].c`, `a[*].b` for every element, the empty text for the whole body, `header:NAME`, `text` for
the body as it came. A row holds one test or several of `TESTS`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from attio_emulator.contract.shapes import json_type
from attio_emulator.contract.wire import Json, JsonObject, loads

STEP = re.compile(r"([^.\[\]]+)|\[(\d+|\*)\]")


class AbsentError(LookupError):
    """A path leads to no member of the answer."""


@dataclass(frozen=True, kw_only=True)
class FactReply:
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    def json(self) -> Json:
        """The body, parsed; None when it is not JSON."""
        try:
            return loads(self.raw)
        except ValueError:
            return None

    def refusal(self) -> JsonObject:
        """The body of a refusal; empty when it has none."""
        body = self.json()
        return body if isinstance(body, dict) else {}

    def at(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """The value at a path; raises AbsentError where there is none."""
        if path == "text":
            return self.raw.decode(errors="replace")
        if path.startswith("header:"):
            name = path.removeprefix("header:").lower()
            if name not in self.headers:
                raise AbsentError(path)
            return self.headers[name]
        return follow(self.json(), [(match[1], match[2]) for match in STEP.finditer(path)])


def follow(value: Any, steps: list[tuple[str | None, str | None]]) -> Any:  # noqa: ANN401 - any JSON
    """The value at the end of the steps; `*` gives a list over all elements. Raises AbsentError."""
    for n, (member, index) in enumerate(steps):
        if index == "*":
            if not isinstance(value, list):
                raise AbsentError("not a list")
            return [follow(element, steps[n + 1 :]) for element in value]
        try:
            value = value[int(index)] if index is not None else value[member]
        except (LookupError, TypeError):
            raise AbsentError(str(member or index)) from None
    return value


TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": lambda found, wanted: bool(found == wanted),
    "differs": lambda found, wanted: bool(found != wanted),
    "count": lambda found, wanted: isinstance(found, list | dict) and len(found) == wanted,
    "type": lambda found, wanted: json_type(found) == wanted,
    "matches": lambda found, wanted: isinstance(found, str) and re.search(wanted, found) is not None,
    "contains": lambda found, wanted: isinstance(found, str) and wanted in found,
    "one_of": lambda found, wanted: found in wanted,
    "includes": lambda found, wanted: isinstance(found, list) and wanted in found,
    "excludes": lambda found, wanted: isinstance(found, list) and wanted not in found,
    "begins": lambda found, wanted: isinstance(found, list) and found[: len(wanted)] == wanted,
    "sorted": lambda found, wanted: (
        isinstance(found, list) and found == sorted(found, reverse=wanted == "desc")
    ),
}


def failing(reply: FactReply, row: JsonObject) -> list[str]:
    """The tests of a row that an answer does not pass, each as one sentence."""
    path = str(row["at"])
    tests = {name: wanted for name, wanted in row.items() if name != "at"}
    place = path or "the body"
    try:
        found = reply.at(path)
    except AbsentError:
        return [] if tests == {"exists": False} else [f"{place} is absent"]
    if "exists" in tests and not tests.pop("exists"):
        return [f"{place} is there"]
    return [
        f"{place} is {str(found)[:200]!r}, expected {name} {str(wanted)[:200]!r}"
        for name, wanted in tests.items()
        if not TESTS[name](found, wanted)
    ]
