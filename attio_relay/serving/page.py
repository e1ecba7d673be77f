"""The status page as HTML without scripts: facts, and buttons that are forms.

The templates escape all text from outside. `overview` gathers the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from attio_relay.durations import spoken
from attio_relay.serving.feed_api import moment
from attio_relay.store.lines import State
from attio_relay.store.runs import Outcome, Run
from attio_relay.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_relay.serving.overview import ConnectionView, Overview
    from attio_relay.store.deliveries import DeadLetter
    from attio_relay.store.webhooks import WebhookFacts

TEMPLATES = Environment(
    loader=PackageLoader("attio_relay.serving"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True)
class Mark:
    """A state as colour, sign and word, so that it can be read without seeing the colour."""

    colour: str
    sign: str
    word: str


# Streams that are named; a longer list would be hard to read.
BEHIND_SHOWN = 5
OUTCOMES = {
    Outcome.SUCCEEDED: Mark("good", "✓", "succeeded"),
    Outcome.FAILED: Mark("bad", "✗", "failed"),
    Outcome.BLOCKED: Mark("bad", "✗", "blocked"),
    Outcome.REFUSED: Mark("bad", "✗", "refused"),
    Outcome.BUSY: Mark("warn", "!", "busy"),
    Outcome.CANCELLED: Mark("warn", "!", "cancelled"),
    Outcome.RUNNING: Mark("busy", "●", "running"),
    Outcome.STARTING: Mark("busy", "●", "starting"),
}
WEBHOOKS = {
    "active": Mark("good", "✓", "active"),
    "degraded": Mark("warn", "!", "degraded"),
    "changed": Mark("warn", "!", "changed at Attio"),
    "unwatched": Mark("warn", "!", "not watched"),
    "none": Mark("bad", "✗", "no webhook"),
}


def status(found: Overview, runs: Sequence[Run], letters: Sequence[DeadLetter], *, said: str) -> str:
    """The status page, for those who signed in."""
    kept = f"{counted(found.deliveries, 'message')} kept, {counted(found.dead, 'dead letter')}"
    return TEMPLATES.get_template("status.html").render(
        summary=f"{kept}, at {_clock(found.now)}",
        said=said,
        alerts=[{"since": _clock(each.since), "sentence": each.sentence} for each in found.alerts],
        connections=[_connection(view) for view in found.connections],
        webhooks=[_webhook(hook) for hook in found.webhooks],
        runs=[_run_row(run) for run in runs],
        up=up("/"),
        letters=[_dead_letter(letter) for letter in letters],
    )


def run(shown: Run, output: str | None) -> str:
    """The page of one run, with the output of its command."""
    return TEMPLATES.get_template("run.html").render(row=_run_row(shown), output=output, up=up("/runs/…"))


def sign_in(*, possible: bool, complaint: str = "") -> str:
    """The page with the sign-in form; `possible` tells whether an admin token is configured."""
    return TEMPLATES.get_template("sign_in.html").render(possible=possible, complaint=complaint, up=up("/"))


def trouble(path: str) -> str:
    """The page that is shown at an address while the store cannot be read."""
    return TEMPLATES.get_template("trouble.html").render(up=up(path))


def refused(sentence: str, path: str) -> str:
    """The page that says at an address why something was refused."""
    return TEMPLATES.get_template("refused.html").render(sentence=sentence, up=up(path))


def address_saying(said: str, path: str) -> str:
    """The status page's address as seen from another one, with a sentence that the page shows."""
    home = up(path) or "./"
    return f"{home}?{urlencode({'said': said})}" if said else home


def up(path: str) -> str:
    """The way from an address to the status page; links are relative, since a proxy may add a prefix."""
    return "../" * (path.count("/") - 1)


def _connection(view: ConnectionView) -> Mapping[str, object]:
    line = view.line
    return {
        "name": line.name,
        "mark": _mark(view),
        "facts": {
            "Waiting": counted(line.seen - line.done, "change") if line.seen > line.done else "none",
            "Fresh until": _clock(view.fresh.until) if view.lag else "now",
            "Next step": _next_step(view),
            "Syncs": f"{view.runs[Outcome.SUCCEEDED]:,} done, {view.runs[Outcome.FAILED]:,} failed",
            "Route": view.config.route,
        },
        "behind": _behind(view),
        "problem": _problem(view),
        "problem_colour": "bad" if view.attention else "warn",
        "held": line.paused or line.state is State.BLOCKED,
        "about": {"connection": line.name},
    }


def _problem(view: ConnectionView) -> str:
    """Why the connection is marked; empty when it is not, and nothing went wrong."""
    if view.line.problem or not view.attention:
        return view.line.problem or ""
    if view.unheard:
        return "The webhook of its route needs attention, so changes may be missing."
    return f"Its oldest change has waited for {spoken(view.lag)} without a sync." if view.lag else ""


def _behind(view: ConnectionView) -> str:
    """A sentence that names the streams that are behind, the oldest first."""
    behind = view.fresh.behind
    if behind is None:
        return "Any stream may be behind: a gap, or too many changes, hide which."
    named = [
        f"{stream} (since {_clock(at)})" for stream, at in sorted(behind.items(), key=lambda each: each[1])
    ]
    more = f" and {len(named) - BEHIND_SHOWN} more" if len(named) > BEHIND_SHOWN else ""
    return f"Behind: {', '.join(named[:BEHIND_SHOWN])}{more}." if named else ""


def _mark(view: ConnectionView) -> Mark:
    line = view.line
    if line.state is State.BLOCKED:
        return Mark("bad", "✗", "blocked")
    if view.attention:
        return Mark("bad", "✗", "needs attention")
    if line.paused:
        return Mark("warn", "!", "paused")
    busy = line.state in (State.STARTING, State.RUNNING)
    return Mark("busy", "●", "syncing") if busy else Mark("good", "✓", "idle")


def _next_step(view: ConnectionView) -> str:
    if view.due_in is None:
        held = view.line.paused or view.line.state is State.BLOCKED
        return "when resumed" if held else "at the next change"
    return f"in {spoken(view.due_in)}" if view.due_in else "now"


def _webhook(hook: WebhookFacts) -> Mapping[str, object]:
    return {
        "route": hook.route,
        "mark": WEBHOOKS.get(hook.status, Mark("bad", "✗", hook.status)),
        "by_hand": hook.hand_made and hook.status != "none",
        "ours": not hook.hand_made,
        "until": _clock(hook.not_after) if hook.not_after else "",
        "checked": _clock(hook.checked_at),
        "about": {"route": hook.route},
    }


def _run_row(shown: Run) -> Mapping[str, object]:
    return {
        "connection": shown.connection,
        "outcome": OUTCOMES[shown.outcome],
        "run_id": shown.run_id,
        "started": _clock(shown.intent_at),
        "took": spoken(shown.ended_at - shown.intent_at) if shown.ended_at else "",
        "changes": f"{shown.changes:,}",
        "note": shown.detail or "",
    }


def _dead_letter(letter: DeadLetter) -> Mapping[str, object]:
    return {
        "route": letter.route,
        "received": _clock(letter.received_at),
        "problem": letter.problem,
        "about": {"key": letter.idempotency_key},
    }


def _clock(at: float) -> str:
    return f"{moment(at)[:19].replace('T', ' ')} UTC"
