"""When two notes or two tasks are the same; pure.

A note is the same when parent, title and text are; a task when text and linked records are, whoever it is
assigned to and whether or not it is done.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from destination_attio.model.targets import PARENT
from destination_attio.rows.keys import token_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.wire import Json
    from destination_attio.model.targets import Target

_MARKS: Final = re.compile(r"[\s*_#>~=`\\-]+")


def sameness(target: Target, values: Mapping[str, Json]) -> str:
    """One text that is equal where two notes or tasks are the same."""
    text = _MARKS.sub(" ", str(values.get("content") or "")).strip()
    if target.kind == "notes":
        return token_of([_ids(values.get(PARENT)), str(values.get("title") or "").strip(), text])
    return token_of([_ids(values.get("linked_records")), text])


def _ids(pointers: Json) -> list[Json]:
    """The ids alone: Attio names objects by slug or by id, as it likes."""
    many = pointers if isinstance(pointers, list) else [pointers]
    return [*sorted(str(one.get("record_id")) for one in many if isinstance(one, dict))]
