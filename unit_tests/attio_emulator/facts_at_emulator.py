"""Asks an emulator without sockets what was recorded of Attio."""

from typing import Any

from attio_emulator.calls.request import Request
from attio_emulator.emulator import Emulator
from attio_emulator.facts.answers import FactReply
from attio_emulator.facts.runner import FactRun
from attio_emulator.model.tokens import DEFAULT_TOKEN


def asking(emulator: Emulator) -> FactRun:
    """A run over an emulator, prepared; tokens of few scopes are made as they are needed."""

    def send(method: str, target: str, token: str | None, body: Any) -> FactReply:
        request = Request.of(method, target, token=token or "", body=body)
        if token is None:
            request = Request(method=method, path=request.path, query=request.query, body=request.body)
        answer = emulator.handle(request).answer
        return FactReply(status=answer.status, headers=dict(answer.headers), raw=answer.body)

    def token_with(scopes: str) -> str:
        name = f"only {scopes}"
        body: Any = {"token": name, "scopes": scopes.split()}
        emulator.handle(Request.of("POST", "/_emulator/tokens", body=body))
        return name

    made = FactRun(send=send, token=DEFAULT_TOKEN, run="0a1b2c3d", token_with=token_with)
    made.prepare()
    return made
