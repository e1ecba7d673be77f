"""The columns of an import as the page shows them: how each is written, or why it is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attio_sync.show import wording
from attio_sync.ui.choices import LEFT_OUT, asks_about_options, goal_of, readings_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.attributes import Attribute
    from attio_sync.mapping.lines import Line
    from attio_sync.ui.drafts import NewImport

_SAMPLE: Final = 44


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnView:
    """One column with the decisions made about it."""

    number: int
    line: Line
    samples: Sequence[str]
    goal: str
    readings: dict[str, str]
    on_unknown_option: str | None
    on_invalid: str | None

    @property
    def asks(self) -> bool:
        """Whether somebody must answer a question about the column before the comparison."""
        return self.line.question is not None


def columns_of(draft: NewImport) -> list[ColumnView]:
    """All columns of an import; those that are written come first."""
    known = {one.slug: one for one in draft.attributes}
    numbers = {column: number for number, column in enumerate(draft.rows.columns)}
    return [_view(draft, numbers[line.column], line, known) for line in draft.mapping.lines()]


def _view(draft: NewImport, number: int, line: Line, known: dict[str, Attribute]) -> ColumnView:
    goal, field = goal_of(draft.settings, line.column)
    attribute = known.get(goal.partition("/")[0])
    read = {**(field.get("read") or {})}
    unknown = str(field.get("on_unknown_option") or "")
    return ColumnView(
        number=number,
        line=line,
        samples=[wording.shortened(wording.visible(one), _SAMPLE) for one in line.samples],
        goal=goal,
        readings={name: str(read.get(name) or "") for name in readings_for(attribute)},
        on_unknown_option=unknown if asks_about_options(attribute) else None,
        on_invalid=str(field.get("on_invalid") or "") if goal != LEFT_OUT else None,
    )
