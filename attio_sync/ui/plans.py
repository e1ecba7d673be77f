"""Keeps plans in a private folder, each as the file that `push --plan` takes.

Plans stay when the room ends, and are there when it is started again. After two weeks they are removed.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import threading
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from attio_sync import files
from attio_sync.failures import WrongUsage
from attio_sync.show.page import skipped_cells
from attio_sync.show.plan_store import PlanStore
from destination_attio.model.plan import Counts, Plan, PlanError
from destination_attio.storage import plan_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEPT_DAYS: Final = 14
SKIPPED: Final = 200
"""Cells left out of their rows that a plan's screen lists; the page to save lists more."""
_ID: Final = re.compile(r"[0-9a-z]{8,32}")
_ABOUT: Final = "about.json"
_TUPLES: Final = ("only", "remarks", "left_out", "skipped")
State = Literal["waiting", "writing", "written", "stopped", "discarded"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPlan:
    """What is kept about a plan beside its file, so that lists need not read the plan itself."""

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
    left_out: tuple[dict[str, Any], ...] = ()
    """The columns that go nowhere, each with its reason."""
    skipped: tuple[dict[str, str], ...] = ()
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
    def word(self) -> str:
        """The words to type before the plan may delete; empty where it deletes nothing."""
        deletions = self.sums.delete
        return f"delete {deletions}" if deletions else ""

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Self:
        """Build from the JSON of `about.json`."""
        return cls(**raw | {name: tuple(raw.get(name, ())) for name in _TUPLES})


class Plans:
    """The folder of plans, one sub-folder for each."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder, self._now = folder, now
        self._claiming = threading.Lock()

    def keep(
        self,
        plan: Plan,
        *,
        title: str,
        by: str | None,
        draft_id: str | None = None,
        only: tuple[str, ...] = (),
    ) -> SavedPlan:
        """Save a plan: as the file that `push --plan` takes, and as a store for the queries of pages."""
        with self._new_folder() as folder:
            _save(plan, folder)
            kept = SavedPlan(
                id=folder.name,
                title=title,
                made_at=plan.made_at or self._now().isoformat(),
                by=by,
                digest=_digest(folder / "plan.json"),
                counts=asdict(plan.counts),
                workspace_id=plan.workspace_id,
                workspace_name=plan.workspace_name,
                streams=[dict(one) for one in plan.streams],
                draft_id=draft_id,
                reverts=plan.reverts,
                only=only,
                goes_with={record: str(said) for record, said in plan.goes_with.items()},
                remarks=plan.remarks,
                left_out=plan.left_out,
                skipped=tuple(skipped_cells(plan, SKIPPED)),
                skipped_cells=len(plan.skipped),
            )
            self._write(kept)
        return kept

    @contextmanager
    def _new_folder(self) -> Iterator[Path]:
        """A private folder for a new plan; an error, such as a full disk, removes it with the rows in it."""
        folder = self.folder / f"{self._now():%Y%m%d}{secrets.token_hex(4)}"
        if why := files.unwritable(folder):
            raise WrongUsage(
                f"The plan cannot be kept in {self.folder}: {why}. Set XDG_DATA_HOME to a folder that can be "
                "written to."
            )
        with files.private():
            folder.mkdir(parents=True)
            try:
                yield folder
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def all(self) -> list[SavedPlan]:
        """Every kept plan, the newest first."""
        if not self.folder.is_dir():
            return []
        found = [self.get(one.name) for one in self.folder.iterdir()]
        return sorted((one for one in found if one), key=lambda one: one.made_at, reverse=True)

    def waiting(self) -> list[SavedPlan]:
        """The plans that nobody has approved or discarded yet."""
        return [one for one in self.all() if one.state == "waiting"]

    def undecided(self) -> list[SavedPlan]:
        """The waiting plans that somebody has to look at: they write something, or rows were rejected."""
        return [one for one in self.waiting() if one.sums.written or one.sums.rejected]

    def get(self, plan_id: str) -> SavedPlan | None:
        """A plan by its id, or None; raises WrongUsage for one whose file is damaged."""
        path = self.folder / plan_id / _ABOUT
        if not _ID.fullmatch(plan_id) or not path.is_file():
            return None
        try:
            return SavedPlan.parse(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, AttributeError) as error:
            raise WrongUsage(f"{path} is damaged. Remove its folder, and make the plan anew.") from error

    def change(self, kept: SavedPlan, **facts: Any) -> SavedPlan:  # noqa: ANN401 -- members of Kept
        """Save new facts about a plan, such as its state."""
        changed = replace(kept, **facts)
        self._write(changed)
        return changed

    def claim(self, kept: SavedPlan, job_id: str) -> bool:
        """Note that a job writes a plan that waits; False where another click was quicker."""
        with self._claiming:
            current = self.get(kept.id)
            if current is None or current.state != "waiting":
                return False
            self.change(current, state="writing", job_id=job_id)
            return True

    def file(self, kept: SavedPlan) -> Path:
        """The file that `push --plan` takes."""
        return self.folder / kept.id / "plan.json"

    def rejects(self, kept: SavedPlan) -> Path:
        """The file for rows that Attio refuses while the plan is written."""
        return self.folder / kept.id / "rejects.jsonl"

    def store(self, kept: SavedPlan) -> PlanStore:
        """The store of the plan's changes, for queries of pages; use as a context manager."""
        return PlanStore.open(self.folder / kept.id / "plan.duckdb")

    def plan(self, kept: SavedPlan) -> Plan:
        """Read the plan; raises WrongUsage where its file was changed or cannot be read."""
        self.check(kept)
        try:
            return plan_file.read_plan(self.file(kept))
        except PlanError as error:
            raise WrongUsage(f"{self.file(kept)}: {error}") from error

    def check(self, kept: SavedPlan) -> None:
        """Raise WrongUsage when a plan's file was changed since the plan was made."""
        if _digest(self.file(kept)) != kept.digest:
            raise WrongUsage(
                f"The file of this plan ({self.file(kept)}) was changed since it was made, so what would be "
                "written is not what was shown. Make the plan anew."
            )

    def discard(self, kept: SavedPlan) -> None:
        """Remove a plan with its files; raises WrongUsage for one that was approved meanwhile."""
        with self._claiming:
            current = self.get(kept.id)
            if current is None:
                return
            if current.state != "waiting":
                raise WrongUsage(f"'{kept.title}' was not discarded: somebody approved it meanwhile.")
            self._remove(current)

    def _remove(self, kept: SavedPlan) -> None:
        shutil.rmtree(self.folder / kept.id)

    def tidy(self) -> None:
        """Remove plans that are older than two weeks, and what a killed program left of one."""
        oldest = self._now() - timedelta(days=KEPT_DAYS)
        for one in self.all():
            if _moment(one.made_at) < oldest:
                self._remove(one)
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            is_part = folder.is_dir() and _ID.fullmatch(folder.name) and not (folder / _ABOUT).exists()
            if is_part and folder.stat().st_mtime < oldest.timestamp():
                shutil.rmtree(folder)

    def _write(self, kept: SavedPlan) -> None:
        with files.private():
            files.save(self.folder / kept.id / _ABOUT, json.dumps(asdict(kept)))


def _save(plan: Plan, folder: Path) -> None:
    with files.whole(folder / "plan.json", is_private=True) as part:
        plan_file.write_plan(plan, part)
    with PlanStore.create(folder / "plan.duckdb") as store:
        store.extend(plan.changes)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
