"""What a run would change in Attio, row by row and field by field.

A plan is plain frozen data: it can be printed, saved, sent to a colleague and applied later.
Making one is `session`'s business, showing one is the local runner's.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast, get_args

from destination_attio.model.skipped import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attio_api.wire import Json, JsonObject

Kind = Literal["create", "update", "delete", "unchanged", "rejected", "superseded"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ACTIONS: tuple[Kind, ...] = ("create", "update", "delete")
FORMAT = 1


STUB = "Made because a row points at it."
"""The reason of a record that no row is about: it is written, but no row's fate."""


class PlanError(Exception):
    """A saved plan that is not one, or was written by a newer version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One attribute of one record: what it holds, and what it shall hold, in plain values."""

    attribute: str
    before: Json
    after: Json

    def to_json(self) -> JsonObject:
        """As it is saved."""
        return {"attribute": self.attribute, "before": self.before, "after": self.after}

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> FieldChange:
        """Back from what `to_json` gave."""
        return cls(attribute=str(raw["attribute"]), before=raw["before"], after=raw["after"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What becomes of one row.

    `key` is the row's matching value(s) by attribute slug. `record_id` is the record (entry, note, task)
    it was matched with, None while it does not exist. `parent_record_id` belongs to list entries and notes.
    `reason`, `remedy`, `code`, `attribute` and `column` speak about rejected and superseded rows. `row` is
    what the mapping read of it, so that a row that is refused can be kept and tried again; `value` is the
    cell that it was refused for, for its owner's eyes and never for a log.
    """

    kind: Kind
    stream: str
    target: str
    key: JsonObject = field(default_factory=dict)
    row_number: int | None = None
    record_id: str | None = None
    parent_record_id: str | None = None
    fields: tuple[FieldChange, ...] = ()
    reason: str | None = None
    remedy: str | None = None
    code: str | None = None
    attribute: str | None = None
    column: str | None = None
    row: JsonObject | None = field(default=None, repr=False)
    value: Json = field(default=None, repr=False)

    @property
    def is_stub(self) -> bool:
        """Whether it makes a record that no row is about."""
        return self.reason == STUB and self.kind == "create"

    @property
    def is_mirrored(self) -> bool:
        """Whether it deletes or marks a record because no row speaks of it."""
        return self.row_number is None and self.kind in {"update", "delete"}

    def to_json(self) -> JsonObject:
        """As it is saved: members that say nothing are left out."""
        raw: JsonObject = {name: getattr(self, name) for name in _PLAIN if getattr(self, name) is not None}
        raw["key"] = self.key
        raw["fields"] = [one.to_json() for one in self.fields]
        return raw

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> Change:
        """Back from what `to_json` gave."""
        if raw.get("kind") not in KINDS:
            raise PlanError(f"A change of the unknown kind {raw.get('kind')!r}.")
        plain = {name: raw[name] for name in _PLAIN if name in raw}
        fields = tuple(FieldChange.from_json(one) for one in cast("list[JsonObject]", raw.get("fields", [])))
        return cls(key=cast("JsonObject", raw.get("key", {})), fields=fields, **cast("dict[str, str]", plain))  # type: ignore[arg-type]  # every member was checked by name


_PLAIN = (
    "kind",
    "stream",
    "target",
    "row_number",
    "record_id",
    "parent_record_id",
    "reason",
    "remedy",
    "code",
    "attribute",
    "column",
    "row",
    "value",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many rows met which fate; `rows` is always the sum of the others, deletes of a mirror apart.

    A mirror deletes records that no row speaks of: those are in `mirrored` (and in `delete`), not in `rows`.
    Stubs, which are made to be pointed at, are not counted.
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
        """Rows (and mirrored records) that cost a write."""
        return self.create + self.update + self.delete

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.__slots__})

    def to_json(self) -> JsonObject:
        """As it is printed and kept in the journal."""
        return {name: getattr(self, name) for name in Counts.__slots__}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything a push would do. Rows that change nothing are counted, not listed."""

    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    mirrored: int = 0
    workspace_id: str | None = None
    workspace_name: str | None = None
    made_at: str | None = None
    streams: tuple[JsonObject, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def counts(self) -> Counts:
        """How many rows meet which fate."""
        found = Counter(change.kind for change in self.changes if not change.is_stub)
        unchanged = self.unchanged + found.pop("unchanged", 0)
        return Counts(
            unchanged=unchanged, mirrored=self.mirrored, **{str(kind): n for kind, n in found.items()}
        )

    @property
    def actions(self) -> tuple[Change, ...]:
        """The changes that cost a write, in the order they will be made."""
        return tuple(change for change in self.changes if change.kind in ACTIONS)

    def __add__(self, other: Plan) -> Plan:
        return replace(
            self,
            changes=self.changes + other.changes,
            unchanged=self.unchanged + other.unchanged,
            mirrored=self.mirrored + other.mirrored,
            streams=self.streams + tuple(one for one in other.streams if one not in self.streams),
            skipped=self.skipped + other.skipped,
        )

    def to_json(self) -> JsonObject:
        """As `attio-sync plan --json` prints and saves it."""
        return {
            "format": FORMAT,
            "made_at": self.made_at,
            "workspace_id": self.workspace_id,
            "workspace_name": self.workspace_name,
            "counts": self.counts.to_json(),
            "unchanged": self.unchanged,
            "mirrored": self.mirrored,
            "streams": list(self.streams),
            "changes": [change.to_json() for change in self.changes],
            "skipped": [one.to_json() for one in self.skipped],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> Plan:
        """Back from what `to_json` gave; raises PlanError for anything else."""
        if raw.get("format") != FORMAT:
            raise PlanError("This is not a plan, or it was saved by another version of attio-sync.")
        try:
            return cls(
                changes=tuple(Change.from_json(one) for one in cast("list[JsonObject]", raw["changes"])),
                unchanged=cast("int", raw["unchanged"]),
                mirrored=cast("int", raw["mirrored"]),
                workspace_id=cast("str | None", raw["workspace_id"]),
                workspace_name=cast("str | None", raw["workspace_name"]),
                made_at=cast("str | None", raw["made_at"]),
                streams=tuple(cast("list[JsonObject]", raw["streams"])),
                skipped=tuple(
                    Skipped.from_json(one) for one in cast("list[JsonObject]", raw.get("skipped", []))
                ),
            )
        except (KeyError, TypeError) as error:
            raise PlanError(f"The plan is damaged: {error}.") from error


def loads(text: str | bytes) -> Plan:
    """Read a saved plan; raises PlanError with one sentence when it is not one."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise PlanError(f"The plan is not JSON: {error}.") from error
    if not isinstance(raw, dict):
        raise PlanError("The plan is not a JSON object.")
    return Plan.from_json(raw)


def dumps(plan: Plan) -> str:
    """The plan as text to save."""
    return json.dumps(plan.to_json(), ensure_ascii=False, indent=1)


def listing(changes: Iterable[Change], kind: Kind) -> tuple[Change, ...]:
    """The changes of one kind."""
    return tuple(change for change in changes if change.kind == kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a push or a revert did.

    `stopped_at` is the first row of a saved plan whose basis had moved, `conflicts` is what a revert left
    alone, `skipped` are the first of the `skipped_cells` that were left out of their rows, `dropped` are
    fields Attio answered differently from what was asked, `remaining` are records that a mirror was to
    delete or mark and could not.
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
    stopped_at: Change | None = None
    rejects_path: str | None = None
    reads: int = 0
    writes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a plan or push is; `total` is None while the end of the input is not in sight."""

    stage: Literal["reading", "writing"]
    rows: int
    total: int | None
    counts: Counts
