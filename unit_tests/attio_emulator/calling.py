"""Short ways to call an emulator without sockets, for its unit tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attio_emulator.calls.request import Request
from attio_emulator.contract.wire import loads

if TYPE_CHECKING:
    from attio_emulator.emulator import Emulator

NOWHERE = "00000000-0000-4000-8000-000000000000"
"""An id that nothing has."""


class Api:
    """Calls an emulator directly; a refusal is an error unless it is asked for."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def raw(self, method: str, target: str, body: Any = None, **more: Any) -> Any:
        return self.emulator.handle(Request.of(method, target, body=body, **more)).answer

    def __call__(self, method: str, target: str, body: Any = None, **more: Any) -> Any:
        answer = self.raw(method, target, body, **more)
        assert answer.status < 300, answer.body
        return loads(answer.body)

    def refusal(self, method: str, target: str, body: Any = None, **more: Any) -> tuple[int, str]:
        answer = self.raw(method, target, body, **more)
        assert answer.status >= 400, answer.body
        shown: Any = loads(answer.body)
        return answer.status, shown["code"]

    def parsed(self, answer: Any) -> Any:
        return loads(answer.body)

    def record(self, object_slug: str, values: dict[str, Any]) -> str:
        made = self("POST", f"/v2/objects/{object_slug}/records", {"data": {"values": values}})
        return str(made["data"]["id"]["record_id"])

    @property
    def member(self) -> Any:
        return next(iter(self.emulator.workspace.members.values()))

    def events(self, prefix: str) -> list[str]:
        told: list[Any] = [each["event"] for each in self.emulator.workspace.events]
        return [each["event_type"] for each in told if each["event_type"].startswith(prefix)]

    def last_event(self) -> Any:
        return self.emulator.workspace.events[-1]["event"]
