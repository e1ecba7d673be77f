"""A plan as one page: opens in any browser without a network, asks nobody for anything, and can be printed.

Its looks are in page.html and page.css; every text from outside is escaped here.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from attio_sync.show import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from destination_attio.model.plan import Change, FieldChange, Kind, Plan

# A browser stays quick with so many records in a section; whoever wants all of them takes the JSON.
LISTED = 2_000
_TITLES: dict[Kind, str] = {
    "delete": "To delete",
    "create": "To create",
    "update": "To update",
    "rejected": "Rejected: these rows would not be written",
    "superseded": "Superseded: a later row has the same key",
}
_FIELD_HEADINGS = ("Record", "Attribute", "Before", "After")
_REASON_HEADINGS = ("Record", "Attribute", "Why", "")
_MODES = {
    "upsert": "new records are created, existing ones updated",
    "update": "existing records are updated, none is created",
    "create": "new records are created, none is updated",
    "mirror": "new records are created, existing ones updated, and what no row speaks of is removed",
    "delete": "the records that rows speak of are deleted",
}
_STOPS = "If somebody changes one of these records in Attio before that, it stops there and says so."


def of_plan(plan: Plan, *, by: str | None = None, saved: Path | None = None, is_push: bool = False) -> str:
    """The page: made by whom, where it is saved to be applied, or whether a push applies it itself."""
    looks = files("attio_sync.show")
    return Template(looks.joinpath("page.html").read_text(encoding="utf-8")).substitute(
        title=escape(f"What would change in {wording.visible(plan.workspace_name or 'Attio')}"),
        style=looks.joinpath("page.css").read_text(encoding="utf-8"),
        about=_about(plan, by),
        streams="\n".join(f"<p>{_stream(stream)}</p>" for stream in plan.streams),
        counts="\n".join(
            _count(fate, count, words) for fate, count, words in wording.fates(plan.counts, done=False)
        ),
        sections=_sections(plan),
        next=_next_step(plan, saved, is_push=is_push),
    )


def _about(plan: Plan, by: str | None) -> str:
    made = " ".join(
        part for part in (f"by {by}" if by else "", f"on {wording.moment(plan.made_at or '')}") if part
    )
    return f"Made {escape(made)}. Nothing was written to Attio to make this page."


def _stream(stream: object) -> str:
    facts = stream if isinstance(stream, dict) else {}
    match = wording.value(facts.get("match"))
    by = f", matched by {match}" if facts.get("match") else ""
    what = _MODES.get(str(facts.get("mode") or "upsert"), "")
    return escape(f"{facts.get('stream')} → {facts.get('target')}{by}: {what}.")


def _next_step(plan: Plan, saved: Path | None, *, is_push: bool) -> str:
    if not plan.actions:
        return "There is nothing to apply."
    if is_push:
        return (
            "A push made this page: once it is agreed to, exactly this is written. "
            f"{_STOPS} What became of it is in <code>attio-sync history</code>."
        )
    approve = "To approve it, answer whoever sent you this page"
    if saved is None:
        return f"{approve}. Only a plan saved with <code>--out FILE</code> can be applied exactly as it is."
    return (
        f"{approve}: <code>attio-sync push --plan {escape(saved.name)}</code> writes exactly this. {_STOPS}"
    )


def _count(fate: Kind, count: int, words: str) -> str:
    told = f"<b>{count:,}</b><span>{escape(words)}</span>"
    return f'<li class="{fate}">' + (f'<a href="#{fate}">{told}</a>' if fate in _TITLES else told) + "</li>"


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
        f'<details class="{kind}" id="{kind}" open><summary>{_TITLES[kind]}<small>{len(changes):,}</small>'
        f'</summary><div class="scroll"><table><thead><tr>{headings}</tr></thead>{bodies}</table></div>{more}'
        "</details>"
    )


def _record(change: Change) -> str:
    name = f"<bdi>{escape(wording.key(change))}</bdi>"
    if not change.fields:
        why, attribute = escape(wording.reason(change)), escape(change.attribute or "")
        return (
            f'<tbody class="record"><tr><td class="name">{name}</td>'
            f'<td class="attribute">{attribute}</td><td colspan="2">{why}</td></tr></tbody>'
        )
    if change.reason:
        name += f"<small>{escape(wording.visible(change.reason))}</small>"
    rows = [_field(field, name if number == 0 else "") for number, field in enumerate(change.fields)]
    return f'<tbody class="record">{"".join(rows)}</tbody>'


def _field(field: FieldChange, name: str) -> str:
    return (
        f'<tr><td class="name">{name}</td><td class="attribute">{escape(field.attribute)}</td>'
        f'<td class="before">{_value(wording.value(field.before))}</td>'
        f'<td class="after">{_value(wording.value(field.after))}</td></tr>'
    )


def _value(text: str) -> str:
    return f'<span class="empty">{text}</span>' if text == wording.NOTHING else f"<bdi>{escape(text)}</bdi>"
