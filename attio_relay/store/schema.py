"""The database tables, as the steps from each version of the store to the next.

A released step is never edited; a change is a new step at the end. The column types are names that SQLite and
Postgres both accept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attio_relay.store.database import Database, Transaction

INBOX_AND_SCHEDULE = """
CREATE TABLE relay (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE webhooks (
    webhook_id TEXT PRIMARY KEY, route TEXT NOT NULL, workspace_id TEXT NOT NULL, sealed_secret TEXT NOT NULL,
    target_url TEXT NOT NULL, subscriptions TEXT NOT NULL, status TEXT NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    checked_at DOUBLE PRECISION NOT NULL, not_after DOUBLE PRECISION
);
CREATE INDEX webhooks_by_route ON webhooks (route);

CREATE TABLE deliveries (
    webhook_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, route TEXT NOT NULL,
    received_at DOUBLE PRECISION NOT NULL, events BIGINT NOT NULL, problem TEXT, body BYTEA,
    PRIMARY KEY (webhook_id, idempotency_key)
);
CREATE INDEX deliveries_by_age ON deliveries (received_at);
CREATE INDEX deliveries_dead ON deliveries (received_at) WHERE problem IS NOT NULL;

CREATE TABLE heads (route TEXT PRIMARY KEY, head BIGINT NOT NULL, pruned BIGINT NOT NULL);

CREATE TABLE changes (
    route TEXT NOT NULL, seq BIGINT NOT NULL, at DOUBLE PRECISION NOT NULL, event_type TEXT NOT NULL,
    object_id TEXT, list_id TEXT, facts TEXT NOT NULL, PRIMARY KEY (route, seq)
);
CREATE INDEX changes_gaps ON changes (route, seq) WHERE event_type = 'relay.gap';

CREATE TABLE connections (
    name TEXT PRIMARY KEY, seen BIGINT NOT NULL DEFAULT 0, claimed BIGINT NOT NULL DEFAULT 0,
    done BIGINT NOT NULL DEFAULT 0, first_at DOUBLE PRECISION, last_at DOUBLE PRECISION,
    claimed_first_at DOUBLE PRECISION,
    state TEXT NOT NULL DEFAULT 'idle', run_id TEXT, job TEXT, baseline TEXT,
    intent_at DOUBLE PRECISION, not_before DOUBLE PRECISION NOT NULL DEFAULT 0,
    fails BIGINT NOT NULL DEFAULT 0,
    paused BIGINT NOT NULL DEFAULT 0, problem TEXT, owner TEXT,
    lease_until DOUBLE PRECISION NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until DOUBLE PRECISION NOT NULL);

CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, connection TEXT NOT NULL, changes BIGINT NOT NULL,
    intent_at DOUBLE PRECISION NOT NULL,
    started_at DOUBLE PRECISION, ended_at DOUBLE PRECISION, job TEXT, outcome TEXT NOT NULL, detail TEXT
);
CREATE INDEX runs_by_connection ON runs (connection, intent_at);

CREATE TABLE oauth_states (
    state_hash TEXT PRIMARY KEY, route TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    expires_at DOUBLE PRECISION NOT NULL
);
CREATE TABLE installs (
    route TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, workspace_name TEXT NOT NULL,
    sealed_token TEXT NOT NULL,
    scopes TEXT NOT NULL, installed_at DOUBLE PRECISION NOT NULL
)
"""

SESSIONS = """
CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, ends_at DOUBLE PRECISION NOT NULL)
"""

NEIGHBOURS_AND_TOTALS = """
ALTER TABLE connections ADD COLUMN target TEXT;
ALTER TABLE connections ADD COLUMN noted_at DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN busy BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN refused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN trouble_since DOUBLE PRECISION;

ALTER TABLE webhooks ADD COLUMN leftover BIGINT NOT NULL DEFAULT 0;
CREATE TABLE webhook_intents (
    target_url TEXT PRIMARY KEY, route TEXT NOT NULL, at DOUBLE PRECISION NOT NULL
);

CREATE TABLE totals (name TEXT PRIMARY KEY, number BIGINT NOT NULL);
INSERT INTO totals (name, number) SELECT 'deliveries', COUNT(*) FROM deliveries;
INSERT INTO totals (name, number) SELECT 'dead', COUNT(problem) FROM deliveries;

CREATE INDEX runs_by_end ON runs (ended_at);
CREATE TABLE run_totals (
    connection TEXT NOT NULL, outcome TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (connection, outcome)
);
INSERT INTO run_totals (connection, outcome, number)
    SELECT connection, outcome, COUNT(*) FROM runs WHERE ended_at IS NOT NULL GROUP BY connection, outcome
"""

ALERTS = """
CREATE TABLE alerts (
    name TEXT NOT NULL, subject TEXT NOT NULL, sentence TEXT NOT NULL, since DOUBLE PRECISION NOT NULL,
    told BIGINT NOT NULL DEFAULT 0, ended_at DOUBLE PRECISION, PRIMARY KEY (name, subject)
);
CREATE TABLE silences (
    route TEXT PRIMARY KEY, last_at DOUBLE PRECISION NOT NULL, longest DOUBLE PRECISION NOT NULL,
    longest_at DOUBLE PRECISION NOT NULL
);

CREATE INDEX runs_by_outcome ON runs (connection, outcome, ended_at)
"""

# A first event at time 0 meant "at once" before this step, which lost since when the connection waited.
SINCE_WHEN = """
UPDATE connections SET first_at = last_at, last_at = 0 WHERE first_at = 0;
UPDATE connections SET claimed_first_at = intent_at WHERE claimed_first_at = 0
"""

HAND_MADE = """
CREATE TABLE hand_made_webhooks (
    route TEXT PRIMARY KEY, webhook_id TEXT NOT NULL, status TEXT NOT NULL,
    checked_at DOUBLE PRECISION NOT NULL
)
"""

UNANSWERED = """
ALTER TABLE connections ADD COLUMN unanswered_at DOUBLE PRECISION
"""

STEPS = (INBOX_AND_SCHEDULE, SESSIONS, NEIGHBOURS_AND_TOTALS, ALERTS, SINCE_WHEN, HAND_MADE, UNANSWERED)


class NewerStoreError(Exception):
    """The store was written by a newer relay than this one."""


def migrate(database: Database, *, epoch: str, steps: tuple[str, ...] = STEPS) -> int:
    """Bring the tables to the newest version in one transaction; returns the number of steps taken."""
    with database.exclusive() as transaction:
        # Not IF NOT EXISTS: Postgres asks for the right to create before it looks whether there is one.
        if not transaction.has_table("schema_version"):
            transaction.run("CREATE TABLE schema_version (version BIGINT NOT NULL)")
        if not transaction.rows("SELECT version FROM schema_version"):
            transaction.run("INSERT INTO schema_version (version) VALUES (0)")
        found = transaction.rows("SELECT version FROM schema_version")[0]["version"]
        if found > len(steps):
            raise NewerStoreError(
                f"The store has version {found}, this relay knows {len(steps)}: install a newer relay."
            )
        for step in steps[found:]:
            _run_each(transaction, step)
        transaction.run("UPDATE schema_version SET version = :version", {"version": len(steps)})
        if found == 0:
            transaction.run("INSERT INTO relay (name, value) VALUES ('epoch', :epoch)", {"epoch": epoch})
    return len(steps) - int(found)


def _run_each(transaction: Transaction, script: str) -> None:
    for statement in script.split(";"):
        if statement.strip():
            transaction.run(statement)
