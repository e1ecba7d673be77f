"""Selects the run that a revert undoes, and the part of it: all, or kinds, records and attributes.

An attribute means its values in records that the run changed. Records that the run made or deleted are
selected by their kind or id, so that nobody loses a record by asking for one of its attributes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from destination_attio.engine.renamed import Renamed
from destination_attio.model.plan import ACTIONS
from destination_attio.rows import refused_runs
from destination_attio.storage.journal import UNSETTLED, ChangeQuery, JournalError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from destination_attio.engine.run_context import RunContext
    from destination_attio.storage.journal import Journal, JournalledChange, Run
    from destination_attio.workspace.catalog import Catalog


def run_to_undo(context: RunContext, run_id: str) -> tuple[Journal, Run]:
    """The journal and the run in it; raises where there is none, or the run was in another workspace."""
    if context.journal is None:
        raise JournalError(
            "There is no journal to revert from.", "Give the journal that the run was written with."
        )
    run = context.journal.run(run_id)
    identity = context.identity()
    if run.workspace_id and run.workspace_id != identity.workspace_id:
        raise refused_runs.OTHER_WORKSPACE(
            what="The run was in", was=run.workspace_name, workspace=identity.workspace_name
        )
    return context.journal, run


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """What `--only` names, with the slugs that renamed attributes had at the time of the run."""

    only: tuple[str, ...] = ()

    @classmethod
    def of(cls, only: Collection[str], journal: Journal, run: Run, catalog: Catalog) -> Self:
        """The selection; raises JournalError for a name by which the run has changed nothing."""
        found = {one: cls(only=(one, *_slugs_of_then(one, run, catalog))) for one in only}
        strange = [
            name
            for name, one in found.items()
            if name not in ACTIONS and not journal.has(run.run_id, one.look)
        ]
        if strange:
            named = ", ".join(f"'{one}'" for one in strange)
            raise JournalError(
                f"Run {run.run_id} has changed nothing that {named} names.",
                "Give an attribute, a record id, or create, update or delete; "
                f"`{journal.command('history', run.run_id)}` lists the changes.",
            )
        return cls(only=tuple(dict.fromkeys(name for one in found.values() for name in one.only)))

    @property
    def look(self) -> ChangeQuery:
        """The journal's query for the selected changes."""
        return ChangeQuery(statuses=("written", *UNSETTLED), only=self.only)

    def narrowed(self, one: JournalledChange) -> JournalledChange:
        """The change without attributes that are not selected."""
        change = one.change
        if not self.only or change.kind in self.only or change.record_id in self.only:
            return one
        fields = tuple(each for each in change.fields if each.attribute in self.only)
        return replace(one, change=replace(change, fields=fields))


def _slugs_of_then(name: str, run: Run, catalog: Catalog) -> Iterable[str]:
    """The slugs of then of the attributes that are called so now."""
    targets: dict[str, Any] = dict(run.about.attributes or {})
    for target, then in targets.items():
        if not catalog.missing(target):
            renamed = Renamed(then, catalog.by_name(target).attributes)
            yield from (slug for slug in then if renamed.called(slug) == name)
