"""What a run would change in Attio, row by row and field by field.

A plan is frozen data: it can be printed, saved, sent to a colleague and applied later. `session` makes plans,
and the local runner shows them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast

from destination_attio.model.change import (
    ACTIONS,
    KINDS,
    OPTIONS,
    STUB,
    UNCLEAR,
    Change,
    Changes,
    FieldChange,
    Kind,
    PlanError,
    listing,
    texts,
)
from destination_attio.model.plan_shape import check_change, check_head
from destination_attio.model.skipped import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from attio_api.wire import Json, JsonObject

__all__ = [
    "ACTIONS",
    "KINDS",
    "OPTIONS",
    "STUB",
    "UNCLEAR",
    "Change",
    "Changes",
    "Counts",
    "FieldChange",
    "Kind",
    "Plan",
    "PlanError",
    "Progress",
    "Report",
    "dumps",
    "listing",
    "loads",
]
FORMAT = 1
CHANGES_LINE = '"changes": [\n'
"""The last line before the changes of a saved plan; each change is a line of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Numbers of rows by what happens to them; `rows` is the sum of the others without a mirror's deletions.

    Records that a mirror deletes are counted in `mirrored` (and in `delete`), not in `rows`. Stubs, which are
    made only to be pointed at, are not counted.
    """

    create: int = 0
    update: int = 0
    delete: int = 0
    unchanged: int = 0
    rejected: int = 0
    superseded: int = 0
    mirrored: int = 0

    @property
    def rows(self) -> int:
        """Rows of the input."""
        return self.written + self.unchanged + self.rejected + self.superseded - self.mirrored

    @property
    def written(self) -> int:
        """Rows (and mirrored records) that need a write."""
        return self.create + self.update + self.delete

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.__slots__})

    def to_json(self) -> JsonObject:
        """As it is printed and kept in the journal."""
        return {name: getattr(self, name) for name in Counts.__slots__}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything a push would do; rows that change nothing are counted and not listed."""

    changes: Sequence[Change] = ()
    unchanged: int = 0
    mirrored: int = 0
    reverts: str | None = None
    workspace_id: str | None = None
    workspace_name: str | None = None
    made_at: str | None = None
    streams: tuple[JsonObject, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    left_out: tuple[JsonObject, ...] = ()
    """Columns that go nowhere, each with the reason."""
    remarks: tuple[str, ...] = ()
    """Sentences on how the file of the rows was read, for whoever approves the plan."""
    origin: JsonObject | None = None
    """The file of the rows: `file`, its `size` in bytes, and when it was `written`; None for other rows."""
    goes_with: JsonObject = field(default_factory=dict)
    """By the id of a record that the plan deletes: a sentence on what Attio deletes with the record."""
    attributes: JsonObject = field(default_factory=dict)
    """The attribute ids of each target by slug, by which attributes that were renamed are found."""

    @property
    def counts(self) -> Counts:
        """Numbers of rows by what happens to them."""
        if isinstance(self.changes, Changes):
            found = self.changes.kinds()
        else:
            found = Counter(str(change.kind) for change in self.changes if change.is_row)
        unchanged = self.unchanged + found.pop("unchanged", 0)
        return Counts(
            unchanged=unchanged, mirrored=self.mirrored, **{str(kind): n for kind, n in found.items()}
        )

    @property
    def actions(self) -> Sequence[Change]:
        """The changes that need a write, in the order in which they will be made."""
        return listing(self.changes, *ACTIONS)

    def __add__(self, other: Plan) -> Plan:
        return replace(
            self,
            changes=(*self.changes, *other.changes),
            unchanged=self.unchanged + other.unchanged,
            mirrored=self.mirrored + other.mirrored,
            streams=self.streams + tuple(one for one in other.streams if one not in self.streams),
            skipped=self.skipped + other.skipped,
            left_out=self.left_out + other.left_out,
            remarks=self.remarks + tuple(one for one in other.remarks if one not in self.remarks),
            goes_with={**self.goes_with, **other.goes_with},
            attributes={**self.attributes, **other.attributes},
        )

    def head(self) -> JsonObject:
        """The plan without its changes, in the JSON form that is saved."""
        return {
            "format": FORMAT,
            "made_at": self.made_at,
            "workspace_id": self.workspace_id,
            "workspace_name": self.workspace_name,
            "counts": self.counts.to_json(),
            "unchanged": self.unchanged,
            "mirrored": self.mirrored,
            **({"reverts": self.reverts} if self.reverts else {}),
            "streams": list(self.streams),
            "skipped": [one.to_json() for one in self.skipped],
            "left_out": list(self.left_out),
            **({"remarks": list(self.remarks)} if self.remarks else {}),
            **({"origin": self.origin} if self.origin else {}),
            **({"goes_with": self.goes_with} if self.goes_with else {}),
            **({"attributes": self.attributes} if self.attributes else {}),
        }

    def to_json(self) -> JsonObject:
        """The whole plan as one JSON object."""
        return {**self.head(), "changes": [change.to_json() for change in self.changes]}

    def lines(self) -> Iterator[str]:
        """The whole plan as text, a line per change, so that a large plan is never held as one text."""
        yield json.dumps(self.head(), ensure_ascii=False)[:-1] + ",\n" + CHANGES_LINE
        before = ""
        for text in texts(self.changes):
            yield before + text
            before = ",\n"
        yield ("\n" if before else "") + "]}\n"

    def digest(self) -> str:
        """SHA-256 of the plan's lines in hexadecimal digits; an approval names the plan by it."""
        found = hashlib.sha256()
        for line in self.lines():
            found.update(line.encode())
        return found.hexdigest()

    @classmethod
    def from_json(cls, raw: Mapping[str, Json], changes: Sequence[Change] | None = None) -> Plan:
        """Read what `to_json` gives, or its head and `changes`; raises PlanError for anything else."""
        if raw.get("format") != FORMAT:
            raise PlanError("This is not a plan, or it was saved by another version of attio-sync.")
        check_head(raw)
        try:
            for one in cast("list[JsonObject]", raw["changes"]):
                check_change(one)
            listed = tuple(Change.from_json(one) for one in cast("list[JsonObject]", raw["changes"]))
            return cls(
                changes=listed if changes is None else changes,
                reverts=cast("str | None", raw.get("reverts")),
                unchanged=cast("int", raw["unchanged"]),
                mirrored=mirrored_in(raw, listed) if changes is None else cast("int", raw["mirrored"]),
                workspace_id=cast("str | None", raw["workspace_id"]),
                workspace_name=cast("str | None", raw["workspace_name"]),
                made_at=cast("str | None", raw["made_at"]),
                streams=tuple(cast("list[JsonObject]", raw["streams"])),
                left_out=tuple(cast("list[JsonObject]", raw.get("left_out", []))),
                remarks=tuple(cast("list[str]", raw.get("remarks", []))),
                origin=cast("JsonObject | None", raw.get("origin")),
                goes_with=cast("JsonObject", raw.get("goes_with", {})),
                attributes=cast("JsonObject", raw.get("attributes", {})),
                skipped=tuple(map(Skipped.from_json, cast("list[JsonObject]", raw.get("skipped", [])))),
            )
        except (KeyError, TypeError) as error:
            raise PlanError(f"The plan is damaged: {error}.") from error


def mirrored_in(head: Mapping[str, Json], changes: Sequence[Change]) -> int:
    """The number of a mirror's changes; somebody may have taken some out of the file."""
    return 0 if head.get("reverts") else sum(one.is_mirrored for one in changes)


def loads(text: str | bytes) -> Plan:
    """Read a saved plan; raises PlanError with one sentence when the text is not one."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise PlanError(f"The plan is not JSON: {error}.") from error
    if not isinstance(raw, dict):
        raise PlanError("The plan is not a JSON object.")
    return Plan.from_json(raw)


def dumps(plan: Plan) -> str:
    """The plan as text for a file."""
    return "".join(plan.lines())


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a push or a revert did.

    `stopped_at` is the first change of a saved plan that could not be made any more; `conflicts` are changes
    that a revert left alone; `skipped` are the first of the `skipped_cells`, which were not written although
    their row was; `dropped` are fields for which Attio's answer differs from what was sent; `remaining` are
    records that a mirror could not delete or mark; `met` are records that somebody made just before the run
    would have; `overwritten` are changes of a revert that put back what somebody wrote right before the
    run did; `duplicates` are records of the run whose key another record has too; `remarks` are sentences on
    how the file was read; `renamed` are sentences on renamed attributes of a saved plan.
    """

    run_id: str
    counts: Counts
    rejected: tuple[Change, ...] = ()
    superseded: tuple[Change, ...] = ()
    conflicts: tuple[Change, ...] = ()
    dropped: tuple[Change, ...] = ()
    remaining: tuple[Change, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    skipped_cells: int = 0
    met: tuple[Change, ...] = ()
    overwritten: tuple[Change, ...] = ()
    duplicates: tuple[Change, ...] = ()
    left_out: tuple[JsonObject, ...] = ()
    remarks: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    stopped_at: Change | None = None
    rejects_path: str | None = None
    reads: int = 0
    writes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The progress of a plan or push in rows; `total` is None until the end of the input was read."""

    stage: Literal["reading", "writing"]
    rows: int
    total: int | None
    counts: Counts
