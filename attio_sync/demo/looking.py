"""Reads what the demo checks its claims by: the warehouse, the saved plan, the relay, the emulated Attio."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from rich.table import Table as Grid

from destination_attio.storage.database import open_database

if TYPE_CHECKING:
    import duckdb

    from attio_sync.demo.stage import Stage


class Looking:
    """The demo's questions; none of them changes anything."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def database(self, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
        """The warehouse's file, opened."""
        return open_database(str(self.stage.database), read_only=read_only)

    def count(self, table: str) -> int:
        """The number of a table's rows."""
        with self.database() as connection:
            return len(connection.table(table))

    def ask(self, query: str) -> Grid:
        """The answer to a query, as a table for the terminal."""
        with self.database() as connection:
            cursor = connection.execute(query)
            grid = Grid(box=None, padding=(0, 3, 0, 0), header_style="dim")
            for column in cursor.description or []:
                grid.add_column(str(column[0]), justify="left" if column[0] == "stage" else "right")
            for row in cursor.fetchall():
                grid.add_row(*(f"{one:,}" if isinstance(one, int) else str(one) for one in row))
        return grid

    def forget_calls(self) -> None:
        """Start counting the emulator's requests anew."""
        self.stage.attio("DELETE", "/_emulator/calls")

    def looked_at(self) -> list[str]:
        """The objects and lists whose rows were requested since the count began anew."""
        calls = self.stage.attio("GET", "/_emulator/calls")["calls"]
        return sorted({call["path"].split("/")[3] for call in calls if call["path"].endswith("/query")})

    def deliveries(self) -> list[dict[str, Any]] | None:
        """Webhook deliveries that Attio sent; None while one is on its way or waits for another try."""
        if self.stage.attio("POST", "/_emulator/webhooks/drain", {"timeout_seconds": 10})["open"]:
            return None
        sent: list[dict[str, Any]] = self.stage.attio("GET", "/_emulator/webhooks")["deliveries"]
        return sent

    def saved_plan(self) -> dict[str, Any]:
        """The saved plan's file as JSON."""
        text = (self.stage.folder / "plan.json").read_text(encoding="utf-8")
        return cast("dict[str, Any]", json.loads(text))

    def news_in_plan(self) -> int:
        """The number of new records and changed values in the plan."""
        changes = self.saved_plan()["changes"]
        kinds = [change["kind"] for change in changes]
        values = [len(change["fields"]) for change in changes if change["kind"] == "update"]
        return kinds.count("create") + sum(values)

    def finished_run(self) -> dict[str, Any] | None:
        """The relay's last run; None while the relay has work to do."""
        status = self.stage.relay()
        if status["state"] != "idle" or status["done"] != status["seen"] or not status["last_run"]:
            return None
        run: dict[str, Any] = status["last_run"]
        return run

    def read_again(self) -> int:
        """How many companies later pulls than the first one read."""
        with self.database() as connection:
            found = connection.execute(
                "SELECT coalesce(sum(rows_read), 0)::BIGINT FROM _attio.pulls WHERE stream = 'companies' "
                "AND finished_at > (SELECT min(finished_at) FROM _attio.pulls)"
            ).fetchone()
        return int(found[0]) if found else 0

    def differences(self) -> list[tuple[Any, ...]]:
        """Rows of the changed table that the pulled table does not hold."""
        with self.database() as connection:
            return connection.execute(
                "SELECT name, domains, employee_range, funding_raised_usd::DOUBLE FROM enriched "
                "WHERE name <> 'Vague Ventures' EXCEPT "
                "SELECT name, domains, employee_range, funding_raised_usd.amount FROM companies"
            ).fetchall()

    def companies(self) -> dict[str, tuple[str | None, float | None]]:
        """What Attio holds of each company that the story changes: head count and funding, by id."""
        found: dict[str, tuple[str | None, float | None]] = {}
        for one in self._pages():
            values = one["values"]
            size = values["employee_range"]
            raised = values["funding_raised_usd"]
            found[one["id"]["record_id"]] = (
                size[0]["option"]["title"] if size else None,
                raised[0]["currency_value"] if raised else None,
            )
        return found

    def _pages(self) -> list[dict[str, Any]]:
        query = {"limit": 500}
        answer = self.stage.attio("POST", "/v2/objects/companies/records/query", query)
        return cast("list[dict[str, Any]]", answer["data"])
