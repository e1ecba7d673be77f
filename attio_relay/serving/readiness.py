"""`/healthz` and `/readyz`: whether the process runs, and whether it can take deliveries."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from starlette.routing import Route

from attio_relay.receiving.writer import QueueFullError, Writer
from attio_relay.store.database import StoreError
from attio_relay.store.sealing import SealError
from attio_relay.web import as_json, refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from attio_relay.store.secrets import SecretStore

# Seconds for which a proof counts, and that it may take.
PROVED_FOR = 1.0
PROOF = 5.0

logger = logging.getLogger(__name__)


class Readiness:
    """Proves, when somebody asks, that deliveries can be verified and stored."""

    def __init__(self, writer: Writer, secret_store: SecretStore) -> None:
        self._writer = writer
        self._secret_store = secret_store
        self._proved = float("-inf")
        self._proving = asyncio.Lock()
        # A thread of its own: orders that wait for a neighbour say nothing about readiness.
        self._opener = ThreadPoolExecutor(max_workers=1, thread_name_prefix="relay-proof")

    def routes(self) -> list[Route]:
        """The routes of these handlers."""
        return [Route("/healthz", self._healthy), Route("/readyz", self._ready)]

    async def _healthy(self, request: Request) -> Response:
        """Answer 200, which shows that the process runs."""
        del request
        return as_json(200, {"status": "ok"})

    async def _ready(self, request: Request) -> Response:
        """Answer 200 after a proof, or if the last one is at most PROVED_FOR seconds old; else 503."""
        del request
        try:
            # One proof at a time: requests without access must not fill the queue of deliveries.
            async with asyncio.timeout(PROOF), self._proving:
                if time.monotonic() > self._proved + PROVED_FOR:
                    await self._prove()
                    self._proved = time.monotonic()
        except (StoreError, QueueFullError, TimeoutError):
            return refusal(503, "The store cannot be written.", retry_after="5")
        except SealError as error:
            # The reason is for the log, since it may name a file.
            logger.error("Not ready: %s", error)  # noqa: TRY400 (a missing key needs no stack)
            return refusal(503, "The secrets cannot be opened; the log says why.", retry_after="5")
        return as_json(200, {"status": "ready", "waiting": self._writer.depth})

    async def _prove(self) -> None:
        """Let the thread that stores deliveries make a test write, and open every secret."""
        await self._writer.prove()
        await asyncio.get_running_loop().run_in_executor(self._opener, self._secret_store.check)
