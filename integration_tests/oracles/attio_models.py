"""Run by the `attio` client's interpreter: holds recorded answers against the client's own models.

Argument: a file with one exchange a line. Prints, as JSON, how many answers were held against a model, which
operations the client does not have, and what its models refuse.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import attio
from attio import models
from pydantic import TypeAdapter, ValidationError

OPERATION = re.compile(
    r'method="(\w+)",\s*path="([^"]+)".*?match_response\(http_res, "(\d+)", "application/json"\):'
    r"\s*return unmarshal_json_response\(\s*(?:Optional\[)?models\.(\w+)",
    re.DOTALL,
)


def operations() -> list[tuple[str, re.Pattern[str], str]]:
    """Each of the client's calls: method, path, and the model of its answer."""
    found = {}
    for path in sorted(Path(inspect.getfile(attio)).parent.glob("*.py")):
        for call in path.read_text().split("\n    def "):
            for method, place, _, model in OPERATION.findall(call)[:1]:
                found[method, place] = model
    fixed_first = sorted(found.items(), key=lambda one: one[0][1].count("{"))
    return [
        (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", place) + "$"), model)
        for (method, place), model in fixed_first
    ]


def main() -> None:
    """Judge every answer."""
    known, judged, unknown, refused = operations(), 0, Counter[str](), []
    for line in Path(sys.argv[1]).read_text().splitlines():
        exchange: dict[str, Any] = json.loads(line)
        name = next((m for v, p, m in known if v == exchange["method"] and p.match(exchange["path"])), None)
        if name is None:
            unknown[f"{exchange['method']} {exchange['path']}"] += 1
            continue
        judged += 1
        try:
            TypeAdapter(getattr(models, name)).validate_python(exchange["body"])
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            refused.append({"model": name, "at": ".".join(map(str, first["loc"])), "why": first["msg"]})
    print(json.dumps({"judged": judged, "unknown": unknown, "refused": refused}))  # noqa: T201 (its answer)


main()
