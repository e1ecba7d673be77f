"""Keeps what came from Attio and is secret: webhooks with their signing secrets, installs with their tokens.

Secrets are sealed before they touch the store; making and watching webhooks is `subscription`'s and
`watcher`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attio_relay.store.database import Database, Row
    from attio_relay.store.sealing import Sealer

WEBHOOK = (
    "webhook_id, route, workspace_id, sealed_secret, target_url, subscriptions, status, created_at,"
    " checked_at, not_after"
)
SEALED = (("webhooks", "webhook_id", "sealed_secret"), ("installs", "route", "sealed_token"))


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A webhook at Attio that posts to one of our routes."""

    webhook_id: str
    route: str
    workspace_id: str
    secret: str = field(repr=False)
    target_url: str
    subscriptions: str
    """What was asked for, as JSON, to ask for it again should the webhook be lost."""
    status: str
    created_at: float
    checked_at: float
    not_after: float | None
    """Until when its messages are believed, once another webhook took its place."""


@dataclass(frozen=True, kw_only=True)
class WebhookFacts:
    """What a status page may show of a webhook."""

    webhook_id: str
    route: str
    status: str
    checked_at: float
    not_after: float | None


@dataclass(frozen=True, kw_only=True)
class Install:
    """An organisation that signed in with OAuth."""

    route: str
    workspace_id: str
    workspace_name: str
    token: str = field(repr=False)
    scopes: str
    installed_at: float


class Vault:
    """The secrets in the store."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def keep_webhook(self, webhook: Webhook, *, replaces_until: float | None = None) -> None:
        """Remember a webhook; with a moment given, the route's older ones are believed only until then."""
        sealed = self._sealer.seal("webhook", webhook.webhook_id, webhook.secret)
        with self._database.transaction() as transaction:
            if replaces_until is not None:
                transaction.run(
                    "UPDATE webhooks SET not_after = :until WHERE route = :route AND not_after IS NULL",
                    {"until": replaces_until, "route": webhook.route},
                )
            transaction.run(
                "INSERT INTO webhooks (webhook_id, route, workspace_id, sealed_secret, target_url,"
                " subscriptions, status, created_at, checked_at) VALUES (:webhook_id, :route, :workspace_id,"
                " :sealed, :target_url, :subscriptions, :status, :created_at, :checked_at)",
                {
                    "webhook_id": webhook.webhook_id,
                    "route": webhook.route,
                    "workspace_id": webhook.workspace_id,
                    "sealed": sealed,
                    "target_url": webhook.target_url,
                    "subscriptions": webhook.subscriptions,
                    "status": webhook.status,
                    "created_at": webhook.created_at,
                    "checked_at": webhook.checked_at,
                },
            )

    def webhooks(self, route: str) -> list[Webhook]:
        """The webhooks of a route with their secrets, newest first."""
        with self._database.reading() as transaction:
            rows = transaction.rows(
                f"SELECT {WEBHOOK} FROM webhooks WHERE route = :route ORDER BY created_at DESC",  # noqa: S608 (all ours)
                {"route": route},
            )
        return [self._webhook(row) for row in rows]

    def webhook_facts(self) -> list[WebhookFacts]:
        """What may be shown of every webhook."""
        with self._database.reading() as transaction:
            rows = transaction.rows(
                "SELECT webhook_id, route, status, checked_at, not_after FROM webhooks"
                " ORDER BY route, created_at DESC"
            )
        return [WebhookFacts(**row) for row in rows]

    def note_subscriptions(self, webhook_id: str, *, target_url: str, subscriptions: str) -> None:
        """Remember what a webhook was changed to."""
        with self._database.transaction() as transaction:
            transaction.run(
                "UPDATE webhooks SET target_url = :target_url, subscriptions = :subscriptions"
                " WHERE webhook_id = :webhook_id",
                {"target_url": target_url, "subscriptions": subscriptions, "webhook_id": webhook_id},
            )

    def note_status(self, webhook_id: str, *, status: str, now: float) -> None:
        """Remember how Attio says a webhook stands."""
        with self._database.transaction() as transaction:
            transaction.run(
                "UPDATE webhooks SET status = :status, checked_at = :now WHERE webhook_id = :webhook_id",
                {"status": status, "now": now, "webhook_id": webhook_id},
            )

    def forget_retired(self, *, now: float) -> int:
        """Forget the webhooks that are believed no longer."""
        with self._database.transaction() as transaction:
            return transaction.run("DELETE FROM webhooks WHERE not_after < :now", {"now": now})

    def keep_install(self, install: Install) -> None:
        """Remember an organisation's token in place of an older one."""
        sealed = self._sealer.seal("install", install.route, install.token)
        with self._database.transaction() as transaction:
            transaction.run("DELETE FROM installs WHERE route = :route", {"route": install.route})
            transaction.run(
                "INSERT INTO installs"
                " (route, workspace_id, workspace_name, sealed_token, scopes, installed_at)"
                " VALUES (:route, :workspace_id, :workspace_name, :sealed, :scopes, :installed_at)",
                {
                    "route": install.route,
                    "workspace_id": install.workspace_id,
                    "workspace_name": install.workspace_name,
                    "sealed": sealed,
                    "scopes": install.scopes,
                    "installed_at": install.installed_at,
                },
            )

    def install(self, route: str) -> Install | None:
        """The organisation that signed in for a route."""
        with self._database.reading() as transaction:
            rows = transaction.rows(
                "SELECT workspace_id, workspace_name, sealed_token, scopes, installed_at FROM installs"
                " WHERE route = :route",
                {"route": route},
            )
        if not rows:
            return None
        facts = dict(rows[0])
        return Install(
            route=route, token=self._sealer.open("install", route, facts.pop("sealed_token")), **facts
        )

    def keep_state(self, state_hash: str, *, route: str, redirect_uri: str, expires_at: float) -> None:
        """Remember that a sign-in began."""
        with self._database.transaction() as transaction:
            transaction.run(
                "INSERT INTO oauth_states (state_hash, route, redirect_uri, expires_at)"
                " VALUES (:state_hash, :route, :redirect_uri, :expires_at)",
                {
                    "state_hash": state_hash,
                    "route": route,
                    "redirect_uri": redirect_uri,
                    "expires_at": expires_at,
                },
            )

    def take_state(self, state_hash: str, *, now: float) -> tuple[str, str] | None:
        """Route and redirect address of a sign-in that began and has not expired; only the first to ask."""
        with self._database.transaction() as transaction:
            rows = transaction.rows(
                "DELETE FROM oauth_states WHERE state_hash = :state_hash"
                " RETURNING route, redirect_uri, expires_at",
                {"state_hash": state_hash},
            )
            transaction.run("DELETE FROM oauth_states WHERE expires_at < :now", {"now": now})
        fresh = [row for row in rows if row["expires_at"] >= now]
        return (fresh[0]["route"], fresh[0]["redirect_uri"]) if fresh else None

    def check(self) -> None:
        """Open every secret once; raises SealError when a key is missing, malformed or another one."""
        self._sealer.check()
        with self._database.reading() as transaction:
            for table, key, column in SEALED:
                for row in transaction.rows(f"SELECT {key} AS key, {column} AS sealed FROM {table}"):  # noqa: S608 (all ours)
                    self._sealer.reseal(row["sealed"])

    def reseal(self) -> int:
        """Seal every secret again with the first key, in one commit; how many there were."""
        count = 0
        with self._database.transaction() as transaction:
            for table, key, column in SEALED:
                for row in transaction.rows(f"SELECT {key} AS key, {column} AS sealed FROM {table}"):  # noqa: S608 (all ours)
                    sql = f"UPDATE {table} SET {column} = :sealed WHERE {key} = :key"  # noqa: S608 (all ours)
                    transaction.run(sql, {"sealed": self._sealer.reseal(row["sealed"]), "key": row["key"]})
                    count += 1
        return count

    def _webhook(self, row: Row) -> Webhook:
        facts = dict(row)
        secret = self._sealer.open("webhook", row["webhook_id"], facts.pop("sealed_secret"))
        return Webhook(secret=secret, **facts)
