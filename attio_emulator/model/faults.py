"""Fault rules that tests set: which calls fail, and how. Rules apply in the order in which they were set.

A rule: `{"method": "POST"|"*", "path": glob, "kind": …, "count": n|null, "skip": n, "every": n, …}`.
Kinds: `status` (answers it without processing; `status`, `code`, `retry_after_seconds`, `json` for a 5xx
whose body is JSON, and `processed` for an answer of a gateway to a call that was processed), `latency`
(`latency_ms`, `jitter_ms`), `hold` (processed once the rules are forgotten), `cut` (half of the body),
`garbage` (200, not JSON), `drop` (closes the connection, nothing processed), `lost_answer` (processed, then
the connection is closed).
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus

from attio_emulator.contract.refusals import CODES, AttioRefusal
from attio_emulator.contract.shapes import boolean, conform, integer, nullable, number, one_of, shape, text
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.clock import BILLION, http_date

DELAYS = ("latency", "hold")
"""The kinds after which a call is processed as usual."""
KINDS = ("status", *DELAYS, "cut", "garbage", "drop", "lost_answer")
LONGEST = 10_000_000
RULE = shape(
    {"kind": one_of(*KINDS)},
    {
        "method": text(1),
        "path": text(1),
        "count": nullable(integer(1)),
        "skip": integer(0),
        "every": integer(1),
        "status": integer(400, 599),
        "code": text(1),
        "retry_after_seconds": nullable(number(0, LONGEST)),
        "latency_ms": number(0, LONGEST),
        "jitter_ms": number(0, LONGEST),
        "json": boolean(),
        "processed": boolean(),
    },
    closed=True,
)
STATUS_CODES: Mapping[int, str] = {
    400: "validation_type",
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    409: "concurrent_write_conflict",
    413: "validation_type",
    429: "rate_limit_exceeded",
}
"""The code of a refusal that was ordered without one, by its status. The type is that of this code."""


@dataclass(kw_only=True)
class Fault:
    """One rule, with the number of calls that matched it (`seen`) and that it hit (`done`)."""

    kind: str
    method: str = "*"
    path: str = "*"
    count: int | None = None
    skip: int = 0
    every: int = 1
    status: int = 500
    code: str | None = None
    retry_after_seconds: float | None = None
    latency_ms: float = 0
    jitter_ms: float = 0
    json: bool = False
    processed: bool = False
    seen: int = field(default=0)
    done: int = field(default=0)

    def applies(self, method: str, path: str) -> bool:
        """Whether the rule hits a call; counts the call."""
        if self.method not in {"*", method} or not fnmatchcase(path, self.path):
            return False
        if self.count is not None and self.done >= self.count:
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.seen - self.skip - 1) % self.every:
            return False
        self.done += 1
        return True

    @property
    def plain(self) -> str | None:
        """The text body of a 5xx: its reason phrase, as recorded; None where the body is JSON."""
        server_error = self.status >= 500  # noqa: PLR2004 - HTTP's own border
        return None if self.json or self.code or not server_error else HTTPStatus(self.status).phrase

    def refusal(self, now: int) -> AttioRefusal:
        """The answer of a `status` fault."""
        code = STATUS_CODES.get(self.status, "internal_error")
        _, type_ = CODES[code]
        headers = {}
        seconds = self.retry_after_seconds
        if seconds is None and self.status == 429:  # noqa: PLR2004 - Attio never sends 429 without the header
            seconds = 1
        if seconds is not None:
            headers["retry-after"] = http_date(now + round(seconds * BILLION))
        message = "This failure was ordered."
        return AttioRefusal(self.status, type_, self.code or code, message, headers=headers)


class Faults:
    """All rules."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._held: list[Callable[[], None]] = []
        self._dice = random.Random(0)  # noqa: S311 - repeatable jitter, no secret

    def order(self, raw: JsonObject) -> None:
        """Add a rule."""
        self.rules.append(Fault(**conform(raw, RULE)))

    def clear(self) -> None:
        """Forget all rules, and let go the calls that are held."""
        self.rules.clear()
        self._dice.seed(0)
        for let_go in self._held:
            let_go()

    @property
    def held(self) -> int:
        """The number of calls that are held now."""
        return len(self._held)

    @contextmanager
    def holding(self, let_go: Callable[[], None]) -> Iterator[None]:
        """Count a call as held inside the block; `let_go` is called when the rules are forgotten."""
        self._held.append(let_go)
        try:
            yield
        finally:
            self._held.remove(let_go)

    def take(self, method: str, path: str) -> list[Fault]:
        """The rules that hit a call: all that delay it, and the first of the others."""
        matching: list[Fault] = []
        for rule in self.rules:
            if rule.kind not in DELAYS and any(each.kind not in DELAYS for each in matching):
                continue
            if rule.applies(method, path):
                matching.append(rule)
        return matching

    def delay(self, matching: list[Fault]) -> float:
        """Seconds to wait before a call is processed."""
        slow = [rule for rule in matching if rule.kind == "latency"]
        return sum(rule.latency_ms + self._dice.uniform(0, rule.jitter_ms) for rule in slow) / 1000
