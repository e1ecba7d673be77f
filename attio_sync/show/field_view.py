"""One changed attribute as a page shows it: the words, members or parts that go and come; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from attio_sync.show import wording
from attio_sync.show.word_diff import Piece, folded, is_alike, word_diff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.wire import Json, JsonObject
    from destination_attio.model.plan import FieldChange, Kind

_LONG: Final = 40
"""Characters from which two texts are compared word by word."""
_CUT: Final = 400
"""Characters of a new or removed text that are shown at once."""
_COMMA: Final = Piece("same", ", ")
_ARROW: Final = Piece("to", " → ")


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldView:
    """An attribute and the pieces to show; `is_cut` when they leave something out."""

    attribute: str
    pieces: tuple[Piece, ...]
    remark: str = ""
    is_cut: bool = False


def field_view(one: FieldChange, kind: Kind, *, whole: bool = False) -> FieldView | None:
    """The pieces of a change; None where there is nothing to show, as an empty value of a new record."""
    before, after = one.before, one.after
    if not wording.says_something(one):
        return None
    if kind in {"create", "delete"} or _is_empty(before) or _is_empty(after):
        return _replaced(one, kind, whole=whole)
    if isinstance(before, list) and isinstance(after, list):
        return _members(one, before, after)
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() & after.keys():
        return _parts(one, before, after)
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > _LONG:
        return _text(one, before, after, whole=whole)
    return _replaced(one, kind, whole=whole)


def _is_empty(value: Json) -> bool:
    return value is None or value in ("", [])


def _replaced(one: FieldChange, kind: Kind, *, whole: bool) -> FieldView:
    """Before and after as pieces, without a side that is empty."""
    pieces: list[Piece] = []
    is_cut = False
    for tag, value in (("del", one.before), ("ins", one.after)):
        if _is_empty(value):
            continue
        text = wording.value(value)
        is_cut = is_cut or (len(text) > _CUT and not whole)
        shown = text if whole or len(text) <= _CUT else text[:_CUT].rstrip() + "…"
        pieces += [_ARROW] if pieces else []
        pieces.append(Piece("del" if tag == "del" else "ins", shown))
    is_cleared = kind not in {"delete", "superseded"} and _is_empty(one.after)
    remark = "cleared" if is_cleared else ""
    return FieldView(attribute=one.attribute, pieces=tuple(pieces), remark=remark, is_cut=is_cut)


def _text(one: FieldChange, before: str, after: str, *, whole: bool) -> FieldView:
    """The words that differ, within some of the others; both texts where they have little in common."""
    new = wording.visible(after)
    remark = f"{len(new):,} characters" if len(new) > _CUT / 2 else ""
    pieces = word_diff(wording.visible(before), new)
    if not is_alike(pieces):
        return replace(_replaced(one, "update", whole=whole), remark=remark)
    shown = pieces if whole else folded(pieces)
    return FieldView(attribute=one.attribute, pieces=tuple(shown), remark=remark, is_cut=shown != pieces)


def _members(one: FieldChange, before: Sequence[Json], after: Sequence[Json]) -> FieldView:
    """A list by its members: kept ones plain, the others marked as removed or added."""
    pieces: list[Piece] = []
    for value in before:
        pieces += [_COMMA] if pieces else []
        pieces.append(Piece("same" if value in after else "del", wording.value(value)))
    for value in after:
        if value not in before:
            pieces += [_COMMA] if pieces else []
            pieces.append(Piece("ins", wording.value(value)))
    if all(piece.tag == "same" for piece in pieces):
        return FieldView(attribute=one.attribute, pieces=tuple(_both(one)), remark="another order")
    return FieldView(attribute=one.attribute, pieces=tuple(pieces))


def _both(one: FieldChange) -> list[Piece]:
    return [Piece("del", wording.value(one.before)), _ARROW, Piece("ins", wording.value(one.after))]


def _parts(one: FieldChange, before: JsonObject, after: JsonObject) -> FieldView:
    """A name or place by the parts that differ; as one text where all of them do."""
    names = list(dict.fromkeys((*before, *after)))
    moved = [name for name in names if before.get(name) != after.get(name)]
    told = [name for name in moved if name != "full_name"] or moved
    if len(told) >= len(names) / 2:
        return FieldView(attribute=one.attribute, pieces=tuple(_both(one)))
    pieces: list[Piece] = []
    for name in told:
        pieces += [_COMMA] if pieces else []
        pieces.append(Piece("same", f"{wording.visible(name)}: "))
        old, new = before.get(name), after.get(name)
        if not _is_empty(old):
            pieces.append(Piece("del", wording.value(old)))
        if not _is_empty(new):
            pieces += [_ARROW] if not _is_empty(old) else []
            pieces.append(Piece("ins", wording.value(new)))
    return FieldView(
        attribute=one.attribute, pieces=tuple(pieces), remark=f"{len(told)} of {len(names)} parts"
    )
