"""Leases: the right of one replica to work on a connection, or to do a maintenance task, until a given time.

The database's clock counts. `schedule` fences each step of a run by the lease of its connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_relay.store.lines import LINE, Line, line_of

if TYPE_CHECKING:
    from attio_relay.store.database import Database, Value


# Seconds that a lease lasts.
LEASE = 15.0
# A lease that ends so many seconds after one given now was given before the database's clock was set back. A
# replica may be slow between reading the clock and taking a lease, and others renew theirs meanwhile; no
# transaction lives longer than this.
MISDATED = 60.0


class LeaseLostError(Exception):
    """Another replica has taken the connection over: its writes count, this replica's are refused."""


class Leases:
    """Gives, renews and ends leases in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, name: str, *, owner: str, patience: float = 0.0) -> Line | None:
        """Lease a connection for `LEASE` seconds of the database's clock; None while another holds it.

        Another owner's lease is taken over `patience` seconds after its end.
        """
        with self._database.transaction() as transaction:
            now = transaction.now()
            facts: dict[str, Value] = {"name": name, "owner": owner, "until": now + LEASE}
            rows = transaction.rows(
                "UPDATE connections SET owner = :owner, lease_until = :until, fence = fence + 1"  # noqa: S608 (all ours)
                " WHERE name = :name AND (owner = :owner OR owner IS NULL"
                f" OR lease_until <= :ended OR lease_until > :misdated) RETURNING {LINE}",
                facts | {"ended": now - patience, "misdated": now + LEASE + MISDATED},
            )
        return line_of(rows[0]) if rows else None

    def renew(self, owner: str) -> None:
        """Extend all leases of an owner, so that a long call to a target does not lose them."""
        with self._database.transaction() as transaction:
            facts: dict[str, Value] = {"owner": owner, "until": transaction.now() + LEASE}
            transaction.run("UPDATE connections SET lease_until = :until WHERE owner = :owner", facts)

    def release(self, line: Line) -> None:
        """Give up the lease of a connection; changes nothing when the lease was lost before."""
        with self._database.transaction() as transaction:
            transaction.run(
                "UPDATE connections SET lease_until = 0, owner = NULL WHERE name = :name AND fence = :fence",
                {"name": line.name, "fence": line.fence},
            )

    def release_all(self) -> None:
        """Drop every lease that a killed relay left behind; only for a store that no other relay uses."""
        with self._database.transaction() as transaction:
            transaction.run(
                "UPDATE connections SET lease_until = 0, owner = NULL, fence = fence + 1"
                " WHERE owner IS NOT NULL"
            )
            # The configuration file may have changed: webhooks are checked now, not in a quarter of an hour.
            transaction.run("DELETE FROM leases")

    def take_turn(self, task: str, *, owner: str, seconds: float) -> bool:
        """Take a task for so many seconds of the database's clock; False when a replica took it before."""
        with self._database.transaction() as transaction:
            now = transaction.now()
            facts: dict[str, Value] = {"name": task, "owner": owner, "now": now, "until": now + seconds}
            sql = (
                "INSERT INTO leases (name, owner, until) VALUES (:name, :owner, :until)"
                " ON CONFLICT (name) DO UPDATE SET owner = :owner, until = :until"
                " WHERE leases.until <= :now OR leases.until > :misdated"
            )
            return transaction.run(sql, facts | {"misdated": now + seconds + MISDATED}) == 1
