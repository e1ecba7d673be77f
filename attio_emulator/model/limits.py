"""Attio's rate limits: token buckets for reads, for writes, and for endpoints with their own.

Off until switched on. By default they follow the wall clock, because the client they slow down does; with
`by: clock` they follow the emulator's. docs.attio.com/rest-api/guides/rate-limiting
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from attio_emulator.contract.refusals import CODES, AttioRefusal
from attio_emulator.model.clock import BILLION, http_date

READS_PER_SECOND = 100.0
WRITES_PER_SECOND = 25.0
SCORE_WINDOW = 10 * BILLION


@dataclass(kw_only=True, slots=True)
class Bucket:
    """A token bucket that holds at most the calls of one second."""

    rate: float
    tokens: float
    at: int

    def take(self, now: int) -> bool:
        """Whether a call may pass; if so, it takes a token."""
        self.tokens = min(max(self.rate, 1.0), self.tokens + self.rate * max(0, now - self.at) / BILLION)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(kw_only=True)
class Limits:
    """The rate limits, with their buckets for each workspace."""

    enabled: bool = False
    reads_per_second: float = READS_PER_SECOND
    writes_per_second: float = WRITES_PER_SECOND
    query_score: float | None = None
    by: str = "wall"
    wall: Callable[[], int] = time.time_ns
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    spent: deque[tuple[int, str, int]] = field(default_factory=deque)

    def admit(
        self, workspace_id: str, kind: str, clock_ns: int, *, own: tuple[str, int] | None = None
    ) -> None:
        """Let a call pass, or refuse it with 429 and the second in which to come again.

        `kind` is `read` or `write`; `own` names an endpoint and the calls a second that it alone is allowed.
        """
        if not self.enabled:
            return
        now = clock_ns if self.by == "clock" else self.wall()
        rate = self.reads_per_second if kind == "read" else self.writes_per_second
        passes = self._bucket(workspace_id, kind, rate, now).take(now)
        if passes and own is not None:
            passes = self._bucket(workspace_id, *own, now).take(now)
        if not passes:
            raise too_many(now + 1)

    def spend(self, workspace_id: str, score: int, clock_ns: int) -> None:
        """Refuse a query with 429 when the scores of ten seconds exceed `query_score`. Off by default."""
        if not self.enabled or self.query_score is None:
            return
        now = clock_ns if self.by == "clock" else self.wall()
        while self.spent and self.spent[0][0] <= now - SCORE_WINDOW:
            self.spent.popleft()
        before = sum(each for _, owner, each in self.spent if owner == workspace_id)
        if before + score > self.query_score:
            raise too_many(self.spent[0][0] + SCORE_WINDOW if self.spent else now + SCORE_WINDOW)
        self.spent.append((now, workspace_id, score))

    def _bucket(self, workspace_id: str, name: str, rate: float, now: int) -> Bucket:
        key = (workspace_id, name)
        if key not in self.buckets or self.buckets[key].rate != rate:
            self.buckets[key] = Bucket(rate=rate, tokens=max(rate, 1.0), at=now)
        return self.buckets[key]


def too_many(until: int) -> AttioRefusal:
    """The 429 refusal, with `Retry-After` as an HTTP date, rounded up to the next second."""
    status, type_ = CODES["rate_limit_exceeded"]
    message = "Rate limit exceeded, please try again later"
    return AttioRefusal(
        status, type_, "rate_limit_exceeded", message, headers={"retry-after": http_date(until)}
    )
