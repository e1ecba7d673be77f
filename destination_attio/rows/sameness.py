"""Decides when two notes or two tasks are the same; pure.

Two notes are the same when parent, title and text are equal; two tasks when text and linked records are
equal, whoever they are assigned to and whether or not they are done.
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

COMPARED: Final = frozenset({PARENT, "title", "content", "linked_records"})
"""The attributes that decide; Attio may give their values back in another form."""
_MARKS: Final = re.compile(r"[\s*_#>~=`\\-]+")


def sameness(target: Target, values: Mapping[str, Json]) -> str:
    """A text that is equal for notes, or tasks, that are the same."""
    pointing = PARENT if target.kind == "notes" else "linked_records"
    return token_of([_ids(values.get(pointing)), wording(target, values)])


def wording(target: Target, values: Mapping[str, Json]) -> str:
    """A text that is equal for notes, or tasks, with the same words, whatever they are about."""
    text = _MARKS.sub(" ", str(values.get("content") or "")).strip()
    return token_of([str(values.get("title") or "").strip(), text] if target.kind == "notes" else [text])


def _ids(pointers: Json) -> list[Json]:
    """The record ids alone, since Attio names an object sometimes by slug and sometimes by id."""
    many = pointers if isinstance(pointers, list) else [pointers]
    return [*sorted(str(one.get("record_id")) for one in many if isinstance(one, dict))]
