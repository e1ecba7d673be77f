"""An HTTP request as the emulator takes it, and the outcome of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from attio_emulator.calls.routing import Answer
from attio_emulator.contract.wire import Json, dumps
from attio_emulator.model.tokens import DEFAULT_TOKEN

LARGEST_BODY = 12 * 1024 * 1024
LARGEST_UPLOAD = 52 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request with its whole body."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, method: str, target: str, *, token: str = DEFAULT_TOKEN, body: Json = None) -> "Request":
        """Build a request from a target with a query string, a token, and a body to be sent as JSON."""
        path, _, query = target.partition("?")
        return cls(
            method=method,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
            body=b"" if body is None else dumps(body),
        )

    def segments(self) -> tuple[str, ...]:
        """The segments of the path, percent-decoded."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))


def is_control(request: Request) -> bool:
    """Whether a request goes to the control plane."""
    return request.path.startswith("/_emulator/")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An answer, and in `breaks` the fault that keeps it from being sent whole: drop, cut or lost_answer."""

    answer: Answer
    breaks: str | None = None
