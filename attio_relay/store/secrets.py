"""Stores secrets from Attio, sealed: webhooks' signing secrets, and the access tokens of installs.

An install is the token of a workspace whose user signed in with OAuth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attio_relay.store.addresses import OPEN
from attio_relay.store.webhooks import Webhooks

if TYPE_CHECKING:
    from attio_relay.store.database import Row, Transaction

# Each table with its key column and a sealed column; an address without a secret is not sealed.
SEALED = (
    ("webhooks", "webhook_id", "sealed_secret"),
    ("webhooks", "webhook_id", "target_url"),
    ("webhook_intents", "target_url", "target_url"),
    ("installs", "route", "sealed_token"),
)


@dataclass(frozen=True, kw_only=True)
class Install:
    """The access token of a workspace whose user signed in with OAuth."""

    route: str
    workspace_id: str
    workspace_name: str
    token: str = field(repr=False)
    scopes: str
    installed_at: float


class SecretStore(Webhooks):
    """The secrets in the store: those of webhooks, of installs and of sign-ins in progress."""

    def keep_install(self, install: Install) -> None:
        """Store an install in place of the route's older one."""
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
        """The install of a route; None without one. Raises SealError when the token cannot be opened."""
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
        """Store that a sign-in began, by the hash of its state; `expires_at` is seconds since 1970."""
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
        """Remove a sign-in; returns its route and redirect address, or None when unknown or expired."""
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
                for row in _sealed(transaction, table, key, column):
                    self._sealer.reseal(row["sealed"])

    def reseal(self) -> int:
        """Seal every secret again with the first key, in one commit; returns the number of secrets."""
        count = 0
        with self._database.transaction() as transaction:
            for table, key, column in SEALED:
                for row in _sealed(transaction, table, key, column):
                    sql = f"UPDATE {table} SET {column} = :sealed WHERE {key} = :key"  # noqa: S608 (all ours)
                    transaction.run(sql, {"sealed": self._sealer.reseal(row["sealed"]), "key": row["key"]})
                    count += 1
        return count


def _sealed(transaction: Transaction, table: str, key: str, column: str) -> list[Row]:
    rows = transaction.rows(f"SELECT {key} AS key, {column} AS sealed FROM {table}")  # noqa: S608 (all ours)
    return [row for row in rows if not row["sealed"].startswith(OPEN)]
