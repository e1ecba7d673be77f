"""Decides which webhook deliveries exist, when each is due, and what an answer to one means.

Pure bookkeeping on nanoseconds handed in from outside: no thread, no socket, no clock. `workers` carries
the deliveries, `routes.webhooks` keeps the subscriptions, `subscriptions` knows which event goes where.
"""

import random
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from heapq import heappop, heappush
from typing import Any, Final

import orjson

from attio_emulator.hooks.subscriptions import wants
from attio_emulator.hooks.webhooks import Delivery, DeliveryOptions, Reply, Webhook, is_local, sign

SECOND: Final = 1_000_000_000
KEPT: Final = 10_000


@dataclass(kw_only=True, slots=True)
class TargetQueue:
    """The deliveries to one target URL, waiting and in flight; Attio limits the pace by target URL."""

    waiting: list[tuple[int, int]] = field(default_factory=list)
    starts: deque[int] = field(default_factory=deque)
    in_flight: int = 0

    def has_room(self, options: DeliveryOptions) -> bool:
        """Whether a delivery waits, and fewer than `in_flight` are on their way."""
        return bool(self.waiting) and self.in_flight < options.in_flight

    def free_at(self, options: DeliveryOptions) -> int:
        """The time in ns, on the wall clock, at which `per_second` allows the next start."""
        full = len(self.starts) >= options.per_second
        return self.starts[-options.per_second] + SECOND if full else 0


class Deliveries:
    """All webhooks of all workspaces, and their deliveries, made and still to make."""

    def __init__(self, options: DeliveryOptions | None = None) -> None:
        self._usual = options or DeliveryOptions()
        self.lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        """Forget all webhooks and deliveries, and go back to the usual options."""
        with self.lock:
            self.options = self._usual
            self.webhooks: dict[str, Webhook] = {}
            self._deliveries: dict[int, Delivery] = {}
            self._queues: dict[str, TargetQueue] = {}
            self._batches: dict[str, tuple[int, list[Mapping[str, Any]]]] = {}
            self._untried: set[int] = set()
            self._number = 0
            self._dice = random.Random(self.options.seed)  # noqa: S311 - repeatable trouble, no secret

    def configure(self, **changes: Any) -> DeliveryOptions:  # noqa: ANN401 - the fields of DeliveryOptions
        """Change some options; the random generator starts anew from the seed."""
        with self.lock:
            self.options = replace(self.options, **changes)
            self._dice = random.Random(self.options.seed)  # noqa: S311 - repeatable trouble, no secret
            return self.options

    # -- webhooks ------------------------------------------------------------------------------------------

    def status(self, webhook: Webhook, now: int) -> str:
        """A webhook's status: active, degraded, or inactive after `inactive_after_seconds` of it."""
        if webhook.given_up or (
            webhook.degraded_since is not None
            and now - webhook.degraded_since >= self._scaled(self.options.inactive_after_seconds)
        ):
            return "inactive"
        return "active" if webhook.degraded_since is None else "degraded"

    def put(self, webhook: Webhook) -> None:
        """Store a new or changed webhook."""
        with self.lock:
            self.webhooks[webhook.webhook_id] = webhook

    def remove(self, webhook: Webhook) -> None:
        """Remove a webhook; its waiting deliveries will be dropped."""
        with self.lock:
            del self.webhooks[webhook.webhook_id]

    def dump(self) -> list[dict[str, Any]]:
        """All webhooks as JSON, secrets included; deliveries are not part of a dump."""
        with self.lock:
            return [asdict(each) for each in self.webhooks.values()]

    def force_status(self, webhook: Webhook, status: str, now: int) -> None:
        """Set a webhook's status, which real failures would reach only after days."""
        with self.lock:
            webhook.given_up = status == "inactive"
            webhook.degraded_since = None if status == "active" else now

    # -- events --------------------------------------------------------------------------------------------

    def publish(self, workspace_id: str, event: Mapping[str, Any], now: int) -> None:
        """Plan a delivery to each webhook of the workspace that is not inactive and wants the event."""
        with self.lock:
            for webhook in self.webhooks.values():
                if webhook.workspace_id != workspace_id or self.status(webhook, now) == "inactive":
                    continue
                if wants(webhook.subscriptions, event):
                    self._collect(webhook, event, now)

    def seal(self) -> None:
        """Close every open batch of events now, whether it is full or not."""
        with self.lock:
            for webhook_id, (opened, events) in list(self._batches.items()):
                del self._batches[webhook_id]
                self._queue(webhook_id, events, opened)

    def _collect(self, webhook: Webhook, event: Mapping[str, Any], now: int) -> None:
        opened, events = self._batches.pop(webhook.webhook_id, (now, []))
        events.append(event)
        if len(events) < self.options.batch_size:
            self._batches[webhook.webhook_id] = (opened, events)
        else:
            self._queue(webhook.webhook_id, events, now)

    def _queue(self, webhook_id: str, events: list[Mapping[str, Any]], now: int) -> None:
        webhook = self.webhooks.get(webhook_id)
        if webhook is None:
            return
        body = orjson.dumps({"webhook_id": webhook_id, "events": events})
        first = self._owe(webhook, body, self._late(now), None)
        if self._dice.random() < self.options.duplicates:
            self._owe(webhook, body, self._late(now), first.idempotency_key)

    def _late(self, now: int) -> int:
        held_back = self._dice.random() < self.options.reordering
        return now + int(held_back * self.options.reordering_seconds * SECOND)

    def _owe(self, webhook: Webhook, body: bytes, due: int, repeated_key: str | None) -> Delivery:
        self._number += 1
        delivery = Delivery(
            number=self._number,
            webhook_id=webhook.webhook_id,
            target_url=webhook.target_url,
            idempotency_key=repeated_key or str(uuid.uuid5(uuid.UUID(webhook.webhook_id), str(self._number))),
            body=body,
            signature=sign(webhook.secret, body),
            due=due,
        )
        self._deliveries[delivery.number] = delivery
        self._untried.add(delivery.number)
        self._line_up(delivery)
        self._forget_oldest()
        return delivery

    def _line_up(self, delivery: Delivery) -> None:
        heappush(
            self._queues.setdefault(delivery.target_url, TargetQueue()).waiting,
            (delivery.due, delivery.number),
        )

    def _forget_oldest(self) -> None:
        if len(self._deliveries) > 2 * KEPT:
            finished = [d.number for d in self._deliveries.values() if d.state not in ("pending", "sending")]
            for number in finished[:KEPT]:
                del self._deliveries[number]

    # -- carrying ------------------------------------------------------------------------------------------

    def take(self, now: int, wall: int) -> list[Delivery]:
        """Hand out the deliveries that may start now; the caller reports each one's answer to `answered`.

        `now` is the emulator's time, which decides what is due. `wall` is real time, which paces the starts,
        so that real targets are spared.
        """
        with self.lock:
            self._seal_ripe(now)
            return [each for queue in self._queues.values() for each in self._take_from(queue, now, wall)]

    def next_due(self) -> int | None:
        """The next time, on the emulator's clock, at which a delivery is due; None when none waits."""
        with self.lock:
            moments = [queue.waiting[0][0] for queue in self._queues.values() if queue.has_room(self.options)]
            ripe = [opened + self._linger for opened, _ in self._batches.values()]
            return min([*moments, *ripe], default=None)

    def pause(self, now: int, wall: int, *, clock_runs: bool) -> int | None:
        """Nanoseconds until the next start; None while it needs an answer, an event, or a moved clock."""
        with self.lock:
            pauses = [
                max(queue.waiting[0][0] - now, queue.free_at(self.options) - wall, 0)
                for queue in self._queues.values()
                if queue.has_room(self.options) and (clock_runs or queue.waiting[0][0] <= now)
            ]
            if clock_runs:
                pauses += [max(opened + self._linger - now, 0) for opened, _ in self._batches.values()]
            return min(pauses, default=None)

    def answered(self, delivery: Delivery, answer: Reply, now: int) -> None:
        """Note a target's answer, and decide whether the delivery is done, tried again, or failed."""
        with self.lock:
            if self._deliveries.get(delivery.number) is not delivery:
                return  # all deliveries were cleared while this one was in flight
            self._queues[delivery.target_url].in_flight -= 1
            self._untried.discard(delivery.number)
            delivery.tries.append({"at": now, **asdict(answer)})
            webhook = self.webhooks.get(delivery.webhook_id)
            if answer.accepted:
                delivery.state = "delivered"
                if webhook is not None:
                    webhook.degraded_since = None
            elif webhook is None:
                delivery.state = "dropped"
            elif len(delivery.tries) <= self.options.retries:
                self._try_again(delivery, now)
            else:
                delivery.state = "failed"
                webhook.degraded_since = webhook.degraded_since or now

    def idle(self, now: int | None) -> bool:
        """Whether none is in flight and none is due by `now`; with None, whether all had their first try."""
        with self.lock:
            if any(queue.in_flight for queue in self._queues.values()):
                return False
            if now is None:
                return not self._untried
            due = self.next_due()
            return due is None or due > now

    def open(self) -> int:
        """The number of deliveries and batches that wait or are in flight, with later tries."""
        with self.lock:
            waiting = sum(len(queue.waiting) + queue.in_flight for queue in self._queues.values())
            return waiting + len(self._batches)

    def all(self) -> Iterator[Delivery]:
        """The deliveries that are kept, oldest first."""
        with self.lock:
            return iter(list(self._deliveries.values()))

    def _seal_ripe(self, now: int) -> None:
        for webhook_id, (opened, events) in list(self._batches.items()):
            if opened + self._linger <= now:
                del self._batches[webhook_id]
                self._queue(webhook_id, events, now)

    def _take_from(self, queue: TargetQueue, now: int, wall: int) -> Iterator[Delivery]:
        while (
            queue.has_room(self.options)
            and queue.waiting[0][0] <= now
            and queue.free_at(self.options) <= wall
        ):
            delivery = self._deliveries[heappop(queue.waiting)[1]]
            fate = self._fate(delivery, now)
            delivery.state = fate
            if fate != "sending":
                self._untried.discard(delivery.number)
            else:
                queue.in_flight += 1
                queue.starts.append(wall)
                while len(queue.starts) > self.options.per_second:
                    queue.starts.popleft()
                yield delivery

    def _fate(self, delivery: Delivery, now: int) -> str:
        webhook = self.webhooks.get(delivery.webhook_id)
        if webhook is None or self.status(webhook, now) == "inactive":
            return "dropped"
        return "sending" if self.options.outside or is_local(delivery.target_url) else "withheld"

    def _try_again(self, delivery: Delivery, now: int) -> None:
        pause = self.options.first_retry_seconds * 2 ** (len(delivery.tries) - 1)
        delivery.due = now + self._scaled(pause)
        delivery.state = "pending"
        self._line_up(delivery)

    def _scaled(self, seconds: float) -> int:
        return int(seconds * self.options.time_scale * SECOND)

    @property
    def _linger(self) -> int:
        return int(self.options.batch_seconds * SECOND)
