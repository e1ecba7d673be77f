"""The control plane, `/_emulator/…`: reset, seed, clock, faults, calls, limits, tokens, events, dump.

No token, no limits, no faults here; refusals have Attio's shape. docs/emulator.md describes every body.
"""

from attio_emulator.calls.routing import Answer, Call, Route, json_answer
from attio_emulator.changes.formulas import compute_all
from attio_emulator.contract.refusals import bad_value
from attio_emulator.contract.shapes import (
    Check,
    array,
    boolean,
    conform,
    nullable,
    number,
    one_of,
    shape,
    text,
)
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.control.application import CONTROL_ROUTES as APPLICATION
from attio_emulator.control.dump import dump_all, load_all
from attio_emulator.control.oauth_control import CONTROL_ROUTES as OAUTH
from attio_emulator.control.profile import CONTROL_ROUTES as PROFILE
from attio_emulator.control.webhook_control import CONTROL_ROUTES as WEBHOOKS
from attio_emulator.model.clock import BILLION, in_reach, nanoseconds
from attio_emulator.model.tokens import ALL_SCOPES
from attio_emulator.seeds import SEEDS, seed_server

CENTURY = 100 * 366 * 24 * 3600
CLOCK = shape(
    {},
    {"now": text(1), "advance_seconds": number(-CENTURY, CENTURY), "mode": one_of("real", "manual")},
    closed=True,
)
LIMITS: Check = shape(
    {},
    {
        "enabled": boolean(),
        "reads_per_second": number(0),
        "writes_per_second": number(0),
        "query_score": nullable(number()),
        "by": one_of("wall", "clock"),
    },
    closed=True,
)
ECHOES = shape(
    {},
    {
        "company_linking": boolean(),
        "delay_seconds": number(0, CENTURY),
        "formula_seconds": number(0, CENTURY),
    },
    closed=True,
)
TOKEN = shape(
    {"token": text(1)},
    {
        "scopes": array(text(1)),
        "active": boolean(),
        "workspace": text(1),
        "level": one_of("workspace", "user"),
        "member_id": nullable(text(1)),
        "actor_type": one_of("api-token", "app"),
    },
    closed=True,
)


def body_of(call: Call) -> JsonObject:
    """The body; an empty one counts as `{}`."""
    return call.json() if call.raw else {}


def reset(call: Call) -> Answer:
    """Begin anew."""
    call.server.reset()
    return json_answer({"reset": True})


def seed(call: Call) -> Answer:
    """Fill the workspace: by the name of a seed with its sizes, or from a dump."""
    body = body_of(call)
    if "workspace" in body:
        load_all(call.server, body["workspace"])
        return json_answer({"seeded": "workspace"})
    name = str(body.get("name", "demo"))
    if name not in SEEDS:
        raise bad_value(f"Unknown seed; there are {', '.join(SEEDS)}.", ["name"])
    counts = seed_server(
        call.server.workspace, name, {key: value for key, value in body.items() if key != "name"}
    )
    for kind in call.server.workspace.objects.values():
        compute_all(call.server.workspace, kind)
    return json_answer({"seeded": name, "counts": counts})


def read_clock(call: Call) -> Answer:
    """Answer with the emulator's time."""
    clock = call.server.clock
    return json_answer({"now": clock.now(), "mode": clock.mode})


def moment_of(text: str) -> int:
    """A moment, as a body gives it."""
    try:
        return nanoseconds(text)
    except ValueError:
        raise bad_value("Not an ISO 8601 moment.", ["now"]) from None


def within_reach(moment: int) -> int:
    """A moment that the clock can be set to."""
    if not in_reach(moment):
        raise bad_value("The clock goes from 1971 to 2999.", ["now"])
    return moment


def set_clock(call: Call) -> Answer:
    """Stop the clock, move it, or let it run."""
    body = conform(body_of(call), CLOCK)
    clock = call.server.clock
    if body.get("mode") == "real":
        clock.run()
    elif body.get("mode") == "manual":
        clock.set(clock.now_ns())
    if "now" in body:
        clock.set(within_reach(moment_of(body["now"])))
    if isinstance(seconds := body.get("advance_seconds"), int | float):
        clock.set(within_reach(clock.now_ns() + round(seconds * BILLION)))
    call.server.run_automatic_changes()
    call.server.workers.wake()
    return read_clock(call)


def set_automatic_changes(call: Call) -> Answer:
    """Set which changes follow a write automatically, and after how long."""
    changes = call.server.automatic_changes
    for name, value in conform(body_of(call), ECHOES).items():
        setattr(changes, name, value)
    return json_answer(
        {
            "company_linking": changes.company_linking,
            "delay_seconds": changes.delay_seconds,
            "formula_seconds": changes.formula_seconds,
        }
    )


def order_fault(call: Call) -> Answer:
    """Let calls fail."""
    call.server.faults.order(body_of(call))
    return list_faults(call)


def list_faults(call: Call) -> Answer:
    """The fault rules, with the number of calls that each has hit, and the number of calls that are held."""
    rules = [
        {"kind": rule.kind, "method": rule.method, "path": rule.path, "count": rule.count, "done": rule.done}
        for rule in call.server.faults.rules
    ]
    return json_answer({"faults": rules, "held": call.server.faults.held})


def clear_faults(call: Call) -> Answer:
    """Remove all faults."""
    call.server.faults.clear()
    return list_faults(call)


def read_calls(call: Call) -> Answer:
    """What was received."""
    return json_answer(call.server.calls.since(call.integer("since", default=0)))


def clear_calls(call: Call) -> Answer:
    """Clear the log of calls."""
    call.server.calls.clear()
    return json_answer(call.server.calls.since(0))


def set_limits(call: Call) -> Answer:
    """Switch rate limits on or off, or change them."""
    limits = call.server.limits
    for name, value in conform(body_of(call), LIMITS).items():
        setattr(limits, name, value)
    limits.buckets.clear()
    limits.spent.clear()
    return json_answer(
        {
            "enabled": limits.enabled,
            "reads_per_second": limits.reads_per_second,
            "writes_per_second": limits.writes_per_second,
            "query_score": limits.query_score,
            "by": limits.by,
        }
    )


def read_switches(call: Call) -> Answer:
    """Answer with all switches."""
    return json_answer(call.server.switches.shown())


def set_switches(call: Call) -> Answer:
    """Change switches."""
    call.server.switches.set(body_of(call))
    return read_switches(call)


def put_token(call: Call) -> Answer:
    """Make a token known, change or revoke it; the slug of an unknown workspace makes one."""
    body = conform(body_of(call), TOKEN)
    workspace = call.server.workspace_of(str(body.get("workspace", call.server.workspace.slug)))
    scopes = body.get("scopes", list(ALL_SCOPES))
    level: Json = body.get("level", "workspace")
    token = call.server.add_token(
        str(body["token"]),
        workspace_id=workspace.id,
        scopes=tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else (),
        active=body.get("active", True),
        level=level,
        member_id=body.get("member_id") or next(iter(workspace.members)),
        actor_type=body.get("actor_type", "api-token"),
    )
    return json_answer({"token": token.token, "scopes": token.scopes, "active": token.active})


def read_events(call: Call) -> Answer:
    """The events of the first workspace after a number: what webhooks are made of."""
    since = call.integer("since", default=0)
    return json_answer(
        {"events": [each for each in call.server.workspace.events if int(str(each["n"])) > since]}
    )


def dump(call: Call) -> Answer:
    """Everything as JSON, to be loaded again."""
    return json_answer(dump_all(call.server))


def load(call: Call) -> Answer:
    """Replace the whole state by a dump's."""
    load_all(call.server, body_of(call))
    return json_answer({"loaded": True})


CONTROL: tuple[Route, ...] = (
    Route("POST", "/_emulator/reset", reset),
    Route("POST", "/_emulator/seed", seed),
    Route("GET", "/_emulator/clock", read_clock),
    Route("POST", "/_emulator/clock", set_clock),
    Route("POST", "/_emulator/echoes", set_automatic_changes),
    Route("GET", "/_emulator/faults", list_faults),
    Route("POST", "/_emulator/faults", order_fault),
    Route("DELETE", "/_emulator/faults", clear_faults),
    Route("GET", "/_emulator/calls", read_calls),
    Route("DELETE", "/_emulator/calls", clear_calls),
    Route("POST", "/_emulator/limits", set_limits),
    Route("GET", "/_emulator/switches", read_switches),
    Route("POST", "/_emulator/switches", set_switches),
    Route("POST", "/_emulator/tokens", put_token),
    Route("GET", "/_emulator/events", read_events),
    Route("GET", "/_emulator/dump", dump),
    Route("POST", "/_emulator/load", load),
    *WEBHOOKS,
    *OAUTH,
    *APPLICATION,
    *PROFILE,
)
