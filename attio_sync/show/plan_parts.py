"""The parts of a plan or run on a page: the sum of all rows, and records with their fields; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from attio_sync.show import wording
from attio_sync.show.field_view import FieldView, field_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination_attio.model.plan import Change, Counts, Kind

DID: Final[dict[str, str]] = {
    "create": "New record",
    "update": "Changed",
    "delete": "Deleted",
    "rejected": "Rejected",
    "superseded": "Superseded",
    "unchanged": "Unchanged",
}
_WIDTH: Final = 1000
_GAP: Final = 2
_LEAST: Final = 6
"""Least width of an outcome in the bar (of 1,000), so that few rows can still be seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One kind of outcome with its number of rows and its stretch of the bar."""

    kind: Kind
    count: int
    words: str
    x: int
    width: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """All rows by outcome; records that no row mentions are apart."""

    rows: int
    parts: tuple[Part, ...]
    apart: int = 0
    apart_kind: Kind = "delete"
    apart_words: str = ""
    words: str = "rows in"

    @property
    def spoken(self) -> str:
        """The bar as text, for screen readers."""
        parts = ", ".join(f"{one.count:,} {one.words}" for one in self.parts)
        return f"{self.rows:,} {'row' if self.rows == 1 else 'rows'}: {parts or 'none'}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordView:
    """One record and its changes."""

    number: int
    kind: Kind
    name: str
    key: str
    row_number: int | None
    link: str | None
    fields: tuple[FieldView, ...]
    why: str
    remedy: str
    attribute: str | None = None
    record_id: str | None = None
    state: str = ""
    cell: str = ""
    """The cell for which the row was rejected."""


def sum_of(counts: Counts, *, done: bool = False, is_revert: bool = False) -> Sum:
    """The sum of all rows with its bar."""
    removed = counts.mirrored if counts.delete >= counts.mirrored else 0
    marked = counts.mirrored - removed
    of_rows = replace(counts, delete=counts.delete - removed, update=counts.update - marked)
    fates = wording.fates(of_rows, done=done)
    if is_revert:
        fates = [(kind, count, wording.OF_REVERTS.get(kind, words)) for kind, count, words in fates]
    apart_kind: Kind = "delete" if removed else "update"
    verb = ("deleted" if removed else "changed") if done else ("to delete" if removed else "to change")
    return Sum(
        rows=counts.rows,
        parts=_stretched(fates),
        apart=counts.mirrored,
        apart_kind=apart_kind,
        apart_words=f"{verb}, in no row",
        words=_words(counts.rows, is_revert=is_revert),
    )


def _words(rows: int, *, is_revert: bool) -> str:
    if is_revert:
        return "change of the run" if rows == 1 else "changes of the run"
    return "row in" if rows == 1 else "rows in"


def _stretched(fates: list[tuple[Kind, int, str]]) -> tuple[Part, ...]:
    """Each outcome's stretch of the bar by its share; the smallest are widened so that they can be seen."""
    total = sum(count for _, count, _ in fates)
    room = _WIDTH - _GAP * (len(fates) - 1)
    widths = [max(_LEAST, room * count // total) for _, count, _ in fates]
    if widths:
        widest = widths.index(max(widths))
        widths[widest] -= sum(widths) - room
    parts: list[Part] = []
    x = 0
    for (kind, count, words), width in zip(fates, widths, strict=True):
        parts.append(Part(kind=kind, count=count, words=words, x=x, width=width))
        x += width + _GAP
    return tuple(parts)


def record_view(number: int, change: Change, *, whole: bool = False, done: bool = False) -> RecordView:
    """One change for a page; a record that is deleted by now has no page in Attio."""
    found = (field_view(one, change.kind, whole=whole) for one in change.fields)
    name, key = (wording.shortened(one, wording.NAME) for one in (wording.name(change), wording.key(change)))
    return RecordView(
        number=number,
        kind=change.kind,
        name=name,
        key=key if key != name else "",
        row_number=change.row_number,
        link=None if done and change.kind == "delete" else safe_link(change.web_url),
        fields=tuple(one for one in found if one is not None),
        why=wording.visible(change.reason or ""),
        remedy=wording.visible(change.remedy or ""),
        attribute=change.attribute,
        record_id=change.record_id,
        cell=wording.cell(change.value),
    )


def with_consequence(one: RecordView, goes_with: Mapping[str, object]) -> RecordView:
    """A deletion with what Attio deletes with the record, where that was looked up; others as they are."""
    gone = goes_with.get(str(one.record_id)) if one.kind == "delete" else None
    return replace(one, why=" ".join(filter(None, (one.why, str(gone), wording.GONE)))) if gone else one


def safe_link(address: object) -> str | None:
    """The address, if it is http or https; a script in a record's text never becomes a link."""
    if not isinstance(address, str):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"https", "http"} and parts.netloc else None
