"""Every column of an import as the page shows it: written how, or left out for which reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attio_sync.ui.choices import LEFT_OUT, READINGS, asks_about_options, goal_of, readings_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.attributes import Attribute
    from attio_sync.ui.drafts import Draft


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnView:
    """One column and what was decided about it."""

    number: int
    name: str
    filled: int
    samples: Sequence[str]
    goal: str
    type: str
    merge: str
    readings: dict[str, str]
    on_unknown_option: str | None
    on_invalid: str | None
    reason: str


def columns_of(draft: Draft) -> list[ColumnView]:
    """All of them: those that are written first, as the file has them; then those left out."""
    known = {one.slug: one for one in draft.attributes}
    found = [_view(draft, number, column, known) for number, column in enumerate(draft.rows.columns)]
    return sorted(found, key=lambda one: one.goal == LEFT_OUT)


def _view(draft: Draft, number: int, column: str, known: dict[str, Attribute]) -> ColumnView:
    goal, field = goal_of(draft.settings, column)
    attribute = known.get(goal.partition("/")[0])
    read: dict[str, Any] = field.get("read") or {}
    samples = draft.samples[column]
    return ColumnView(
        number=number,
        name=column,
        filled=samples.filled,
        samples=samples.told,
        goal=goal,
        type=attribute.type if attribute else "",
        merge=str(field.get("merge") or "overwrite"),
        readings={name: str(read.get(name) or "") for name in readings_for(attribute) if name in READINGS},
        on_unknown_option=str(field.get("on_unknown_option") or "")
        if asks_about_options(attribute)
        else None,
        on_invalid=str(field.get("on_invalid") or "") if attribute else None,
        reason="" if goal != LEFT_OUT else _why(draft, column, known),
    )


def _why(draft: Draft, column: str, known: dict[str, Attribute]) -> str:
    """Why a column goes nowhere."""
    wanted = column.casefold()
    named = [one for one in known.values() if wanted in {one.slug.casefold(), one.title.casefold()}]
    if not named:
        return "left out: no attribute has this name"
    if not named[0].is_writable:
        return "left out: kept by Attio itself"
    taken = next(
        (other for other in draft.rows.columns if goal_of(draft.settings, other)[0] == named[0].slug), None
    )
    return f"left out: '{taken}' goes there" if taken else "left out by you"
