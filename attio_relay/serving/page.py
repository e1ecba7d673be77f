"""Writes the status page as HTML that needs no script: facts, and buttons that are forms.

Everything that came from outside is escaped here; what is shown was gathered by `overview`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attio_relay.durations import spoken
from attio_relay.serving.feed_api import moment
from attio_relay.store.runs import Outcome, Run
from attio_relay.store.schedule import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attio_relay.serving.overview import ConnectionView, Overview
    from attio_relay.store.deliveries import DeadLetter

COLOURS = {
    Outcome.SUCCEEDED: "good",
    Outcome.FAILED: "bad",
    Outcome.BLOCKED: "bad",
    Outcome.BUSY: "warn",
    Outcome.RUNNING: "busy",
    Outcome.STARTING: "busy",
}
WEBHOOK_COLOURS = {"active": "good", "degraded": "warn"}


def status(found: Overview, runs: Sequence[Run], letters: Sequence[DeadLetter], *, said: str) -> str:
    """The page for those who signed in."""
    parts = [
        f'<p class="said" role="status">{escape(said)}</p>' if said else "",
        "<h2>Connections</h2>",
        *(map(_connection, found.connections)),
        "" if found.connections else "<p>None are configured.</p>",
        "<h2>Webhooks</h2>",
        _webhooks(found),
        "<h2>Runs</h2>",
        _table(
            ("Connection", "Outcome", "Started", "Took", "Changes", "Note"), (_run_row(run) for run in runs)
        ),
        "<h2>Dead letters</h2>",
        _dead_letters(letters),
    ]
    summary = f"{_counted(found.deliveries, 'message')} kept, {_counted(found.dead, 'dead letter')}"
    return _document(
        f"<small>{summary}, at {_clock(found.now)}</small> {_button('/sign-out', 'Sign out')}", parts
    )


def run(shown: Run, output: str | None) -> str:
    """One run with what its command printed."""
    kept = f'<div class="table"><pre>{escape(output)}</pre></div>' if output else "<p>No output was kept.</p>"
    facts = _table(("Connection", "Outcome", "Started", "Took", "Changes", "Note"), [_run_row(shown)])
    return _document(
        '<a href="/">All connections</a>',
        [f"<h2>Run {escape(shown.run_id)}</h2>", facts, "<h2>Output</h2>", kept],
    )


def sign_in(*, possible: bool, wrong: bool) -> str:
    """The page for everybody else."""
    if not possible:
        return _document(
            "", ["<p>This relay has no admin token: set admin_token_env in [server] to see its status.</p>"]
        )
    complaint = '<p class="bad" role="alert">That is not the admin token.</p>' if wrong else ""
    form = (
        '<form method="post" action="/sign-in"><div class="field"><label for="token">Admin token</label>'
        '<input id="token" name="token" type="password" autocomplete="current-password" required>'
        "</div>"
        "<button>Sign in</button></form>"
    )
    return _document("", [f'<section class="card">{complaint}{form}</section>'])


def address_saying(said: str) -> str:
    """The page's address with a sentence on it."""
    return f"/?{urlencode({'said': said})}" if said else "/"


def _document(aside: str, parts: Iterable[str]) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Attio relay</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css"></head>'
        f"<body><main><header><h1>Attio relay</h1><div>{aside}</div></header>"
        f"{''.join(parts)}</main></body></html>"
    )


def _connection(view: ConnectionView) -> str:
    line = view.line
    facts = {
        "Waiting": _counted(line.seen - line.done, "change") if line.seen > line.done else "none",
        "Lag": spoken(view.lag) if view.lag else "covered",
        "Next step": _next_step(view),
        "Syncs": f"{view.runs[Outcome.SUCCEEDED]:,} done, {view.runs[Outcome.FAILED]:,} failed",
        "Route": escape(view.config.route),
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    problem = (
        f'<p class="problem {"bad" if view.attention else "warn"}">{escape(line.problem)}</p>'
        if line.problem
        else ""
    )
    return (
        f'<section class="card"><div class="top"><strong>{escape(line.name)}</strong>{_badge(view)}</div>'
        f'<dl>{rows}</dl>{problem}<div class="orders">{_orders(view)}</div></section>'
    )


def _badge(view: ConnectionView) -> str:
    line = view.line
    busy = line.state in (State.STARTING, State.RUNNING)
    if line.state is State.BLOCKED or view.attention:
        colour, word = "bad", "blocked" if line.state is State.BLOCKED else "needs a look"
    elif line.paused:
        colour, word = "warn", "paused"
    else:
        colour, word = ("busy", "syncing") if busy else ("good", "idle")
    return f'<span class="badge {colour}">{word}</span>'


def _next_step(view: ConnectionView) -> str:
    if view.due_in is None:
        return (
            "when resumed" if view.line.paused or view.line.state is State.BLOCKED else "at the next change"
        )
    return f"in {spoken(view.due_in)}" if view.due_in else "now"


def _orders(view: ConnectionView) -> str:
    held = view.line.paused or view.line.state is State.BLOCKED
    about = {"connection": view.line.name}
    return "".join(
        [
            _button("/admin/trigger", "Sync now", about),
            _button("/admin/resume", "Resume", about) if held else _button("/admin/pause", "Pause", about),
        ]
    )


def _webhooks(found: Overview) -> str:
    rows = []
    for hook in found.webhooks:
        colour = WEBHOOK_COLOURS.get(hook.status, "bad")
        retired = f", believed until {_clock(hook.not_after)}" if hook.not_after else ""
        about = {"route": hook.route}
        orders = (
            ""
            if retired
            else _button("/admin/rotate", "New secret", about)
            + _button("/admin/scan", "Ask for a scan", about)
        )
        rows.append(
            (
                escape(hook.route),
                f'<span class="badge {colour}">{escape(hook.status)}</span>{retired}',
                _clock(hook.checked_at),
                f'<span class="orders">{orders}</span>',
            )
        )
    return _table(("Route", "Status", "Looked at", ""), rows)


def _run_row(shown: Run) -> tuple[str, ...]:
    took = spoken(shown.ended_at - shown.intent_at) if shown.ended_at else ""
    outcome = f'<span class="badge {COLOURS[shown.outcome]}">{shown.outcome.value}</span>'
    link = f'<a href="/runs/{escape(shown.run_id)}">{_clock(shown.intent_at)}</a>'
    return (escape(shown.connection), outcome, link, took, f"{shown.changes:,}", escape(shown.detail or ""))


def _dead_letters(letters: Sequence[DeadLetter]) -> str:
    rows = [
        (
            escape(letter.route),
            _clock(letter.received_at),
            escape(letter.problem),
            _button("/admin/replay", "Read again", {"key": letter.idempotency_key}),
        )
        for letter in letters
    ]
    return _table(("Route", "Received", "Problem", ""), rows)


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join(
        "<tr>"
        + "".join(f'<td data-name="{name}">{cell}</td>' for name, cell in zip(names, row, strict=True))
        + "</tr>"
        for row in rows
    )
    if not body:
        return '<p class="soft">None.</p>'
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _button(action: str, text: str, about: dict[str, str] | None = None) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (about or {}).items()
    )
    return f'<form method="post" action="{action}">{hidden}<button>{text}</button></form>'


def _clock(at: float) -> str:
    return f"{moment(at)[:19].replace('T', ' ')} UTC"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
