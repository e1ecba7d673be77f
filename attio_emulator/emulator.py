"""The emulator without sockets: workspaces, tokens, clock, limits, faults, calls, and `handle`.

`handle(Request(…))` answers one call; `app` puts it behind HTTP, a property test may call it directly:

    emulator = Emulator(clock_mode="manual")
    answer = emulator.handle(Request.of("POST", "/v2/objects/people/records/query", body={"limit": 5}))

Faults that only a connection can show (cut, drop, lost answer) are named in `Outcome.breaks`.
"""

from dataclasses import replace

from attio_emulator.calls.request import Outcome, Request, is_control
from attio_emulator.calls.routing import (
    CROSS_ORIGIN,
    PREFLIGHT,
    Answer,
    Call,
    Route,
    Router,
    refused,
    unknown_endpoint,
)
from attio_emulator.changes.automations import AutomaticChanges
from attio_emulator.changes.standard import fresh_workspace
from attio_emulator.contract.refusals import AttioRefusal, refuse
from attio_emulator.contract.wire import JsonObject
from attio_emulator.control.plane import CONTROL
from attio_emulator.endpoints import ROUTES
from attio_emulator.hooks.deliveries import Deliveries
from attio_emulator.hooks.workers import DeliveryWorkers
from attio_emulator.model.call_log import CallLog
from attio_emulator.model.clock import Clock, stamp
from attio_emulator.model.faults import DELAYS, Fault, Faults
from attio_emulator.model.ids import Ids, named
from attio_emulator.model.limits import Limits
from attio_emulator.model.oauth import OAuth
from attio_emulator.model.switches import Switches
from attio_emulator.model.tokens import DEFAULT_TOKEN, Token, authenticate, authorise
from attio_emulator.model.workspace import Workspace

MICROSECOND = 1000
NOBODY = Token(token="", workspace_id="", token_id="", scopes=(), active=False)
GARBAGE = Answer(body=b"<html><body>502 Bad Gateway</body></html>", headers={"content-type": "text/html"})


def corrupted(fault: Fault, now: int) -> Answer:
    """The answer that a fault gives instead of the endpoint's."""
    if fault.kind == "garbage":
        return GARBAGE
    refusal = fault.refusal(now)
    if fault.plain is None:
        return refused(refusal)
    headers = {"content-type": "text/plain; charset=utf-8", **refusal.headers}
    return Answer(status=fault.status, body=fault.plain.encode(), headers=headers)


class Emulator:
    """A local Attio."""

    def __init__(self, *, seed: str = "emulator", clock_mode: str = "real", limits: bool = False) -> None:
        self.seed = seed
        self.clock_mode = clock_mode
        self.limits_on = limits
        self.clock = Clock(mode=clock_mode)
        self.deliveries = Deliveries()
        self.workers = DeliveryWorkers(
            self.deliveries,
            clock=lambda: self.clock.now_ns(),  # noqa: PLW0108 - a reset brings another clock
            clock_runs=lambda: self.clock.mode == "real",
        )
        self.oauth = OAuth()
        self.faults = Faults()
        self.calls = CallLog()
        self._router = Router(ROUTES)
        self._control = Router(CONTROL)
        self.reset()

    def reset(self) -> None:
        """Reset everything: one empty workspace, one token, no faults, no calls in the log."""
        self.clock = Clock(mode=self.clock_mode)
        self.workspaces: dict[str, Workspace] = {}
        self.tokens: dict[str, Token] = {}
        self.limits = Limits(enabled=self.limits_on)
        self.automatic_changes = AutomaticChanges()
        self.switches = Switches()
        self.faults.clear()
        self.calls.clear()
        self.deliveries.clear()
        self.oauth.clear()
        self._executions = Ids(f"{self.seed}:executions")
        self.adopt(fresh_workspace(self.clock, seed=self.seed))
        self.add_token(DEFAULT_TOKEN)

    def adopt(self, workspace: Workspace) -> None:
        """Add a workspace and listen to its events; tokens belong to the first one by default."""
        workspace.clock = self.clock
        workspace.switches = self.switches
        workspace.listeners.append(self._publish)
        self.workspaces[workspace.id] = workspace

    def _publish(self, workspace: Workspace, event: JsonObject) -> None:
        self.deliveries.publish(workspace.id, event, self.clock.now_ns())
        self.automatic_changes.schedule(workspace, event)

    def run_automatic_changes(self) -> None:
        """Make the automatic changes that are due."""
        if self.automatic_changes.next_due() is not None:
            self.automatic_changes.run_due(self.workspaces, self.clock.now_ns())
            self.workers.wake()

    @property
    def workspace(self) -> Workspace:
        """The default workspace."""
        return next(iter(self.workspaces.values()))

    def workspace_of(self, slug: str) -> Workspace:
        """The workspace of a slug or id; a new one where there is none."""
        for workspace in self.workspaces.values():
            if slug in {workspace.slug, workspace.id}:
                return workspace
        made = fresh_workspace(self.clock, seed=self.seed, slug=slug)
        self.adopt(made)
        return made

    def add_token(self, token: str, **changes: object) -> Token:
        """Add a token, by default for the first workspace and with all scopes."""
        usual = Token(token=token, workspace_id=self.workspace.id, token_id=named(self.seed, "token", token))
        usual = replace(usual, member_id=next(iter(self.workspace.members)))
        self.tokens[token] = replace(usual, **changes)  # type: ignore[arg-type]  # the fields of Token
        return self.tokens[token]

    def handle(self, request: Request) -> Outcome:
        """Answer one call, with a refusal as an answer too; faults that delay do not delay it."""
        return self.handle_with_faults(request, self.faults_of(request))

    def faults_of(self, request: Request) -> list[Fault]:
        """The faults that hit a call."""
        return [] if is_control(request) else self.faults.take(request.method, request.path)

    def waits(self, request: Request) -> bool:
        """Whether the handler of a request may block, so that it must not run on an event loop."""
        found = self._control.find(request.method, request.segments()) if is_control(request) else None
        return found is not None and found[0].waits

    def handle_with_faults(self, request: Request, matching: list[Fault]) -> Outcome:
        """Answer one call, with the faults that hit it."""
        self.run_automatic_changes()
        if is_control(request):
            return Outcome(answer=self._answer_control(request))
        fault = next((each for each in matching if each.kind not in DELAYS), None)
        kind = fault.kind if fault else ""
        if fault is not None and kind in {"status", "drop", "garbage"}:
            if fault.processed:
                self._processed(request)
            answer = corrupted(fault, self.clock.now_ns())
        else:
            answer = self._processed(request)
        breaks = kind if kind in {"drop", "lost_answer", "cut"} else None
        return Outcome(answer=self._finished(request, answer), breaks=breaks)

    def _processed(self, request: Request) -> Answer:
        try:
            if request.method == "OPTIONS":
                return Answer(status=204, body=b"", headers=PREFLIGHT)
            found = self._router.find(request.method, request.segments())
            if found is None:
                raise unknown_endpoint(request.method, request.path)
            answer = found[0].handler(self._admitted(*found, request))
            if found[0].kind == "write":
                self.workers.wake()
        except AttioRefusal as refusal:
            return refused(refusal)
        return answer

    def _admitted(self, route: Route, params: dict[str, str], request: Request) -> Call:
        token = NOBODY if route.public else authenticate(self.tokens, request.headers)
        workspace = self.workspace if route.public else self.workspaces[token.workspace_id]
        own = None if route.per_second is None else (f"{route.method} {route.path}", route.per_second)
        self.limits.admit(workspace.id, route.kind, self.clock.now_ns(), own=own)
        authorise(token, route.scopes, hides_configuration=self.switches.configuration_scope == "404")
        if self.switches.meetings == "off" and route.path.startswith("/v2/meetings"):
            raise unknown_endpoint(request.method, request.path)
        if route.paid:
            self.switches.admit_paid(part="This endpoint")
        if route.workspace_level and token.level != "workspace":
            raise refuse("unauthorized", "This endpoint needs a workspace-level token.", status=403)
        return self._call(route, params, request, token, workspace)

    def _call(
        self, route: Route, params: dict[str, str], request: Request, token: Token, workspace: Workspace
    ) -> Call:
        return Call(
            server=self,
            workspace=workspace,
            token=token,
            actor=token.actor(),
            now=self.clock.tick(apart=self.switches.write_times == "apart")
            if route.kind == "write"
            else self.clock.now(),
            method=request.method,
            path=request.path,
            params=params,
            query=request.query,
            headers=request.headers,
            raw=request.body,
        )

    def _answer_control(self, request: Request) -> Answer:
        try:
            found = self._control.find(request.method, request.segments())
            if found is None:
                raise unknown_endpoint(request.method, request.path)
            return found[0].handler(self._call(*found, request, NOBODY, self.workspace))
        except AttioRefusal as refusal:
            return refused(refusal)
        except OverflowError:
            return refused(refuse("validation_type", "A number or moment is out of range."))

    def _finished(self, request: Request, answer: Answer) -> Answer:
        found = self._router.find(request.method, request.segments())
        kind = found[0].kind if found else "read"
        self.calls.add(request.method, request.path, answer.status, kind, at=self.clock.now())
        headers = {**CROSS_ORIGIN, "x-attio-execution-id": self._executions.next()}
        if not request.path.startswith("/v2/webhooks"):
            headers["x-accurate-at"] = stamp(self.clock.now_ns() // MICROSECOND * MICROSECOND)
        headers |= answer.headers
        return replace(answer, headers=headers)
