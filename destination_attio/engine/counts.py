"""Counts a stream's rows by what happened to them, and makes the rejections of refused writes; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import AttioError, UniquenessConflict, ValueNotFound
from attio_api.wire import text_or_none
from destination_attio.model.plan import Change, Counts
from destination_attio.rows import refused_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.attributes import Attribute
    from destination_attio.engine.outcome import Outcome
    from destination_attio.model.skipped import Skipped
    from destination_attio.rows.operation import Operation

Refused = list[tuple[Change, Mapping[str, Any]]]
JUDGED_FROM: Final = 100
"""Rows after which the share of rejected ones is compared with the limit."""
NAMING: Final = frozenset({"record-reference", "actor-reference", "select", "status"})
"""Types whose values refer to something that must exist in Attio."""
_BY_ITS_WORDS: Final = "Correct the row by Attio's own words, which the rejected row holds as `attio_says`."
"""The remedy for a refusal whose code is not known."""
LISTED: Final = 1000
"""Rows of each kind that a report lists at most; the rejects file has all rejected ones."""


@dataclass(kw_only=True)
class StreamResults:
    """The counts of a stream's rows so far, with the changes that reports list."""

    kinds: Counter[str] = field(default_factory=Counter)
    rejected: list[Change] = field(default_factory=list)
    refused_rows: list[int] = field(default_factory=list)
    superseded: list[Change] = field(default_factory=list)
    dropped: list[Change] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    skipped_cells: int = 0
    met: list[Change] = field(default_factory=list)
    duplicates: list[Change] = field(default_factory=list)
    remaining: list[Change] = field(default_factory=list)
    """Records that a mirror could not delete or mark; no row asked for them, so they are not counted."""

    def supersede(self, rows: Sequence[Change]) -> None:
        """Count rows that a later one replaces; list the first of those with other data, which are lost."""
        self.kinds["superseded"] += len(rows)
        told = sorted(rows, key=lambda one: one.code is None)
        self.superseded += told[: max(LISTED - len(self.superseded), 0)]

    def skip(self, cells: Sequence[Skipped]) -> None:
        """Count cells that are not written, and list the first of them."""
        self.skipped_cells += len(cells)
        self.skipped += cells[: max(LISTED - len(self.skipped), 0)]

    @property
    def counts(self) -> Counts:
        """The counts in the form of plans and reports."""
        return Counts(**self.kinds)

    def take_refused(self) -> list[int]:
        """The numbers of the rows rejected since the last call."""
        taken, self.refused_rows = self.refused_rows, []
        return taken


def judge(rows: int, rejected: int, most: float, *, is_end: bool = False) -> None:
    """Raise Misconfigured when a larger share of the rows was rejected than the settings allow."""
    if rejected and (is_end or rows >= JUDGED_FROM) and 100 * rejected / rows > most:
        raise refused_runs.TOO_MANY_REJECTED(rejected=rejected, rows=rows, most=most)


class SumError(AttioError):
    """The run's counts do not add up to its rows."""

    remedy_by_default = (
        "Look at the history of the run and push the rows again: what is in Attio already costs no write. "
        "This is a fault of the program; please report it."
    )


def check_sum(read: int, counts: Counts) -> None:
    """Raise SumError when the counts do not add up to the rows read."""
    if counts.rows != read:
        raise SumError(
            f"{read} rows were read, but {counts.rows} are accounted for: "
            f"{counts.written - counts.mirrored} written, {counts.unchanged} unchanged, "
            f"{counts.rejected} rejected, {counts.superseded} superseded."
        )


def check_undone(changes: int, known: int) -> None:
    """Raise SumError when a revert's counts do not add up to the changes it was to undo."""
    if known != changes:
        raise SumError(
            f"{changes} changes were to be undone, but {known} are accounted for.",
            remedy="Revert the run again: what is back already costs no write. "
            "This is a fault of the program; please report it.",
        )


def rejection(operation: Operation, error: AttioError) -> Change:
    """The rejection of a row whose write cannot be made."""
    row, suspects = operation.row, _suspects(operation, error)
    attributes = row.binding.target.attributes if row else {}
    attribute = _slug_of(error, attributes) or (suspects[0] if len(suspects) == 1 else None)
    hint = "" if attribute or not suspects else f" It is one of: {', '.join(suspects)}."
    return replace(
        operation.change,
        kind="rejected",
        reason=f"{with_slug(error, attributes)}{hint}",
        remedy=error.remedy or _BY_ITS_WORDS,
        code=error.code,
        attribute=attribute,
        column=row.binding.column_of(attribute) if row else None,
        value=row.cell(attribute) if row else None,
        attio_says=text_or_none(error.details.get("message")),
        fields=(),
    )


def with_slug(error: AttioError, attributes: Mapping[str, Attribute]) -> str:
    """The error's sentence, in which an attribute that Attio names by its id has its slug."""
    told = error.attribute
    return error.message.replace(told, _slug_of(error, attributes)) if told else error.message


def _slug_of(error: AttioError, attributes: Mapping[str, Attribute]) -> str:
    """The slug of the attribute that Attio's refusal names by its slug or by its id; empty for none."""
    told = error.attribute or ""
    return next((one.slug for one in attributes.values() if told == one.attribute_id), told)


def _suspects(operation: Operation, error: AttioError) -> list[str]:
    """The attributes that Attio's refusal may be about, where it names none."""
    attributes = operation.row.binding.target.attributes if operation.row else {}
    asked = [attributes[one.attribute] for one in operation.change.fields if one.attribute in attributes]
    if isinstance(error, ValueNotFound):
        return [one.slug for one in asked if one.type in NAMING]
    if isinstance(error, UniquenessConflict):  # the matching attributes were looked up before the write
        return [one.slug for one in asked if one.is_unique and one.slug not in operation.change.key]
    return []


def refusal_of(outcome: Outcome) -> Change:
    """The rejection of a row whose write Attio refused."""
    return rejection(outcome.operation, outcome.failure)


def row_of(outcome: Outcome) -> Mapping[str, Any]:
    """The row that a write was made for; empty where it was made for none."""
    return outcome.operation.row.row if outcome.operation.row else {}
