"""The lines of a mapping: where each column is written to, how it is read, what would be rejected; pure.

The wizard on the terminal and the page of the review room show the same lines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from attio_api.attributes import DATES, NUMBERS
from attio_api.errors import Misconfigured, Rejected
from attio_sync.push_options import stream_settings
from destination_attio.config import FieldConfig, StreamConfig
from destination_attio.model.targets import PARENT, list_target, object_target
from destination_attio.rows.binding import bound_field, settled
from destination_attio.rows.desired import REFERENCES, plain
from destination_attio.rows.lookups import pointers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attio_api.attributes import Attribute
    from attio_api.wire import JsonObject
    from destination_attio.model.targets import Target
    from destination_attio.rows.columns import Column
    from destination_attio.rows.fields import BoundField

_SHOWN: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One column of the file.

    `attribute` is None where the column is left out, and `reason` says why; `also` are further goals of a
    column that the mapping sends to several. `refused` of the `sampled` cells
    cannot be read as the attribute's type. `question` asks about a reading that the cells do not settle.
    """

    column: str
    filled: int
    samples: tuple[str, ...] = ()
    attribute: str | None = None
    title: str | None = None
    type: str | None = None
    part: str | None = None
    also: tuple[str, ...] = ()
    merge: str | None = None
    reference: str | None = None
    read: Mapping[str, Any] | None = None
    reading: str = ""
    sampled: int = 0
    refused: int = 0
    refused_samples: tuple[str, ...] = ()
    is_certain: bool = True
    reason: str | None = None
    question: str | None = None

    @property
    def goal(self) -> str:
        """Where the column goes, with the part of a value and with its further goals."""
        return ", ".join((_goal(str(self.attribute), self.part), *self.also))

    @property
    def judged(self) -> str:
        """How many of the cells that were tried cannot be read; not every cell of a long column is."""
        return f"{self.refused:,} of the first {self.sampled:,} different cells would be rejected"

    def to_json(self) -> JsonObject:
        """The line as JSON, for pages and programs."""
        raw = {name: getattr(self, name) for name in Line.__slots__}
        listed = {name: list(raw[name]) for name in ("samples", "refused_samples", "also")}
        return raw | listed


def lines(
    settings: Mapping[str, Any],
    columns: Sequence[Column],
    attributes: Iterable[Attribute],
    *,
    guesses: Iterable[str] = (),
    questions: Mapping[str, str] | None = None,
) -> tuple[Line, ...]:
    """One line for each column under these settings; columns that are written come first."""
    stream = StreamConfig.model_validate(stream_settings(settings))
    target = target_of(stream, attributes)
    reasons = {one["column"]: one["reason"] for one in settings.get("left_out", [])}
    goes: dict[str, list[tuple[FieldConfig, str | None]]] = {}
    for one in stream.fields:
        for name, part in one.parts_by_column.items():
            goes.setdefault(name, []).append((one, part))
    found = []
    for column in columns:
        if column.name not in goes:
            reason = reasons.get(column.name, "not in the mapping")
            found.append(Line(column=column.name, filled=column.filled, samples=shown(column), reason=reason))
            continue
        (own, part), *others = goes[column.name]
        bound = bound_field(own, target, stream.read)
        bound = bound if part else bound.reading(column.name)
        line = _written(column, own, bound, part, guesses, questions or {})
        found.append(replace(line, also=tuple(_goal(one.attribute, part) for one, part in others)))
    return tuple(sorted(found, key=lambda one: one.attribute is None))


def _goal(attribute: str, part: str | None) -> str:
    return f"{attribute} ({part})" if part else attribute


def target_of(stream: StreamConfig, attributes: Iterable[Attribute]) -> Target:
    """The target of a stream, made from its attributes and settings alone."""
    known = {one.slug: one for one in attributes}
    if stream.kind != "lists":
        return settled(object_target(stream.slug, known), stream)
    parents = known[PARENT].allowed_object_ids if PARENT in known else None
    return settled(list_target(stream.slug, parents[0] if parents else None, known), stream)


def shown(column: Column) -> tuple[str, ...]:
    """The first three cells of a column."""
    return tuple(str(one) for one in column.samples[:_SHOWN])


def _written(
    column: Column,
    own: FieldConfig,
    bound: BoundField,
    part: str | None,
    guesses: Iterable[str],
    questions: Mapping[str, str],
) -> Line:
    question = questions.get(column.name)
    judged = () if question else column.samples  # no cell can be judged before it is known how it is read
    refused = [str(one) for one in judged if not _is_taken(bound, column.name, one)]
    return Line(
        column=column.name,
        filled=column.filled,
        samples=shown(column),
        attribute=bound.attribute.slug,
        title=bound.attribute.title,
        type=bound.attribute.type,
        part=part,
        merge=own.merge,
        reference=own.reference,
        read=own.read.model_dump(exclude_none=True) if own.read else None,
        reading="" if question else reading(own, bound),
        sampled=len(column.samples),
        refused=len(refused),
        refused_samples=tuple(refused[:_SHOWN]),
        is_certain=column.name not in set(guesses),
        question=question,
    )


def _is_taken(bound: BoundField, column: str, value: object) -> bool:
    """Whether a cell can be read as the attribute's type; referenced records are looked up later."""
    try:
        read = bound.value_in({column: value})
        if bound.attribute.type in REFERENCES:
            pointers(bound, read)
        elif bound.attribute.is_writable:
            plain(bound.attribute, read)
    except (Rejected, Misconfigured):
        return False
    return True


_DATES: Final = {
    "iso": "year-month-day",
    "dmy": "day/month/year",
    "mdy": "month/day/year",
    "excel": "days of a spreadsheet",
}


def reading(own: FieldConfig, bound: BoundField) -> str:
    """How the cells are read, in a few words."""
    cells, kind = bound.cells, bound.attribute.type
    said = []
    if kind in DATES:
        said.append(_DATES[cells.date or "iso"])
    if kind in NUMBERS and cells.decimal:
        said.append("1.234,5" if cells.decimal == "," else "1,234.5")
    if cells.percent and kind in {"number", "currency"}:
        said.append("12 % is 12" if cells.percent == "number" else "12 % is 0.12")
    if cells.separator and bound.attribute.is_multiselect:
        said.append(f"parted by {cells.separator!r}")
    if own.reference:
        said.append(
            f"found by {own.reference}, else left out"
            if own.on_missing_reference == "skip"
            else f"found by {own.reference}"
        )
    return ", ".join(said)
