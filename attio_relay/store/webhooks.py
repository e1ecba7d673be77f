"""Stores the webhooks that the relay made at Attio, with their sealed signing secrets.

The intent is stored before a webhook is made, and a webhook that is to be deleted stays stored until Attio
has deleted it. A webhook missing from the store would occupy its address and send messages that the relay
cannot verify.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from attio_relay.store.addresses import Addresses
from attio_relay.store.changes import head_of
from attio_relay.store.gaps import GapMark, mark

if TYPE_CHECKING:
    from attio_relay.store.database import Database, Row, Transaction, Value
    from attio_relay.store.sealing import Sealer

WEBHOOK = (
    "webhook_id, route, workspace_id, sealed_secret, target_url, subscriptions, status, created_at,"
    " checked_at, not_after"
)


INSERT_WEBHOOK = """
INSERT INTO webhooks (
    webhook_id, route, workspace_id, sealed_secret, target_url, subscriptions, status, created_at, checked_at
) VALUES (
    :webhook_id, :route, :workspace_id, :sealed, :target_url, :subscriptions, :status, :created_at,
    :checked_at
)
"""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A webhook at Attio that posts to a route; times are seconds since 1970."""

    webhook_id: str
    route: str
    workspace_id: str
    secret: str = field(repr=False)
    target_url: str
    subscriptions: str
    """The subscriptions as JSON, to request them again should the webhook be lost."""
    status: str
    created_at: float
    checked_at: float
    not_after: float | None
    """Until when its messages are accepted, once another webhook replaced it; None while current."""


@dataclass(frozen=True, kw_only=True)
class WebhookFacts:
    """The facts about a webhook that a status page may show: no secret and no address."""

    webhook_id: str
    route: str
    status: str
    checked_at: float
    not_after: float | None
    hand_made: bool = False
    """Whether a person made it at Attio; the relay only checks its status."""

    @property
    def delivers_for_us(self) -> bool:
        """Whether the relay made it, and no other webhook has replaced it."""
        return not self.hand_made and self.not_after is None


class Webhooks:
    """Stores the relay's own webhooks and the intents to make one."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._addresses = Addresses(sealer)

    def intend(self, route: str, target_url: str, *, now: float) -> None:
        """Store that a webhook with this address is about to be made."""
        self.forget_intent(target_url)
        kept = self._addresses.sealed(route, target_url)
        with self._database.transaction() as transaction:
            transaction.run(
                "INSERT INTO webhook_intents (target_url, route, at) VALUES (:target_url, :route, :now)",
                {"target_url": kept, "route": route, "now": now},
            )

    def intents(self, route: str) -> list[str]:
        """The addresses of webhooks that were about to be made and of which no result was stored."""
        with self._database.reading() as transaction:
            sql = "SELECT target_url FROM webhook_intents WHERE route = :route ORDER BY at"
            rows = transaction.rows(sql, {"route": route})
        return [self._addresses.opened(route, row["target_url"]) for row in rows]

    def forget_intent(self, target_url: str) -> None:
        """Delete the intent: Attio has no webhook with this address, or the webhook is stored."""
        with self._database.transaction() as transaction:
            self._forget_intent(transaction, target_url)

    def _forget_intent(self, transaction: Transaction, target_url: str) -> None:
        for row in transaction.rows("SELECT target_url, route FROM webhook_intents"):
            if self._addresses.opened(row["route"], row["target_url"]) == target_url:
                sql = "DELETE FROM webhook_intents WHERE target_url = :target_url"
                transaction.run(sql, {"target_url": row["target_url"]})

    def keep_webhook(
        self, webhook: Webhook, *, replaces_until: float | None = None, gap_mark: GapMark | None = None
    ) -> None:
        """Store a webhook; with `replaces_until`, messages of the route's older ones are accepted until then.

        The same commit marks the gap that the new webhook ends, and marks the older webhooks for deletion at
        Attio.
        """
        sealed = self._sealer.seal("webhook", webhook.webhook_id, webhook.secret)
        with self._database.transaction() as transaction:
            if replaces_until is not None:
                transaction.run(
                    "UPDATE webhooks SET not_after = :until, leftover = 1"
                    " WHERE route = :route AND not_after IS NULL",
                    {"until": replaces_until, "route": webhook.route},
                )
            kept = {"sealed": sealed, "target_url": self._addresses.sealed(webhook.route, webhook.target_url)}
            transaction.run(INSERT_WEBHOOK, _open_members(webhook) | kept)
            self._forget_intent(transaction, webhook.target_url)
            if gap_mark is not None:
                mark(transaction, gap_mark)

    def webhooks(self, route: str) -> list[Webhook]:
        """A route's webhooks with their secrets, newest first; raises SealError when one cannot be opened."""
        with self._database.reading() as transaction:
            rows = transaction.rows(
                f"SELECT {WEBHOOK} FROM webhooks WHERE route = :route ORDER BY created_at DESC",  # noqa: S608 (all ours)
                {"route": route},
            )
        return [self._webhook(row) for row in rows]

    def webhook_facts(self) -> list[WebhookFacts]:
        """The facts about every webhook; a hand-made one is included where the relay has no current one."""
        with self._database.reading() as transaction:
            made = transaction.rows(
                "SELECT webhook_id, route, status, checked_at, not_after FROM webhooks"
                " ORDER BY route, created_at DESC"
            )
            looked_at = transaction.rows(
                "SELECT webhook_id, route, status, checked_at FROM hand_made_webhooks ORDER BY route"
            )
        facts = [WebhookFacts(**row) for row in made]
        own = {each.route for each in facts if each.delivers_for_us}
        by_hand = [row for row in looked_at if row["route"] not in own]
        return [*facts, *(WebhookFacts(**row, not_after=None, hand_made=True) for row in by_hand)]

    def had_events(self, route: str) -> bool:
        """Whether the route's feed has any event or gap marker, of whatever webhook."""
        with self._database.reading() as transaction:
            return head_of(transaction, route) > 0

    def note_subscriptions(self, webhook: Webhook, *, target_url: str, subscriptions: str) -> None:
        """Store the address and subscriptions that a webhook was changed to."""
        kept = self._addresses.sealed(webhook.route, target_url)
        with self._database.transaction() as transaction:
            transaction.run(
                "UPDATE webhooks SET target_url = :target_url, subscriptions = :subscriptions"
                " WHERE webhook_id = :webhook_id",
                {"target_url": kept, "subscriptions": subscriptions, "webhook_id": webhook.webhook_id},
            )

    def note_status(
        self, webhook_id: str, *, status: str, now: float, gap_mark: GapMark | None = None
    ) -> None:
        """Store the status that Attio reports; when it differs from the stored one, mark the gap."""
        facts: dict[str, Value] = {"status": status, "now": now, "webhook_id": webhook_id}
        with self._database.transaction() as transaction:
            changed = transaction.run(
                "UPDATE webhooks SET status = :status WHERE webhook_id = :webhook_id AND status <> :status",
                facts,
            )
            transaction.run("UPDATE webhooks SET checked_at = :now WHERE webhook_id = :webhook_id", facts)
            if changed and gap_mark is not None:
                mark(transaction, gap_mark)

    def forget_retired(self, *, now: float) -> int:
        """Delete replaced webhooks that Attio has deleted and whose messages are no longer accepted."""
        with self._database.transaction() as transaction:
            return transaction.run(
                "DELETE FROM webhooks WHERE not_after < :now AND leftover = 0", {"now": now}
            )

    def retire(self, route: str, *, now: float) -> list[str]:
        """Accept no messages of a route's webhooks from now on; returns those that Attio may still have."""
        with self._database.transaction() as transaction:
            transaction.run(
                "UPDATE webhooks SET leftover = CASE WHEN not_after IS NULL THEN 1 ELSE leftover END,"
                " not_after = CASE WHEN not_after < :now THEN not_after ELSE :now END WHERE route = :route",
                {"route": route, "now": now},
            )
        return self.leftovers(route)

    def leftovers(self, route: str) -> list[str]:
        """The ids of a route's replaced webhooks that Attio may still have, oldest first."""
        with self._database.reading() as transaction:
            sql = "SELECT webhook_id FROM webhooks WHERE route = :route AND leftover = 1 ORDER BY created_at"
            return [row["webhook_id"] for row in transaction.rows(sql, {"route": route})]

    def note_gone(self, webhook_id: str) -> None:
        """Store that Attio no longer has this webhook."""
        with self._database.transaction() as transaction:
            sql = "UPDATE webhooks SET leftover = 0 WHERE webhook_id = :webhook_id"
            transaction.run(sql, {"webhook_id": webhook_id})

    def _webhook(self, row: Row) -> Webhook:
        facts = dict(row)
        secret = self._sealer.open("webhook", row["webhook_id"], facts.pop("sealed_secret"))
        facts["target_url"] = self._addresses.opened(row["route"], row["target_url"])
        return Webhook(secret=secret, **facts)


def _open_members(webhook: Webhook) -> dict[str, Value]:
    return {name: value for name, value in asdict(webhook).items() if name != "secret"}
