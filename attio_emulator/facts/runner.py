"""Asks one workspace the recorded facts, one after the other, and deletes what each has made.

    asking = Asking(send=send, token=token, run="0a1b2c3d")
    asking.prepare()
    findings = [asking.ask(fact) for fact in facts()]
    run.clean_up()

`send` makes one call and knows nothing of facts, so the same file asks the emulator without sockets and a
real workspace over HTTPS.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attio_emulator.facts.answers import AbsentError, FactReply, failing
from attio_emulator.facts.placeholders import UnfilledError, filled

Send: TypeAlias = Callable[[str, str, str | None, Any], FactReply]
TokenWith: TypeAlias = Callable[[str], str | None]
Verdict: TypeAlias = Literal["agrees", "differs", "could not be asked"]
RECORDED: Mapping[str, Any] = json.loads(Path(__file__).with_name("recorded.json").read_bytes())
UNKNOWN_TOKEN = "0123456789abcdef" * 4
MALFORMED_TOKEN = "not-a-real-token-000"  # noqa: S105 - opens nothing


def facts() -> list[dict[str, Any]]:
    """All recorded facts; those without steps cannot be expressed as calls."""
    return list(RECORDED["facts"])


class CannotAskError(Exception):
    """The workspace or the token lacks what a fact needs, or the workspace did not answer."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The outcome of one fact."""

    fact: str
    verdict: Verdict
    why: str = ""
    status: int | None = None
    answer: str = ""


@dataclass(kw_only=True)
class FactRun:
    """One run over one workspace; `token_with` gives a token of a few scopes, or None where there is none."""

    send: Send
    token: str
    run: str
    token_with: TokenWith = lambda _scopes: None
    known: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    """What could not be deleted again, and why."""

    def prepare(self) -> None:
        """Make the list, the attributes and the two records that facts rely on; raises CannotAskError."""
        self.known["run"] = self.run
        for step in RECORDED["setup"]:
            problems, reply = self._step(step, self.known)
            if problems:
                why = f"{step['method']} {step['path']} was answered {reply.status}"
                raise CannotAskError(why, reply.status)

    def clean_up(self) -> None:
        """Delete the two records."""
        self._clean(RECORDED["teardown"], self.known)

    def ask(self, fact: Mapping[str, Any]) -> Finding:
        """Ask one fact: it holds when every step does."""
        known = dict(self.known)
        try:
            return self._asked(fact, known)
        except UnfilledError as error:
            why = f"{{{{{error}}}}} has no value in this workspace"
        except CannotAskError as error:
            why = str(error)
        finally:
            self._clean(fact.get("cleanup", []), known)
        return Finding(fact=fact["id"], verdict="could not be asked", why=why)

    def _asked(self, fact: Mapping[str, Any], known: dict[str, str]) -> Finding:
        if not fact.get("steps"):
            raise CannotAskError("not expressible as calls")
        for number, step in enumerate(fact["steps"], 1):
            problems, reply = self._step(step, known)
            if problems:
                why = f"step {number}: {'; '.join(problems)}"
                shown = reply.raw[:1000].decode(errors="replace") if reply.status >= 400 else ""  # noqa: PLR2004 - records are not shown
                return Finding(fact=fact["id"], verdict="differs", why=why, status=reply.status, answer=shown)
        return Finding(fact=fact["id"], verdict="agrees")

    def _step(self, step: Mapping[str, Any], known: dict[str, str]) -> tuple[list[str], FactReply]:
        path, body = filled(step["path"], known), filled(step.get("body"), known)
        reply = self.send(step["method"], path, self._token(step.get("auth")), body)
        for name, place in step.get("save", {}).items():
            try:
                known[name] = str(reply.at(place))
            except AbsentError:
                known.pop(name, None)
        return problems_of(reply, step, known), reply

    def _token(self, auth: str | None) -> str | None:
        if auth is None or auth == "none":
            return None if auth else self.token
        if not auth.startswith("scopes:"):
            return {"malformed": MALFORMED_TOKEN, "unknown": UNKNOWN_TOKEN}[auth]
        scopes = auth.removeprefix("scopes:")
        token = self.token_with(scopes)
        if token is None:
            raise CannotAskError(f"needs a token with only these scopes: {scopes}")
        return token

    def _clean(self, steps: list[dict[str, Any]], known: Mapping[str, str]) -> None:
        """Delete the things that a fact made; a step without an id, since nothing was made, is skipped."""
        for step in steps:
            try:
                path = filled(step["path"], known)
            except UnfilledError:
                continue
            try:
                status = self.send(step["method"], path, self.token, filled(step.get("body"), known)).status
            except CannotAskError as error:
                self.left.append(f"{step['method']} {path}: {error}")
            else:
                if status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.NOT_FOUND:
                    self.left.append(f"{step['method']} {path} was answered {status}")


def problems_of(reply: FactReply, step: Mapping[str, Any], known: Mapping[str, str]) -> list[str]:
    """The differences between an answer and what the step recorded, each as a sentence."""
    expected = step["status"] if isinstance(step["status"], list) else [step["status"]]
    if reply.status not in expected:
        return [f"status {reply.status}, expected {' or '.join(map(str, expected))}"]
    problems: list[str] = []
    refusal = reply.refusal()
    if "code" in step and refusal.get("code") != step["code"]:
        problems.append(f"code {refusal.get('code')!r}, expected {step['code']!r}")
    if "message" in step and filled(step["message"], known) not in str(refusal.get("message", "")):
        problems.append(f"the message lacks {filled(step['message'], known)!r}")
    for row in step.get("expect", []):
        problems += failing(reply, filled(row, known))
    return problems
