"""A plan as one HTML page, which opens without a network, loads nothing and can be printed.

It looks like the plan in the review room, without buttons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attio_sync import hints
from attio_sync.show import wording
from attio_sync.show.plan_parts import RecordView, record_view, sum_of, with_consequence
from attio_sync.show.plan_views import Filter, Group

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from attio_sync.show.plan_store import PlanStore
    from destination_attio.model.plan import Plan

# Records per section with which a browser stays quick; the JSON has all of them.
LISTED: Final = 2_000
_CELL: Final = 160
"""Characters of a cell that is left out of its row."""
_TITLES: Final = {"delete": "To delete", "update": "To update", "create": "To create"}
_REFUSED: Final = {
    "rejected": "Rejected: these rows would not be written",
    "superseded": "Superseded: a later row has the same key",
}
_MODES: Final = {
    "upsert": "new records are created, existing ones updated",
    "update": "existing records are updated, none is created",
    "create": "new records are created, none is updated",
    "mirror": "new records are created, existing ones updated, and those that no row matches are deleted",
    "delete": "the records that rows match are deleted",
}
MERGES: Final = {
    "overwrite": "the row's value replaces it",
    "append": "the row's values are added",
    "remove": "the row's values are taken out",
    "set_if_empty": "Attio's value stays",
    "ignore_null": "replaces it; an empty cell changes nothing",
    "clear_on_null": "replaces it; an empty cell clears it",
}
_STOPS: Final = "If somebody changes one of these records in Attio before that, it stops there and says so."


def of_plan(
    plan: Plan,
    *,
    by: str | None = None,
    saved: Path | None = None,
    is_push: bool = False,
    journal: Path | None = None,
) -> str:
    """The page, with its author, and the saved plan's path or whether a push applies it itself.

    `journal` is that push's; None means its user's usual one.
    """
    # Commands import this module for their help too, and templates and databases are slow to import.
    from attio_sync.show.plan_store import PlanStore  # noqa: PLC0415 -- see above
    from attio_sync.show.templating import look, render  # noqa: PLC0415 -- see above

    with PlanStore.create().extend(plan.changes) as store:
        return render(
            "plan_page.html",
            title=f"What would change in {wording.visible(plan.workspace_name or 'Attio')}",
            style=look(),
            about=_about(plan, by),
            streams=[stream_sentence(one) for one in plan.streams],
            sum=sum_of(plan.counts),
            links={kind: f"#{kind}" for kind in (*_TITLES, *_REFUSED)},
            next=_next_step(plan, saved, hints.command("history", journal=journal) if is_push else ""),
            patterns=store.patterns(Filter()),
            sections=_sections(store, plan),
            deletes="" if plan.reverts else wording.deletes(plan.counts.delete),
            refused=_refused(store),
            remarks=plan.remarks,
            columns=columns_of(plan),
            left_out=plan.left_out,
            skipped=skipped_cells(plan, LISTED),
            skipped_count=len(plan.skipped),
        )


def stream_sentence(facts: Mapping[str, Any]) -> str:
    """Where the rows go, how a record is found, and what happens to it."""
    by = f", matched by {wording.value(facts['match'])}" if facts.get("match") else ""
    what = _MODES.get(str(facts.get("mode") or "upsert"), "")
    return wording.visible(f"{facts.get('stream')} → {facts.get('target')}{by}: {what}.")


def columns_of(plan: Plan) -> list[dict[str, str]]:
    """Each column's attribute, and the merge rule for a value that Attio holds already."""
    fields: list[Any] = [one for stream in plan.streams for one in _listed(stream.get("fields"))]
    return [
        {
            "column": _column(one),
            "attribute": str(one.get("attribute")),
            "merge": MERGES.get(str(one.get("merge")), str(one.get("merge"))),
        }
        for one in fields
    ]


def skipped_cells(plan: Plan, most: int) -> list[dict[str, str]]:
    """The first cells that would not be written although their row is: row, column, value and reason."""
    return [
        {
            "row": wording.value(one.row_number),
            "column": one.column or one.attribute,
            "cell": wording.shortened(wording.value(one.value), _CELL),
            "reason": one.reason,
        }
        for one in plan.skipped[:most]
    ]


def _column(field: Mapping[str, Any]) -> str:
    if field.get("column"):
        return str(field["column"])
    if parts := field.get("columns"):
        return ", ".join(f"{column} ({part})" for part, column in parts.items())
    return f"always {wording.value(field.get('constant'))}"


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _about(plan: Plan, by: str | None) -> str:
    made = " ".join(
        part for part in (f"by {by}" if by else "", f"on {wording.moment(plan.made_at or '')}") if part
    )
    return f"Made {made}. Nothing was written to Attio to make this page."


def _next_step(plan: Plan, saved: Path | None, outcome: str) -> str:
    if not plan.actions:
        return "There is nothing to apply."
    if outcome:
        return (
            "A push made this page: once it is agreed to, exactly this is written. "
            f"{_STOPS} The outcome is in `{outcome}`."
        )
    approve = "To approve it, answer whoever sent you this page"
    if saved is None:
        return f"{approve}. Only a plan saved with `--out FILE` can be applied exactly as it is."
    apply = hints.command("push", "--plan", saved.name)
    return f"{approve}: `{apply}` writes exactly this. {_STOPS}"


def _sections(store: PlanStore, plan: Plan) -> list[tuple[str, str, int, list[RecordView]]]:
    found = []
    for kind, title in _TITLES.items():
        listed = store.page(Filter(kinds=(kind,)), limit=LISTED)
        if listed:
            views = [
                with_consequence(record_view(number, change), plan.goes_with) for number, change in listed
            ]
            found.append((kind, title, store.count(Filter(kinds=(kind,))), views))
    return found


def _refused(store: PlanStore) -> list[tuple[str, str, int, list[tuple[Group, RecordView | None]]]]:
    """Rows without a write by reason; a superseded row that differs from the one that counts, with both."""
    numbers = store.kinds()
    return [
        (
            kind,
            title,
            numbers[kind],
            [(one, _lost(store, one)) for one in store.groups(kind, Filter(), limit=LISTED)],
        )
        for kind, title in _REFUSED.items()
        if kind in numbers
    ]


def _lost(store: PlanStore, group: Group) -> RecordView | None:
    change = store.change(group.first) if group.kind == "superseded" and group.rows == 1 else None
    return record_view(group.first, change) if change and change.fields else None
