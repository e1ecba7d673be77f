"""Connects the relay's parts: store, signatures, writer, scheduler, maintenance and HTTP routes.

Every part gets its dependencies here; nothing is global.
"""

from __future__ import annotations

import logging
import secrets
import socket
import time
from functools import partial
from typing import TYPE_CHECKING

from starlette.routing import Route

from attio_relay.alerting import alerts, outage
from attio_relay.alerting.observer import Observer
from attio_relay.alerting.sending import Sender
from attio_relay.api_target import ApiTarget
from attio_relay.metrics import Metrics
from attio_relay.receiving.hooks import Hooks
from attio_relay.receiving.receive import Receiver
from attio_relay.receiving.signatures import SignatureVerifier
from attio_relay.receiving.writer import Writer
from attio_relay.scheduling.loop import SchedulerLoop
from attio_relay.scheduling.maintenance import Maintenance, MaintenanceTask
from attio_relay.scheduling.pruning import Pruning
from attio_relay.scheduling.scheduler import Scheduler, Surroundings
from attio_relay.serving import page
from attio_relay.serving.access import Access
from attio_relay.serving.actions import Actions
from attio_relay.serving.admin import SAFE, Admin
from attio_relay.serving.feed_api import FeedApi
from attio_relay.serving.oauth import SignIns
from attio_relay.serving.readiness import Readiness
from attio_relay.serving.throttle import Throttle
from attio_relay.settings import AirbyteTarget, CommandTarget, ConnectionConfig, RelayConfig, StorageConfig
from attio_relay.store.database import StoreError
from attio_relay.subscribing.clients import client_of_server
from attio_relay.subscribing.hand_made import HandMadeWatcher
from attio_relay.subscribing.watcher import Watcher
from attio_relay.targets.airbyte import AirbyteJobs
from attio_relay.targets.command import CommandRuns
from attio_relay.targets.signed_http import SignedCalls
from attio_relay.targets.templated_http import ApiJobs
from attio_relay.web import BodyLimits, RefusalPage, application

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.client import AttioClient
    from attio_relay.store.store import Store
    from attio_relay.targets.target import Target


def build_target(
    connection: ConnectionConfig, storage: StorageConfig, environment: Mapping[str, str]
) -> Target:
    """The target that a connection's configuration describes."""
    target = connection.target
    if isinstance(target, CommandTarget):
        # The monotonic clock measures a command's running time, even if the clock is corrected meanwhile.
        return CommandRuns(target, storage.path.parent / "runs", environment, time.monotonic)
    if isinstance(target, AirbyteTarget):
        return AirbyteJobs(target, time.time)
    if isinstance(target, ApiTarget):
        return ApiJobs(target)
    return SignedCalls(target, time.time)


PRUNE_EVERY = 3600.0
ALIVE_EVERY = 30.0
REFUSAL_PAGE = RefusalPage(shown=page.refused, headers=SAFE)


logger = logging.getLogger(__name__)


class Relay:
    """A relay with all its parts, ready to start."""

    def __init__(self, config: RelayConfig, store: Store, environment: Mapping[str, str]) -> None:
        self.config = config
        self.store = store
        self.metrics = Metrics()
        around = surroundings()
        targets = {
            name: build_target(connection, config.storage, environment)
            for name, connection in config.connections.items()
        }
        self.scheduler_loop = SchedulerLoop(
            Scheduler(store.schedule_store, config.connections, targets, around)
        )
        self.maintenance = Maintenance(store.schedule_store, owner=around.owner)
        self.maintenance.add(*self._maintenance_tasks())
        self.writer = Writer(
            store.delivery_store.accept,
            prove=store.delivery_store.prove,
            capacity=config.server.queue,
            stored=self._stored,
        )
        limits = BodyLimits(size=config.server.body_limit, seconds=config.server.body_deadline)
        others = application(self._routes(), limits, unavailable=StoreError, refusal_page=REFUSAL_PAGE)
        self.router = Hooks(self._receiver(), limits, others)

    def start(self) -> None:
        """Start the database's own work, the writer, the schedule and the maintenance tasks."""
        if not self.config.storage.shared:
            # No other relay uses this store, so every lease in it belongs to a relay that has ended.
            self.store.schedule_store.release_all()
        self.store.database.start()
        self.writer.start()
        self.scheduler_loop.start()
        self.maintenance.start()

    def close(self) -> None:
        """Store the waiting deliveries, let running steps end, and close the store."""
        self.writer.close()
        self.scheduler_loop.close()
        self.maintenance.close()
        self.store.database.close()

    def _stored(self) -> None:
        self.metrics.count("commits")
        self.scheduler_loop.wake()

    def _client_for(self, route: str) -> AttioClient:
        return client_of_server(self.config, self.store.secret_store, route)

    def _maintenance_tasks(self) -> list[MaintenanceTask]:
        store, config = self.store, self.config
        watcher = Watcher(store.secret_store, store.gaps, config.connections, self._client_for, time.time)
        by_hand = HandMadeWatcher(config, store, self._client_for, time.time)
        pruning = Pruning(
            store,
            config.retention,
            config.storage.path.parent / "runs",
            clock=time.time,
            stopwatch=time.monotonic,
            stopped=self.maintenance.stopped,
        )
        return [
            MaintenanceTask(name="alive", every=ALIVE_EVERY, work=partial(self._note_alive, watcher)),
            MaintenanceTask(name="watch", every=config.attio.watch_every, work=watcher.look),
            MaintenanceTask(name="watch-hand-made", every=config.attio.watch_every, work=by_hand.look),
            MaintenanceTask(name="prune", every=PRUNE_EVERY, work=pruning.work),
            *self._alert_tasks(),
        ]

    def _alert_tasks(self) -> list[MaintenanceTask]:
        store, config = self.store, self.config
        look = Observer(config, store, clock=time.time, steady=time.monotonic)
        alerting = alerts.Alerting(config.alerts, store.alerts, look, Sender(config.alerts))
        down = outage.StoreOutage(
            store.delivery_store.prove,
            Sender(config.alerts),
            outage.Clocks(time=time.time, steady=time.monotonic),
            relay=socket.gethostname(),
        )
        return [
            MaintenanceTask(name="alerts", every=alerts.EVERY, work=alerting.round),
            MaintenanceTask(name="store", every=outage.EVERY, work=down.round, alone=True),
        ]

    def _note_alive(self, watcher: Watcher) -> None:
        """Note that a relay runs; mark gaps when events may have been lost.

        Attio repeats a message for about three days only, so after a long time without a relay it may have
        dropped some. A database that took over may lack what was acknowledged last.
        """
        # In the order in which deliveries lock the feeds of routes, so that neither waits for the other.
        routes = sorted(self.config.routes)
        reason = self.store.gaps.alive(
            time.time(),
            lambda reason: [watcher.gap_mark(route, reason) for route in routes],
            longest=self.config.attio.downtime,
        )
        if reason is not None:
            logger.warning("Events may be missing (%s); readers are asked to scan.", reason.value)

    def _receiver(self) -> Receiver:
        config, store = self.config, self.store
        verifier = SignatureVerifier(
            config.routes, store.secret_store, store.alerts.note_refused, time.time, time.monotonic
        )
        return Receiver(config.connections, verifier, self.writer, self.metrics, time.time, time.perf_counter)

    def _routes(self) -> list[Route]:
        config, store = self.config, self.store
        feed = FeedApi(config.routes, store.feed, store.secret_store, self.metrics)
        actions = Actions(config, store, self._client_for, time.time)
        access = Access(config.server, store.sessions, Throttle(time.monotonic), self.metrics)
        admin = Admin(config, store, access, actions, self.metrics, time.time)
        return [
            Route("/feeds/{route}/changes", feed.answer),
            *Readiness(self.writer, store.secret_store).routes(),
            *admin.routes(),
            *SignIns(config, store.secret_store, access.may, time.time).routes(),
        ]


def surroundings() -> Surroundings:
    """The real clock, system randomness, and an owner name that no other replica has."""
    return Surroundings(
        owner=f"{socket.gethostname()}-{secrets.token_hex(4)}",
        clock=time.time,
        chance=secrets.SystemRandom().random,
        new_run_id=lambda: f"{int(time.time()):x}-{secrets.token_hex(6)}",
    )
