"""The journal's rows as frozen records, converted from and to its tables; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from destination_attio.model.plan import KINDS, Change, Counts, FieldChange

if TYPE_CHECKING:
    from attio_api.wire import JsonObject

Status = Literal["intended", "written", "rejected", "unknown", "not_applied"]
UNSETTLED: Final[tuple[Status, ...]] = ("intended", "unknown")
"""The states of a change of which it is not known whether Attio holds it."""
RUN_COLUMNS: Final = (
    "run_id",
    "kind",
    "started_at::VARCHAR",
    "finished_at::VARCHAR",
    "status",
    "workspace_id",
    "workspace_name",
    "target",
    "reverts",
    "counts",
    "approver",
    "plan_digest",
    "mapping",
    "attributes",
    "actors",
)
"""The columns of `runs` in the order in which `read_run` takes them."""
CHANGE_COLUMNS: Final = (
    "run_id",
    "change_no",
    "stream",
    "target",
    "kind",
    "key",
    "row_number",
    "record_id",
    "parent_record_id",
    "status",
    "before",
    "after",
    "reason",
    "noted_at::VARCHAR",
    "name",
    "web_url",
    "beside",
    "asked_at",
    "renews",
)
"""The columns of `changes` in the order in which `read_change` takes them."""


class JournalError(Exception):
    """The journal cannot be opened, read or written; without it, nothing is written to Attio."""

    def __init__(self, message: str, remedy: str) -> None:
        """`message` says what is wrong, `remedy` what to do."""
        super().__init__(message)
        self.message, self.remedy = message, remedy


class JournalInUseError(JournalError):
    """Another program has the journal open: the same run may be made later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFacts:
    """What a run was given: who approved which plan, and how columns were mapped.

    `attributes` has, per target, each attribute's id, by which a renamed one is found.
    """

    approver: str | None = None
    plan_digest: str | None = None
    mapping: JsonObject | None = None
    attributes: JsonObject | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One push or revert."""

    run_id: str
    kind: Literal["push", "revert"]
    started_at: str
    finished_at: str | None
    status: Literal["running", "done", "stopped", "failed"]
    workspace_id: str | None
    workspace_name: str | None
    target: str | None
    reverts: str | None
    counts: Counts
    about: RunFacts = field(default_factory=RunFacts)
    actors: tuple[str, ...] = ()
    """The run's actors, as Attio names them with each value; empty until an answer has named them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalledChange:
    """One write that was made, or announced."""

    change_no: int
    change: Change
    status: Status
    at: str
    run_id: str = ""
    beside: JsonObject = field(default_factory=dict)
    """A new record's values besides those sent: default values."""
    asked_at: str = ""
    """The time of Attio's clock before the write was sent; empty where that is not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """The outcome of an intended change; images that are given replace the intended ones."""

    change_no: int
    status: Status
    record_id: str | None = None
    before: JsonObject | None = None
    after: JsonObject | None = None
    reason: str | None = None
    kind: str | None = None
    beside: JsonObject | None = None
    name: str | None = None
    web_url: str | None = None
    asked_at: str | None = None

    def to_json(self) -> JsonObject:
        """The JSON form for the table."""
        return {name: getattr(self, name) for name in Settlement.__slots__}


def change_row(run_id: str, number: int, change: Change, at: str, asked_at: str = "") -> JsonObject:
    """The table's row of an intended change; `asked_at` is the time by Attio's clock."""
    return {
        "run_id": run_id,
        "change_no": number,
        "stream": change.stream,
        "target": change.target,
        "kind": change.kind,
        "key": change.key,
        "row_number": change.row_number,
        "record_id": change.record_id,
        "parent_record_id": change.parent_record_id,
        "status": "intended",
        "before": {one.attribute: one.before for one in change.fields},
        "after": change.after,
        "reason": change.reason,
        "noted_at": at,
        "name": change.name,
        "web_url": change.web_url,
        "renews": change.renews,
        "asked_at": asked_at or None,
    }


def read_run(row: tuple[Any, ...]) -> Run:
    """Read a row of `runs`."""
    names = ("run_id", "kind", "started_at", "finished_at", "status", "workspace_id", "workspace_name")
    facts = dict(zip((*names, "target", "reverts"), row[:9], strict=True))
    counts, approver, digest, mapping, attributes, actors = row[9:]
    about = RunFacts(
        approver=approver, plan_digest=digest, mapping=_object(mapping), attributes=_object(attributes)
    )
    found = Counts(**(json.loads(counts) if counts else {}))
    return Run(**facts, counts=found, about=about, actors=tuple(json.loads(actors or "[]")))


def _object(text: str | None) -> JsonObject | None:
    return cast("JsonObject", json.loads(text)) if text else None


def read_change(row: tuple[Any, ...]) -> JournalledChange:
    """Read a row of `changes`; raises JournalError where it holds something that no run writes."""
    try:
        found = _change(row)
    except (AttributeError, TypeError, ValueError):
        found = None
    if found is None or found.change.kind not in KINDS:
        raise JournalError(
            f"The journal is damaged: change {row[1]} of run {row[0]} cannot be read.",
            "Take the journal from a backup, or give another file.",
        )
    return found


def _change(row: tuple[Any, ...]) -> JournalledChange:
    run_id, number, stream, target, kind, key, row_number, record_id, parent, *rest = row
    status, before, after, reason, at, name, web_url, beside, asked_at, renews = rest
    then, now = cast("JsonObject", json.loads(before or "{}")), cast("JsonObject", json.loads(after or "{}"))
    slugs = dict.fromkeys((*then, *now))
    fields = tuple(
        FieldChange(attribute=one, before=then.get(one), after=now.get(one), is_known=one in then)
        for one in slugs
    )
    change = Change(
        kind=kind,
        stream=stream,
        target=target,
        key=json.loads(key or "{}"),
        row_number=row_number,
        record_id=record_id,
        parent_record_id=parent,
        fields=fields,
        reason=reason,
        name=name,
        web_url=web_url,
        renews=renews,
    )
    found = JournalledChange(change_no=number, change=change, status=status, at=at, run_id=run_id)
    return replace(found, beside=_object(beside) or {}, asked_at=asked_at or "")
