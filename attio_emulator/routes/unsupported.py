"""Endpoints of Attio that are not emulated; each call is refused with a sentence that says so.

`COVERAGE.md` gives the reasons; a test holds both against each other.
"""

from attio_emulator.calls.routing import Answer, Call, Route, unknown_endpoint
from attio_emulator.contract.refusals import refuse

ACTIVITY = "/v2/activities/{activity}"
RECORD = f"{ACTIVITY}/records/{{record_id}}"
UNSUPPORTED: tuple[tuple[str, str], ...] = (
    ("GET", "/v2/activities"),
    ("POST", "/v2/activities"),
    ("GET", ACTIVITY),
    ("PATCH", ACTIVITY),
    ("DELETE", ACTIVITY),
    ("POST", f"{ACTIVITY}/records"),
    ("PUT", f"{ACTIVITY}/records"),
    ("POST", f"{ACTIVITY}/records/query"),
    ("GET", RECORD),
    ("PATCH", RECORD),
    ("PUT", RECORD),
    ("DELETE", RECORD),
    ("GET", "/v2/emails"),
    ("POST", "/v2/sql"),
    ("POST", "/v2/sequences/unsubscribed_emails"),
    ("GET", "/scim/v2/Schemas"),
    ("GET", "/scim/v2/Users"),
    ("GET", "/scim/v2/Groups"),
)


def refuse_unsupported(call: Call) -> Answer:
    """Refuse a call of an endpoint that Attio has and the emulator does not."""
    unknown = unknown_endpoint(call.method, call.path)
    raise refuse(unknown.code, f"{unknown.message} Attio has it; this emulator does not emulate it.")


def scopes_of(path: str) -> tuple[str, ...]:
    """The scopes that Attio looks at first; a route without any is unknown to everybody."""
    return ("email:read",) if path == "/v2/emails" else ()


ROUTES = tuple(
    Route(method, path, refuse_unsupported, scopes=scopes_of(path), public=not scopes_of(path))
    for method, path in UNSUPPORTED
)
