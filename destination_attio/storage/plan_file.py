"""Reads and writes a saved plan, a JSON object with a line per change, without holding it in memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from destination_attio.model.plan import CHANGES_LINE, Change, Plan, PlanError, loads, mirrored_in
from destination_attio.model.plan_shape import check_change
from destination_attio.storage.stored_changes import StoredChanges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from attio_api.wire import JsonObject

_AT_ONCE: Final = 1000


def read_plan(path: Path) -> Plan:
    """Read a saved plan, its changes into a temporary file; raises PlanError with one sentence."""
    with path.open("rb") as file:
        head, middle = file.readline(), file.readline()
        if middle.strip() != CHANGES_LINE.strip().encode() or not head.rstrip().endswith(b","):
            return loads(head + middle + file.read())
        facts = _parsed(head.rstrip().removesuffix(b",") + b"}")
        stored = StoredChanges()
        part: list[Change] = []
        mirrored = 0
        for raw in _changes(file):
            check_change(raw)
            part.append(Change.from_json(raw))
            mirrored += mirrored_in(facts, part[-1:])
            if len(part) == _AT_ONCE:
                stored.add(part)
                part.clear()
        stored.add(part)
    return Plan.from_json({**facts, "mirrored": mirrored, "changes": []}, changes=stored)


def write_plan(plan: Plan, path: Path) -> None:
    """Save a plan, line by line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(plan.lines())


def _changes(file: BinaryIO) -> Iterator[JsonObject]:
    for line in file:
        text = line.strip()
        if text == b"]}":
            return
        yield _parsed(text.removesuffix(b","))
    raise PlanError("The plan is damaged: it is cut off.")


def _parsed(text: bytes) -> JsonObject:
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        raise PlanError(f"The plan is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise PlanError("The plan is damaged: a change is not a JSON object.")
    return cast("JsonObject", found)
