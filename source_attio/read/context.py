"""Makes what all streams of one sync share: the client, the threads, the pace, the clock, the settings."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TypeVar

import requests

from attio_api.client import AttioClient
from attio_api.listings import twice
from attio_api.pace import Governor
from attio_api.server_clock import ServerClock
from attio_api.transport import pooled_session
from source_attio import refusals
from source_attio.config import Config
from source_attio.read.decode_queue import DecodeQueue
from source_attio.read.download_gate import DownloadGate
from source_attio.read.prefetch import Prefetch
from source_attio.read.waiting import RateLimitWaits

PAGES_AT_ONCE = 20
_A_DAY = 86_400.0
"""Seconds by which the clock of the machine may be slow."""
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Sizes of pages, checkpoints and prefetch; tests make them small."""

    records_a_page: int = 500
    tasks_a_page: int = 1000
    notes_a_page: int = 50
    meetings_a_page: int = 200
    rows_a_checkpoint: int = 10_000
    bytes_a_checkpoint: int = 5 << 20
    bytes_ahead: int = 24 << 20
    """Most bytes of rows that may wait for the rows before them; it bounds memory."""
    seconds_a_checkpoint: float = 600.0
    """Most seconds between two states of a stream: a platform gives up a source that sends none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The objects that all streams of one sync share."""

    config: Config
    client: AttioClient
    pool: Executor
    clock: ServerClock
    waits: RateLimitWaits
    prefetch: Prefetch
    download_gate: DownloadGate
    limits: Limits
    wall: Callable[[], float]
    decoding: DecodeQueue = field(default_factory=DecodeQueue)
    """Decodes one page at a time: two at once would compete for the interpreter and for memory."""

    def ask(self, job: Callable[[], Result]) -> Future[Result]:
        """Run a job in the thread pool."""
        return self.pool.submit(job)

    def ask_twice(self, job: Callable[[], Result]) -> Future[Result]:
        """Run a job in the thread pool, once more if it finds nothing."""
        return self.ask(partial(twice, job))

    def read(self, body: bytes, reader: Callable[[bytes], Result]) -> Result:
        """Decode one answer, and note its size for the limits on prefetch and downloads."""
        self.prefetch.weigh(len(body))
        self.download_gate.weigh(len(body))
        return self.decoding.decode(partial(reader, body))


@cache
def governor_of_process(requests_per_second: float | None) -> Governor:
    """Return the governor that paces all of this process's requests to Attio."""
    return Governor(requests_per_second=requests_per_second)


def connect(  # noqa: PLR0913 (each is a seam that a test replaces)
    config: Config,
    *,
    limits: Limits | None = None,
    governor: Governor | None = None,
    wall: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    session: requests.Session | None = None,
    pool: Executor | None = None,
    max_tries: int = 8,
) -> Context:
    """Prepare a sync; nothing is sent yet. Raises Misconfigured for a `start_date` that is still to come."""
    tomorrow = ServerClock(lambda: wall() + _A_DAY).now()
    if config.start_date and config.start_date > tomorrow:
        raise refusals.FUTURE_START(start=config.start_date)
    limits = limits or Limits()
    clock, download_gate, waits = ServerClock(wall), DownloadGate(), RateLimitWaits()
    client = AttioClient(
        config.credentials.access_token.get_secret_value(),
        api_url=config.api_url,
        governor=governor or Governor(requests_per_second=config.requests_per_second, sleep=sleep),
        session=waits.listen_to(clock.listen_to(session or pooled_session())),
        sleep=sleep,
        max_tries=max_tries,
        receiving=download_gate,
    )
    return Context(
        config=config,
        client=client,
        pool=pool or ThreadPoolExecutor(PAGES_AT_ONCE, "attio"),
        clock=clock,
        waits=waits,
        prefetch=Prefetch(PAGES_AT_ONCE, limits.bytes_ahead),
        download_gate=download_gate,
        limits=limits,
        wall=wall,
    )
