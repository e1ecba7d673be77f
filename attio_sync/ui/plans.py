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
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb

from attio_sync import files
from attio_sync.failures import WrongUsage, first_sentence
from attio_sync.show.page import skipped_cells
from attio_sync.show.plan_store import PlanStore
from attio_sync.ui.saved_plan import SavedPlan
from destination_attio.model.plan import PlanError
from destination_attio.storage import plan_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from destination_attio.model.plan import Plan

KEPT_DAYS: Final = 14
SKIPPED: Final = 200
"""Cells left out of their rows that a plan's screen lists; the page to save lists more."""
_ID: Final = re.compile(r"[0-9a-z]{8,32}")
_ABOUT: Final = "about.json"


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
                origin=plan.origin,
                left_out=tuple({name: str(said) for name, said in one.items()} for one in plan.left_out),
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
        """Every kept plan that can be read, the newest first."""
        return sorted(self._listed()[0], key=lambda one: one.made_at, reverse=True)

    def damaged(self) -> list[str]:
        """For each kept plan that cannot be read, a sentence with the path of its file."""
        return list(self._listed()[1].values())

    def _listed(self) -> tuple[list[SavedPlan], dict[Path, str]]:
        """The plans, and the folders of those that cannot be read, each with the reason."""
        found: list[SavedPlan] = []
        damaged: dict[Path, str] = {}
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            try:
                one = self.get(folder.name)
            except WrongUsage as stop:
                damaged[folder] = str(stop)
            else:
                found += [one] if one else []
        return found, damaged

    def waiting(self) -> list[SavedPlan]:
        """The plans that nobody has approved or discarded yet."""
        return [one for one in self.all() if one.state == "waiting"]

    def undecided(self) -> list[SavedPlan]:
        """The waiting plans that somebody has to look at: they write something, or rows were rejected."""
        return [one for one in self.waiting() if one.sums.written or one.sums.rejected]

    def get(self, plan_id: str) -> SavedPlan | None:
        """A plan by its id, or None; raises WrongUsage for one whose file is damaged."""
        path = self.folder / plan_id / _ABOUT
        if not _ID.fullmatch(plan_id):
            return None
        try:
            if not path.exists():
                return None
            found = SavedPlan.parse(json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise WrongUsage(f"{path} cannot be read: {error.strerror}.") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise _damaged(path) from error
        if found.id != plan_id:  # a copy would be approved and removed in place of the other plan
            raise _damaged(path)
        return found

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

    @contextmanager
    def store(self, kept: SavedPlan) -> Iterator[PlanStore]:
        """The store of the plan's changes, for queries of pages; raises WrongUsage where it is damaged."""
        path = self.folder / kept.id / "plan.duckdb"
        _need(path)
        try:
            with PlanStore.open(path) as store:
                yield store
        except duckdb.Error as error:
            raise WrongUsage(
                f"{path} cannot be read: {first_sentence(str(error))}. Discard the plan, and make it anew."
            ) from error

    def plan(self, kept: SavedPlan) -> Plan:
        """Read the plan; raises WrongUsage where its file was changed or cannot be read."""
        self.check(kept)
        try:
            return plan_file.read_plan(self.file(kept))
        except PlanError as error:
            raise WrongUsage(f"{self.file(kept)}: {error}") from error

    def check(self, kept: SavedPlan) -> None:
        """Raise WrongUsage when a plan's file was changed since the plan was made."""
        _need(self.file(kept))
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
        plans, damaged = self._listed()
        for one in plans:
            if one.moment < oldest:
                self._remove(one)
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            is_over = folder in damaged or _is_part(folder)
            if is_over and folder.stat().st_mtime < oldest.timestamp():
                # What may not be removed stays, and is listed as damaged.
                shutil.rmtree(folder, ignore_errors=True)

    def _write(self, kept: SavedPlan) -> None:
        with files.private():
            files.save(self.folder / kept.id / _ABOUT, json.dumps(asdict(kept)))


def _is_part(folder: Path) -> bool:
    return folder.is_dir() and bool(_ID.fullmatch(folder.name)) and not (folder / _ABOUT).exists()


def _need(path: Path) -> None:
    if not path.is_file():
        raise WrongUsage(f"{path} is not there any more. Remove its folder, and make the plan anew.")


def _damaged(path: Path) -> WrongUsage:
    return WrongUsage(f"{path} is damaged. Remove its folder, and make the plan anew.")


def _save(plan: Plan, folder: Path) -> None:
    with files.whole(folder / "plan.json", is_private=True) as part:
        plan_file.write_plan(plan, part)
    with PlanStore.create(folder / "plan.duckdb") as store:
        store.extend(plan.changes)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
