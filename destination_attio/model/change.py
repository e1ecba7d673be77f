"""One change that a run makes or would make, field by field; frozen data."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast, get_args

from destination_attio.model.encoding import encoded

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from attio_api.wire import Json, JsonObject

Kind = Literal["create", "update", "delete", "unchanged", "rejected", "superseded"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ACTIONS: tuple[Kind, ...] = ("create", "update", "delete")

OTHER_DATA = "other_data"
"""Code of a superseded row whose data differ from the row that is written instead."""
STUB = "Made because a row points at it."
"""Reason of a record that is made for no row, and so does not count as a row."""
UNCLEAR = (
    "Whether the run made this or somebody else did at the same moment is not known, so no revert deletes it."
)
"""Reason of a creation whose answer was lost and whose record was found before the run knew its own actor."""
OPTIONS = ("options/", "statuses/")
"""Prefix of the target of select options and statuses: `options/objects/people/tags`."""


class PlanError(Exception):
    """A file that is not a saved plan, or one that a newer version wrote."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One attribute of one record: its value before and after the change, as plain values."""

    attribute: str
    before: Json
    after: Json
    is_known: bool = True
    """False when `before` could not be read, as of a record that somebody made during the run."""

    def to_json(self) -> JsonObject:
        """The JSON form for saved plans and the journal."""
        return {"attribute": self.attribute, "before": self.before, "after": self.after}

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> FieldChange:
        """Read the form that `to_json` gives."""
        return cls(attribute=str(raw["attribute"]), before=raw["before"], after=raw["after"])


def after_of(fields: Iterable[FieldChange]) -> JsonObject:
    """The values after the change of some attributes, by their attribute."""
    return {one.attribute: one.after for one in fields}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What happens to one row.

    `key` is the row's matching value(s) by attribute slug. `record_id` is the record (entry, note, task) that
    was matched, None while it does not exist. `parent_record_id` belongs to list entries and notes. `reason`,
    `remedy`, `code`, `attribute` and `column` belong to rejected and superseded rows. `row` is the part of
    the row that the mapping reads, so that a rejected row can be stored and pushed again; `value` is the cell
    for which it was rejected. It is shown to the user and never logged, and so is `attio_says`: Attio's own
    words for its refusal, which may quote the row. `name` and `web_url` are the record's, where Attio holds
    one. `renews` is the id of the deleted record that a revert makes again.
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
    name: str | None = None
    web_url: str | None = None
    renews: str | None = None
    row: JsonObject | None = field(default=None, repr=False)
    value: Json = field(default=None, repr=False)
    attio_says: str | None = field(default=None, repr=False)

    @property
    def is_stub(self) -> bool:
        """Whether it makes a stub, a record that no row is about."""
        return self.reason == STUB and self.kind == "create"

    @property
    def is_unclear(self) -> bool:
        """Whether it is unknown who made the record that was found: this run or somebody else."""
        return self.reason == UNCLEAR

    @property
    def is_option(self) -> bool:
        """Whether it makes (or archives) a select option or a status that no row is about."""
        return self.target.startswith(OPTIONS)

    @property
    def is_row(self) -> bool:
        """Whether it counts as a row."""
        return not self.is_stub and not self.is_option

    @property
    def is_mirrored(self) -> bool:
        """Whether it is a mirror's: it deletes or marks a record that no row mentions."""
        return self.row_number is None and self.kind in {"update", "delete"} and not self.is_option

    @property
    def after(self) -> JsonObject:
        """The values after the change, by their attribute."""
        return after_of(self.fields)

    def to_json(self) -> JsonObject:
        """The JSON form; members without a value are left out."""
        raw: JsonObject = {name: getattr(self, name) for name in _PLAIN if getattr(self, name) is not None}
        raw["key"] = self.key
        raw["fields"] = [one.to_json() for one in self.fields]
        return raw

    def to_text(self) -> str:
        """The JSON form as text without a line break, as plans hold it on disk."""
        return encoded(self.to_json()).decode()

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> Change:
        """Read the form that `to_json` gives."""
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
    "name",
    "web_url",
    "renews",
    "row",
    "value",
    "attio_says",
)


class Changes(Sequence[Change]):
    """A sequence of changes kept outside memory, as a plan of many rows needs it."""

    @abstractmethod
    def of(self, kinds: Collection[Kind]) -> Sequence[Change]:
        """The changes of these kinds."""

    @abstractmethod
    def kinds(self) -> Counter[str]:
        """The number of changes of each kind that count as rows."""

    @abstractmethod
    def texts(self) -> Iterator[str]:
        """The text of each change, in their order."""


def listing(changes: Sequence[Change], *kinds: Kind) -> Sequence[Change]:
    """The changes of some kinds, from a sequence in memory or on disk."""
    if isinstance(changes, Changes):
        return changes.of(kinds)
    return tuple(change for change in changes if change.kind in kinds)


def texts(changes: Sequence[Change]) -> Iterator[str]:
    """The text of each change, from a sequence in memory or on disk."""
    if isinstance(changes, Changes):
        return changes.texts()
    return (change.to_text() for change in changes)
