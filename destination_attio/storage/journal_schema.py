"""The journal's tables, and the version number by which a program knows a journal that it cannot read.

A column that is added leaves the version as it is: programs that do not know the column do not need it. The
version grows when an older program would misread, or spoil, what a newer one has written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Collection

VERSION: Final = 1
_TABLES: Final = """
  CREATE TABLE IF NOT EXISTS runs ( run_id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, started_at
  TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ, status VARCHAR NOT NULL, workspace_id VARCHAR,
  workspace_name VARCHAR, target VARCHAR, reverts VARCHAR, counts JSON ); CREATE TABLE IF NOT EXISTS
  changes ( run_id VARCHAR NOT NULL, change_no BIGINT NOT NULL, stream VARCHAR, target VARCHAR NOT NULL,
  kind VARCHAR NOT NULL, key JSON, row_number BIGINT, record_id VARCHAR, parent_record_id VARCHAR, status
  VARCHAR NOT NULL, before JSON, after JSON, reason VARCHAR, noted_at TIMESTAMPTZ NOT NULL, PRIMARY KEY
  (run_id, change_no) ); CREATE TABLE IF NOT EXISTS journal_version ( version INTEGER NOT NULL );
"""
_ADDED: Final = """
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS approver VARCHAR;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS plan_digest VARCHAR;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS mapping JSON;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS attributes JSON;
  ALTER TABLE runs ADD COLUMN IF NOT EXISTS actors JSON;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS name VARCHAR;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS web_url VARCHAR;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS beside JSON;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS asked_at VARCHAR;
  ALTER TABLE changes ADD COLUMN IF NOT EXISTS renews VARCHAR;
"""
"""Columns that journals of earlier versions lack."""
_NUMBERED: Final = (
    "DELETE FROM journal_version WHERE version < $version",
    "INSERT INTO journal_version SELECT $version WHERE NOT EXISTS (FROM journal_version)",
)


def make_tables(db: duckdb.DuckDBPyConnection) -> None:
    """Make what the journal lacks, and give it this program's version."""
    db.execute(_TABLES + _ADDED)
    for statement in _NUMBERED:
        db.execute(statement, {"version": VERSION})


def version(db: duckdb.DuckDBPyConnection) -> int:
    """The journal's version; 0 for one that has no number yet."""
    try:
        found = db.execute("SELECT max(version)::INTEGER FROM journal_version").fetchone()
    except duckdb.CatalogException:
        return 0
    return int((found and found[0]) or 0)


def is_journal(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether both tables are there: to ask for them by name is far quicker than to list all tables."""
    try:
        return "reverts" in columns(db, "runs") and "change_no" in columns(db, "changes")
    except duckdb.CatalogException:
        return False


def has_tables(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database holds any table."""
    query = "SELECT 1 FROM information_schema.tables WHERE table_schema='main' LIMIT 1"
    return bool(db.execute(query).fetchall())


def columns(db: duckdb.DuckDBPyConnection, table: str) -> Collection[str]:
    """A table's columns, from the table alone: information_schema looks at every table and view."""
    found = db.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchall()
    return {str(one) for (one,) in found}
