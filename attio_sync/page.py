"""A plan as one page: opens in any browser without a network, asks nobody for anything, and can be printed.

Its looks are in page.html and page.css; every text from outside is escaped here.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from attio_sync import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from destination_attio.plan import Change, FieldChange, Kind, Plan

# A browser stays quick with so many records in a section; whoever wants all of them takes the JSON.
LISTED = 2_000
_TITLES: dict[Kind, str] = {
    "delete": "Deleted",
    "create": "Created",
    "update": "Updated",
    "rejected": "Not possible",
    "superseded": "Superseded by a later row with the same key",
}
_FIELD_HEADINGS = ("Record", "Attribute", "Before", "After")
_REASON_HEADINGS = ("Record", "Attribute", "Why", "")


def of_plan(plan: Plan) -> str:
    """The page."""
    looks = files("attio_sync")
    return Template(looks.joinpath("page.html").read_text(encoding="utf-8")).substitute(
        title=escape(f"What would change in {plan.workspace_name or 'Attio'}"),
        style=looks.joinpath("page.css").read_text(encoding="utf-8"),
        about=_about(plan),
        counts="\n".join(
            _count(fate, count, words) for fate, count, words in wording.fates(plan.counts, done=False)
        ),
        sections=_sections(plan),
        footer="To apply exactly this: <code>attio-sync push --plan PLAN.json</code>",
    )


def _about(plan: Plan) -> str:
    parts = [escape(f"Made {wording.moment(plan.made_at)}")] if plan.made_at else []
    parts += [_target(stream) for stream in plan.streams]
    return " · ".join(parts)


def _target(stream: object) -> str:
    facts = stream if isinstance(stream, dict) else {}
    match = wording.value(facts.get("match"))
    return escape(f"{facts.get('mode') or 'upsert'} {facts.get('target')}, matched by {match}")


def _count(fate: Kind, count: int, words: str) -> str:
    return f'<li class="{fate}"><b>{count:,}</b><span>{escape(words)}</span></li>'


def _sections(plan: Plan) -> str:
    found = ((kind, [change for change in plan.changes if change.kind == kind]) for kind in _TITLES)
    sections = [_section(kind, changes) for kind, changes in found if changes]
    return "\n".join(sections) or '<p class="nothing">Attio already holds all of it.</p>'


def _section(kind: Kind, changes: Sequence[Change]) -> str:
    by_field = any(change.fields for change in changes)
    headings = "".join(
        f"<th>{heading}</th>" for heading in (_FIELD_HEADINGS if by_field else _REASON_HEADINGS)
    )
    bodies = "\n".join(map(_record, changes[:LISTED]))
    left = len(changes) - LISTED
    more = f'<p class="more">… and {left:,} more, listed in the JSON of the plan.</p>' if left > 0 else ""
    return (
        f'<details class="{kind}" open><summary>{_TITLES[kind]}<small>{len(changes):,}</small></summary>'
        f'<div class="scroll"><table><thead><tr>{headings}</tr></thead>{bodies}</table></div>{more}</details>'
    )


def _record(change: Change) -> str:
    name = escape(wording.key(change))
    if not change.fields or change.reason:
        why, attribute = escape(wording.reason(change)), escape(change.attribute or "")
        return (
            f'<tbody class="record"><tr><td class="name">{name}</td>'
            f'<td class="attribute">{attribute}</td><td colspan="2">{why}</td></tr></tbody>'
        )
    rows = [_field(field, name if number == 0 else "") for number, field in enumerate(change.fields)]
    return f'<tbody class="record">{"".join(rows)}</tbody>'


def _field(field: FieldChange, name: str) -> str:
    return (
        f'<tr><td class="name">{name}</td><td class="attribute">{escape(field.attribute)}</td>'
        f'<td class="before">{_value(wording.value(field.before))}</td>'
        f'<td class="after">{_value(wording.value(field.after))}</td></tr>'
    )


def _value(text: str) -> str:
    return f'<span class="empty">{text}</span>' if text == wording.NOTHING else f"<span>{escape(text)}</span>"
