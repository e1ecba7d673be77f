"""The part that the screens of a plan and of a run share: counts, filters, a page of records or patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attio_sync.show import wording
from attio_sync.show.look_at_first import WORDS
from attio_sync.show.plan_parts import RecordView, Sum, record_view, sum_of
from attio_sync.show.plan_store import PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_sync.show.plan_store import PlanStore
    from attio_sync.show.plan_views import Figure, Filter, Group, Pattern
    from destination_attio.model.plan import Counts, Kind

PATTERNS_FROM: Final = 300
"""A plan with more changes than this, deletions aside, shows its patterns first instead of its records."""
_PATTERNED: Final[tuple[Kind, ...]] = ("create", "update")
_REFUSED: Final[tuple[Kind, ...]] = ("rejected", "superseded")


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangesView:
    """The changes of a plan or a run as a screen shows them."""

    look: Filter
    view: str
    sum: Sum
    kinds: Sequence[tuple[Kind, int]]
    attributes: Sequence[Figure]
    signals: Sequence[tuple[str, str, int]]
    listed: int
    page: int
    records: Sequence[RecordView]
    patterns: Sequence[Pattern]
    groups: Sequence[Group]
    lost: Sequence[RecordView] = ()
    """Superseded rows that differ from the row that replaces them, each with the values of both."""
    more: Sequence[tuple[Kind, int]] = ()
    """Kinds of rows without a write of which this page shows only a part, each with its number of rows."""

    @property
    def links(self) -> dict[str, str]:
        """For each kind, the address that shows only this kind."""
        return {kind: self.look.query(kinds=(kind,), alike=None, view="records") for kind, _ in self.kinds}

    def next_page(self, row: int) -> str:
        """The address of the same list from another row on."""
        return self.look.query(at=row)

    def behind(self, one: Pattern) -> str:
        """The address of the records behind a pattern."""
        sides = (
            {"before": None, "after": None} if one.is_folded else {"before": one.before, "after": one.after}
        )
        return self.look.query(view="records", kinds=(one.kind,), attributes=(one.attribute,), **sides)


def changes_of(
    store: PlanStore, look: Filter, counts: Counts, *, done: bool = False, is_revert: bool = False
) -> ChangesView:
    """One page of the changes that pass a filter, with the counts to filter by."""
    kinds = store.kinds()
    signals = store.signals(look)
    is_long = sum(kinds.get(kind, 0) for kind in _PATTERNED) > PATTERNS_FROM
    view = look.view or ("patterns" if is_long and not look.is_narrow else "records")
    records, listed = _records(store, look, done=done)
    shown = _groups(store, look) if view == "records" else []
    groups, lost = _apart(store, shown)
    return ChangesView(
        look=look,
        view=view,
        sum=sum_of(counts, done=done, is_revert=is_revert),
        kinds=[(kind, kinds[kind]) for kind in wording.SIGNS if kind in kinds],
        attributes=store.attributes(look),
        signals=[(key, words, signals[key]) for key, words in WORDS.items() if key in signals],
        listed=listed,
        page=PAGE,
        records=records if view == "records" else (),
        patterns=store.patterns(look) if view == "patterns" else (),
        groups=groups,
        lost=lost,
        more=[(kind, kinds[kind]) for kind in _cut(store, look)] if shown else [],
    )


def _records(store: PlanStore, look: Filter, *, done: bool) -> tuple[list[RecordView], int]:
    if look.alike is not None:
        found = store.alike(look.alike, at=look.at)
        return [record_view(number, one) for number, one in found], store.count_alike(look.alike)
    if look.is_of_refused and not look.attributes and not look.signal:
        return [], max(store.count_groups(kind, look) for kind in look.kinds)
    return [record_view(number, one, done=done) for number, one in store.page(look)], store.count(look)


def _apart(store: PlanStore, groups: list[Group]) -> tuple[list[Group], list[RecordView]]:
    """The groups of rows, without those superseded rows that differ from their successor; and these rows."""
    kept: list[Group] = []
    lost: list[RecordView] = []
    for one in groups:
        found = store.change(one.first) if one.kind == "superseded" and one.rows == 1 else None
        if found is not None and found.fields:
            lost.append(record_view(one.first, found))
        else:
            kept.append(one)
    return kept, lost


def _groups(store: PlanStore, look: Filter) -> list[Group]:
    """Rejected and superseded rows by reason: where the filter asks for them, else on the first page."""
    if look.alike is not None or look.attributes or look.signal:
        return []
    if look.at and not look.kinds:
        return []
    asked = [kind for kind in _REFUSED if kind in (look.kinds or _REFUSED)]
    return [group for kind in asked for group in store.groups(kind, look)]


def _cut(store: PlanStore, look: Filter) -> list[Kind]:
    """The kinds of which the first page of all changes has room for a part only."""
    return [] if look.kinds else [kind for kind in _REFUSED if store.count_groups(kind, look) > PAGE]
