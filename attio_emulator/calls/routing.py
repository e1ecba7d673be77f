"""What the server and a route file share: `Route`, `Call`, `Answer`.

A file in `routes/` is named as the resource in Attio's docs and exports `ROUTES`, a tuple of `Route`:

    ROUTES = (
        Route("GET", "/v2/notes/{note_id}", read_note, scopes=READ),
        Route("POST", "/v2/notes", create_note, scopes=WRITE, kind="write"),
    )

A handler is a plain function `(Call) -> Answer`, run alone (no other call in between), so it needs no
lock. It checks everything first and stores afterwards: a refused write has stored nothing.
`call.workspace` is the state, `call.now` the one time of this write, `call.workspace.ids.next()` a new
id, `call.actor` who does it. It refuses by raising `refuse(code, message)` from `refusals` and answers by
returning `data(json)`, or an `Answer` for anything else. Scopes: all of them are needed; `x:read` is also
satisfied by `x:read-write`. `kind` says which rate limit counts.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from attio_emulator.contract.refusals import AttioRefusal, bad_value, refuse
from attio_emulator.contract.shapes import is_uuid
from attio_emulator.contract.wire import Json, JsonObject, dumps, loads, one_kind_of_number
from attio_emulator.model.server import Server
from attio_emulator.model.tokens import Token
from attio_emulator.model.workspace import Workspace

CROSS_ORIGIN: Mapping[str, str] = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "x-attio-client, x-attio-execution-id, x-attio-platform, "
    "x-attio-platform-version, x-attio-record-query-score, x-attio-app-installation-bundle-id, "
    "www-authenticate",
    "vary": "Origin",
    "x-frame-options": "DENY",
}
PREFLIGHT: Mapping[str, str] = {
    "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
    "access-control-allow-headers": "authorization, content-type",
}
JSON_HEADERS: Mapping[str, str] = {"content-type": "application/json; charset=utf-8"}
TRUTHS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer: a status, the body as bytes, headers."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(body: object, status: int = 200) -> Answer:
    """Answer with any JSON."""
    return Answer(status=status, body=dumps(body))


def data(body: object, status: int = 200) -> Answer:
    """Answer with `{"data": …}`."""
    return json_answer({"data": body}, status)


def refused(refusal: AttioRefusal) -> Answer:
    """Turn a refusal into an answer."""
    return Answer(status=refusal.status, body=dumps(refusal.body()), headers=refusal.headers)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that has passed authentication and rate limits."""

    server: Server
    workspace: Workspace
    token: Token
    actor: JsonObject
    now: str
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes

    def json(self) -> JsonObject:
        """The body as a JSON object; refused with 400 when it is not one."""
        try:
            parsed = one_kind_of_number(loads(self.raw))
        except (ValueError, RecursionError):
            raise refuse("validation_type", "The request body is not valid JSON.") from None
        if not isinstance(parsed, dict):
            raise bad_value("The request body must be a JSON object.", [], expected="object")
        return parsed

    def uuid(self, name: str) -> str:
        """A path parameter that must be an id; malformed ones are refused with 400."""
        value = self.params[name].lower()
        if not is_uuid(value):
            raise bad_value(f"{name} is not a valid UUID.", [name], expected="uuid", received="string")
        return value

    def integer(self, name: str, *, default: int, minimum: int = 0, maximum: int | None = None) -> int:
        """A query parameter that is a whole number within bounds."""
        text = self.query.get(name)
        if text is None:
            return default
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise bad_query(name)
        value = int(text)
        if value < minimum or (maximum is not None and value > maximum):
            raise bad_query(name)
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        """A query parameter that is true or false."""
        text = self.query.get(name)
        if text is None:
            return default
        if text.lower() not in TRUTHS:
            raise bad_query(name)
        return TRUTHS[text.lower()]

    def choice(self, name: str, *, default: str, allowed: tuple[str, ...]) -> str:
        """A query parameter that must be one of a few words."""
        value = self.query.get(name, default)
        if value not in allowed:
            raise bad_query(name)
        return value


def bad_query(name: str) -> AttioRefusal:
    """The refusal of a query parameter; as Attio's, it does not name the allowed values."""
    issue: JsonObject = {"code": "custom", "path": [name], "message": "Invalid query parameter"}
    return refuse(
        "validation_type", "The query parameters of the request are invalid.", validation_errors=[issue]
    )


Handler: TypeAlias = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """One endpoint.

    `per_second` where Attio gives it a limit of its own, `workspace_level` where user tokens may not call it,
    `public` where no token is needed, `paid` where a free plan lacks it, `waits` where the handler blocks
    (control plane only).
    """

    method: str
    path: str
    handler: Handler
    scopes: tuple[str, ...] = field(default=(), kw_only=True)
    kind: Literal["read", "write"] = field(default="read", kw_only=True)
    per_second: int | None = field(default=None, kw_only=True)
    workspace_level: bool = field(default=False, kw_only=True)
    public: bool = field(default=False, kw_only=True)
    paid: bool = field(default=False, kw_only=True)
    waits: bool = field(default=False, kw_only=True)


class Router:
    """Finds the route of a method and path; literal segments win over parameters."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self.routes = routes
        ordered = sorted(routes, key=lambda route: route.path.count("{"))
        self._by_length: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for route in ordered:
            segments = tuple(route.path.strip("/").split("/"))
            self._by_length.setdefault((route.method, len(segments)), []).append((segments, route))

    def find(self, method: str, segments: tuple[str, ...]) -> tuple[Route, dict[str, str]] | None:
        """The route and its path parameters, or None."""
        for pattern, route in self._by_length.get((method, len(segments)), ()):
            params = match(pattern, segments)
            if params is not None:
                return route, params
        return None


def match(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    """The parameters of a path that fits a pattern, else None."""
    params: dict[str, str] = {}
    for expected, given in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            params[expected[1:-1]] = given
        elif expected != given:
            return None
    return params


def unknown_endpoint(method: str, path: str) -> AttioRefusal:
    """The 404 for an unknown route; it names the method and the path."""
    return refuse("not_found", f'Could not find endpoint "{method} {path[:300]}".')


__all__ = ["Answer", "Call", "Handler", "Json", "Route", "Router", "data", "json_answer", "refused"]
