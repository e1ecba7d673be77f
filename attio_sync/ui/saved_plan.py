"""What is kept about a plan beside its file, so that lists need not read the plan itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, TypeAdapter

from destination_attio.model.plan import Counts

State = Literal["waiting", "writing", "written", "stopped", "discarded"]


def _with(*members: str) -> AfterValidator:
    """Refuse an object without one of these members."""

    def check(one: dict[str, str]) -> dict[str, str]:
        if missing := [name for name in members if name not in one]:
            raise ValueError(f"Missing: {', '.join(missing)}")
        return one

    return AfterValidator(check)


LeftOut = Annotated[dict[str, str], _with("column", "reason")]
SkippedCell = Annotated[dict[str, str], _with("row", "column", "cell", "reason")]


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPlan:
    """The facts of one plan; its changes are in the plan's file."""

    id: str
    title: str
    made_at: str
    by: str | None
    digest: str
    counts: dict[str, int]
    workspace_id: str | None
    workspace_name: str | None
    streams: list[dict[str, Any]]
    state: State = "waiting"
    run_id: str | None = None
    job_id: str | None = None
    draft_id: str | None = None
    reverts: str | None = None
    only: tuple[str, ...] = ()
    goes_with: dict[str, str] = field(default_factory=dict)
    """By the id of a record that the plan deletes: a sentence on what Attio deletes with the record."""
    remarks: tuple[str, ...] = ()
    """Sentences on how the file of the rows was read."""
    origin: dict[str, Any] | None = None
    """The file of the rows, as the plan notes it."""
    left_out: tuple[LeftOut, ...] = ()
    """The columns that go nowhere, each with its reason."""
    skipped: tuple[SkippedCell, ...] = ()
    """The first cells that are not written although their row is, as screens show them."""
    skipped_cells: int = 0
    """The number of all such cells."""
    rejected: int = 0
    """Rows rejected in the end, including those that Attio refused while the plan was written."""

    @property
    def sums(self) -> Counts:
        """The counts of the plan's rows by what happens to them."""
        return Counts(**self.counts)

    @property
    def moment(self) -> datetime:
        """When it was made."""
        found = datetime.fromisoformat(self.made_at)
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    @property
    def word(self) -> str:
        """The words to type before the plan may delete; empty where it deletes nothing."""
        deletions = self.sums.delete
        return f"delete {deletions}" if deletions else ""

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> SavedPlan:
        """Build from the JSON of `about.json`; raises ValueError or TypeError for what no plan has."""
        cls(**raw)  # refuses a name that is unknown, which the adapter would skip
        found = _ADAPTER.validate_python(raw)
        _, sums = found.moment, found.sums  # each raises where it cannot be told
        if min(raw["counts"].values(), default=0) < 0 or sums.mirrored > max(sums.update, sums.delete):
            raise ValueError("The counts are those of no plan.")
        return found


_ADAPTER: Final = TypeAdapter(SavedPlan)
"""Made once: that takes longer than to parse a plan, and each screen parses all that are kept."""
