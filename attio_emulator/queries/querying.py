"""Answers queries: filter, sorts, limit and offset over the rows of an object or a list.

Without sorts rows come by id. Empty values sort last either way, ties by id. The order of creation is an
index, so that a window of it is a slice and not a scan.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from attio_emulator.contract.refusals import AttioRefusal, refuse
from attio_emulator.contract.shapes import (
    array,
    conform,
    integer,
    one_of,
    raise_issues,
    shape,
    text,
)
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, Kind, ListType, choice_id
from attio_emulator.model.tables import Row
from attio_emulator.model.workspace import Workspace
from attio_emulator.queries.conditions import All, Moment, Selection
from attio_emulator.queries.filters import compile_filter
from attio_emulator.queries.scopes import Scope
from attio_emulator.values.types import TYPES

USUAL_PAGE = 500
LARGEST_PAGE = 1000
OWN = frozenset({"created_at", "record_id", "entry_id"})
SORT = shape(
    {"direction": one_of("asc", "desc")},
    {"attribute": text(1), "field": text(1), "path": array(array(text(1), 2, 2), 1)},
)
QUERY = shape(
    {},
    {
        "filter": shape({}),
        "filter_view_id": text(1),
        "sorts": array(SORT),
        "limit": integer(1, LARGEST_PAGE),
        "offset": integer(0),
    },
)


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One criterion: an attribute, maybe at the end of a path, and which of its members counts.

    A step is a reference, or None for an entry's parent, and the kind of rows that it leads to.
    """

    steps: tuple[tuple[Attribute | None, Kind], ...]
    attribute: Attribute
    member: str
    descending: bool


def query(workspace: Workspace, kind: Kind, body: JsonObject) -> list[Row]:
    """One page."""
    given = conform(body, QUERY)
    raw = viewed_filter(workspace, body)
    workspace.switches.admit_values(*constraint_values(raw))
    condition = compile_filter(Scope(workspace=workspace, kind=kind), raw)
    sorts = [read_sort(workspace, kind, n, each) for n, each in enumerate(given.get("sorts", []))]
    # An offset beyond the last row finds nothing; islice refuses one beyond sys.maxsize.
    offset = min(given.get("offset", 0), len(kind.table.rows))
    limit = limit_of(workspace, given.get("limit", USUAL_PAGE))
    found = condition.select(kind)
    indexed = straight(kind, found, sorts)
    if indexed is not None:
        rows = kind.table.rows
        return [rows[name if isinstance(name, str) else name[1]] for name in indexed[offset : offset + limit]]
    return list(islice(ordered(kind, found, sorts), offset, offset + limit))


def limit_of(workspace: Workspace, asked: int) -> int:
    """The number of rows on a page; a limit above 500 is refused, cut or accepted, as switched."""
    if asked > USUAL_PAGE and workspace.switches.limit_above_500 == "refused":
        raise_issues(integer(1, USUAL_PAGE)(asked, ("limit",)))
    return min(asked, USUAL_PAGE) if workspace.switches.limit_above_500 == "cut" else asked


def constraint_values(raw: Json) -> tuple[int, int]:
    """How many values a filter compares with: in all, and in its largest `$in`."""
    if isinstance(raw, dict):
        parts = [constraint_values(part) for key, part in raw.items() if key != "path"]
        within = raw.get("$in")
        sets = [len(within)] if isinstance(within, list) else []
    elif isinstance(raw, list):
        parts, sets = [constraint_values(part) for part in raw], []
    else:
        return 1, 0
    return sum(total for total, _ in parts), max([*sets, *(largest for _, largest in parts)], default=0)


def score(kind: Kind, body: JsonObject) -> int:
    """The score of a query: 0 without sorts, as recorded; the other figures are a choice."""
    sorts = body.get("sorts")
    return len(sorts) * (84 + 4 * min(10, len(kind.table.rows))) if isinstance(sorts, list) else 0


def straight(kind: Kind, found: Selection, sorts: list[Sort]) -> Sequence[str | Moment] | None:
    """The index whose slice is the answer, or None; with one a deep page costs no more than the first."""
    if found.rest or found.ids is not None:
        return None
    if not sorts and found.span is None:
        return kind.table.ids()
    return sliced(kind, found) if creation_order(sorts) == "asc" else None


def viewed_filter(workspace: Workspace, body: JsonObject) -> Json:
    """The filter of the body, or of the view it names."""
    view_id = body.get("filter_view_id")
    raw = body.get("filter")
    if view_id is None:
        return {} if raw is None else raw
    view = workspace.attachments.views.get(str(view_id))
    if raw is not None:
        raise refuse("validation_type", "filter and filter_view_id exclude each other.")
    if view is None:
        raise refuse("value_not_found", "Cannot find the view given as filter_view_id.")
    return view.filter or {}


def ordered(kind: Kind, found: Selection, sorts: list[Sort]) -> Iterator[Row]:
    """The selected rows in the order of the sorts, each tested only when it is taken, where possible."""
    direction = creation_order(sorts)
    if found.ids is None and direction is not None:
        rows = by_creation(kind, found, descending=direction == "desc")
        return tested(rows, found)
    rows = candidates(kind, found)
    if not sorts:
        return tested(rows, found)
    return iter(arranged(list(tested(rows, found)), sorts))


def tested(rows: Iterable[Row], found: Selection) -> Iterator[Row]:
    """The rows that pass the conditions left to test."""
    if not found.rest:
        return iter(rows)
    condition = All(found.rest)
    return (row for row in rows if condition.holds(row))


def candidates(kind: Kind, found: Selection) -> Iterator[Row]:
    """Selected rows by id, ascending."""
    rows = kind.table.rows
    if found.ids is not None:
        low, high = found.span or (("", ""), ("~", ""))
        chosen = (rows[each] for each in sorted(found.ids))
        return (row for row in chosen if low <= (row.created_at, row.id) < high)
    if found.span is not None:
        return (rows[each] for each in sorted(row_id for _, row_id in sliced(kind, found)))
    return (rows[each] for each in kind.table.ids())


def sliced(kind: Kind, found: Selection) -> list[tuple[str, str]]:
    """The (created_at, id) pairs within the selected span."""
    moments = kind.table.moments()
    if found.span is None:
        return moments
    low, high = found.span
    return moments[bisect_left(moments, low) : bisect_left(moments, high)]


def creation_order(sorts: list[Sort]) -> str | None:
    """`asc` or `desc` when the sorts ask for the order of creation, ties by id ascending; else None."""
    names = [(each.attribute.slug, each.descending) for each in sorts if not each.steps]
    if len(names) != len(sorts) or not names or names[0][0] != "created_at":
        return None
    if names[1:] not in ([], [("record_id", False)], [("entry_id", False)]):
        return None
    return "desc" if names[0][1] else "asc"


def by_creation(kind: Kind, found: Selection, *, descending: bool) -> Iterator[Row]:
    """Rows in order of creation."""
    rows = kind.table.rows
    moments = sliced(kind, found)
    if not descending:
        return (rows[row_id] for _, row_id in moments)
    return (rows[row_id] for _, row_id in newest_first(moments))


def newest_first(moments: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs, newest moment first, ids ascending within one moment."""
    end = len(moments)
    while end:
        start = bisect_left(moments, (moments[end - 1][0], ""), 0, end)
        yield from moments[start:end]
        end = start


def bad_sort(code: str, message: str, n: int) -> AttioRefusal:
    """The refusal of a sort."""
    return refuse(code, message, path=("sorts", str(n)))


def read_sort(workspace: Workspace, kind: Kind, n: int, raw: dict[str, Any]) -> Sort:
    """Read one sort of the body."""
    path = raw.get("path")
    if (path is None) == ("attribute" not in raw):
        raise bad_sort("filter_error", "A sort has either an attribute or a path.", n)
    (owner, name), *rest = [[kind.slug, raw["attribute"]]] if path is None else path
    if owner not in {kind.slug, kind.id}:
        raise bad_sort("filter_error", f'The path names "{owner[:100]}" where "{kind.slug}" is meant.', n)
    last = sorted_by(kind, name, n)
    steps: list[tuple[Attribute | None, Kind]] = []
    for following, name in rest:
        target = workspace.find_object(following)
        if target is None or (last is not None and last.type != "record-reference"):
            raise bad_sort("filter_error", "The path does not lead from a record reference to an object.", n)
        steps.append((last, target))
        last = sorted_by(target, name, n)
    if last is None:
        raise bad_sort("filter_error", "A path cannot end at parent_record.", n)
    member = sort_member(last, raw.get("field"), n)
    return Sort(steps=tuple(steps), attribute=last, member=member, descending=raw["direction"] == "desc")


def sorted_by(kind: Kind, name: str, n: int) -> Attribute | None:
    """The attribute of a name; None for the parent of entries."""
    attribute = kind.find(name)
    is_parent = isinstance(kind, ListType) and name == "parent_record"
    if not is_parent and (attribute is None or attribute.is_archived):
        raise bad_sort("unknown_filter_attribute_slug", f"Unknown attribute slug: {name[:200]}.", n)
    return attribute


def sort_member(attribute: Attribute, field: Json, n: int) -> str:
    """The member of a value that the sort compares."""
    implicit = {"record-reference": "target_record_id", "actor-reference": "referenced_actor_id"}
    known_type = TYPES[attribute.type]
    if field is None:
        known = known_type.implicit or implicit.get(attribute.type)
        if known is None:
            raise bad_sort("missing_sort_field", f'Sorting by "{attribute.slug}" needs a field.', n)
        return known
    if field not in known_type.properties:
        raise bad_sort("missing_sort_field", f'"{attribute.slug}" has no field "{str(field)[:100]}".', n)
    return str(field)


def arranged(rows: list[Row], sorts: list[Sort]) -> list[Row]:
    """Sort rows by all criteria, the first one first; the rows are given in order of their ids."""
    for sort in reversed(sorts):
        keyed = [(sort_key(sort, row), row) for row in rows]
        full = [(key, row) for key, row in keyed if key is not None]
        full.sort(key=lambda pair: pair[0], reverse=sort.descending)
        rows = [row for _, row in full] + [row for key, row in keyed if key is None]
    return rows


def sort_key(sort: Sort, row: Row) -> tuple[Json, ...] | None:
    """The sort key of a row, or None where it has no value."""
    reached = row
    for attribute, target in sort.steps:
        following_row = step(reached, attribute, target)
        if following_row is None:
            return None
        reached = following_row
    if sort.attribute.is_system and sort.attribute.slug in OWN:
        return (reached.created_at if sort.attribute.slug == "created_at" else reached.id,)
    held = reached.values_of(sort.attribute.slug)
    value = held[0].get(sort.member) if held else None
    if value is None:
        return None
    if sort.member in {"option", "status"}:
        return (list(sort.attribute.choices()).index(str(choice_id(value))),)
    return (value.casefold(), value) if isinstance(value, str) else (value,)


def step(row: Row, attribute: Attribute | None, target: Kind) -> Row | None:
    """The first row of a kind that a reference or an entry's parent leads to."""
    rows = target.table.rows
    if attribute is None:
        return rows.get(row.parent[1]) if row.parent else None
    led_to = (rows.get(str(value["target_record_id"])) for value in row.values_of(attribute.slug))
    return next((found for found in led_to if found is not None), None)
