"""Finds what a planned deletion takes along: what hangs on its record, and the references of others to it.

Attio deletes the one and empties the other, and the journal holds neither.
"""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING

from attio_api.errors import MissingScope
from destination_attio.workspace.attachments import Attachments, lacking
from destination_attio.workspace.pointers import NOT_SHOWN, Pointers, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from destination_attio.engine.run_context import RunContext
    from destination_attio.model.plan import Change
    from destination_attio.model.targets import Target
    from destination_attio.workspace.pointers import Pointer


def consequences(context: RunContext, deletions: Sequence[Change], most: int) -> dict[str, str]:
    """Sentences on what goes with each of the first `most` deletions, by record id.

    References from records that the plan deletes as well do not count. Raises AttioError.
    """
    attachments, pointers = Attachments(context.client, context.assembly.pool), Pointers(context.catalog)
    looked_at = [one for one in islice(deletions, most) if one.record_id and not one.is_option]
    found: dict[str, str] = {}
    for name, group in groupby(sorted(looked_at, key=lambda one: one.target), key=lambda one: one.target):
        target, ids = context.catalog.by_name(name), [str(one.record_id) for one in group]
        hanging = attachments.find(target, ids)
        pointing = _pointing(pointers, target, ids, deletions)
        found |= {
            one: " ".join(filter(None, (hanging.get(one), pointing.get(one))))
            for one in ids
            if one in hanging or one in pointing
        }
    return found


def _pointing(
    pointers: Pointers, target: Target, ids: Sequence[str], deletions: Iterable[Change]
) -> dict[str, str]:
    try:
        found = pointers.find(target, ids)
    except MissingScope as error:
        return dict.fromkeys(ids, NOT_SHOWN.format(scopes=lacking(error)))
    going = {one.record_id for one in deletions} if found else set()
    by_record: dict[str, list[Pointer]] = {}
    for one in found:
        if one.record_id not in going:
            by_record.setdefault(one.at, []).append(one)
    return {at: told(each) for at, each in by_record.items()}
