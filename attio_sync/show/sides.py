"""A changed attribute on a terminal: the texts left and right of the arrow; pure.

Only differences are shown: changed words of a long text, added and removed members of a list, changed parts
of a name or place. So the two sides never read the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_sync.show import wording
from attio_sync.show.field_view import field_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.wire import Json
    from attio_sync.show.word_diff import Piece
    from destination_attio.model.plan import FieldChange

_LONG: Final = 60
_MOST: Final = 400


def sides(field: FieldChange) -> tuple[str, str]:
    """The texts for before and after, as far as they differ."""
    before, after = field.before, field.after
    if isinstance(before, list) and isinstance(after, list) and before and after:
        return _members(before, after)
    if isinstance(before, dict) and isinstance(after, dict) and before and after:
        return _parts(before, after)
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > _LONG:
        view = field_view(field, "update")
        pieces: Sequence[Piece] = view.pieces if view else ()
        if any(piece.tag == "same" for piece in pieces):
            return _side(pieces, "del"), _side(pieces, "ins")
    return wording.shortened(wording.value(before), _room(after)), wording.shortened(
        wording.value(after), _room(before)
    )


def _room(other: Json) -> int:
    """The characters of a side: few beside an empty one, many where both are full."""
    return _LONG if other in (None, "", []) else _MOST


def _side(pieces: Sequence[Piece], own: str) -> str:
    text = "".join(piece.text for piece in pieces if piece.tag in {"same", "gap", own})
    return wording.shortened(text, _MOST)


def _members(before: Sequence[Json], after: Sequence[Json]) -> tuple[str, str]:
    gone = [wording.value(one) for one in before if one not in after]
    come = [wording.value(one) for one in after if one not in before]
    kept = len(before) - len(gone)
    if not gone and not come:
        return wording.value([*before]), wording.value([*after])
    stays = f" ({kept:,} more {'stays' if kept == 1 else 'stay'})" if kept else ""
    removed = ", ".join(f"- {one}" for one in gone) or "nothing goes"
    added = ", ".join(f"+ {one}" for one in come) or "nothing comes"
    return wording.shortened(removed + stays, _MOST), wording.shortened(added, _MOST)


def _parts(before: dict[str, Json], after: dict[str, Json]) -> tuple[str, str]:
    names = [one for one in dict.fromkeys((*before, *after)) if before.get(one) != after.get(one)]
    told = [one for one in names if one != "full_name"] or names
    if not told or len(told) == len({*before, *after}):
        return wording.shortened(wording.value(before), _MOST), wording.shortened(wording.value(after), _MOST)
    old, new = (
        ", ".join(f"{wording.visible(one)}: {wording.value(side.get(one))}" for one in told)
        for side in (before, after)
    )
    return wording.shortened(old, _MOST), wording.shortened(new, _MOST)
