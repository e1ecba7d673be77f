"""What the demo tells, chapter by chapter, each with claims that are checked against what really happened.

`stage` starts and stops programs; `narration` makes the looks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import duckdb
from rich.table import Table as Grid

from attio_sync.demo.stage import wait_for
from attio_sync.show.terminal import counted

if TYPE_CHECKING:
    from attio_sync.demo.narration import Narration
    from attio_sync.demo.stage import Stage

SEED = {"name": "demo", "companies": 400, "people": 1200, "deals": 300}
SECONDS_FOR_WEBHOOKS = 45.0

_LOOK = """
SELECT d.stage, count(*) AS deals, count(DISTINCT c.record_id) AS companies,
  sum(d.value.amount)::BIGINT AS worth
FROM deals d LEFT JOIN companies c ON c.record_id = d.associated_company.record_id
GROUP BY ALL ORDER BY worth DESC
"""
_MODEL = """
CREATE TABLE enriched AS
  SELECT name, domains, employee_range, funding_raised_usd.amount AS funding_raised_usd FROM companies
"""
_CHANGE = """
UPDATE enriched SET employee_range = '5K-10K', funding_raised_usd = coalesce(funding_raised_usd, 0) + 1e6
  WHERE domains[1] IN (SELECT domains[1] FROM enriched ORDER BY name LIMIT 12)
"""
_MORE = """
INSERT INTO enriched VALUES
  ('Åse & Sønner AS',  ['ase-sonner.example.com'],   '11-50',         2_500_000),
  ('Kestrel Robotics', ['kestrel.example.com'],      '1-10',            800_000),
  ('Vague Ventures',   ['vague.example.com'],        'about a dozen',      NULL)
"""
_QUERY = "SELECT * FROM enriched"
_PUSH = ("--db", "crm.duckdb", "--sql", _QUERY, "--object", "companies", "--match", "domains")


@dataclass(kw_only=True)
class Figures:
    """What was counted on the way, for the summary."""

    pulled: int = 0
    rows: int = 0
    plan: dict[str, int] = field(default_factory=dict)
    writes: int = 0
    webhooks: int = 0
    read_again: int = 0


class Story:
    """One telling."""

    def __init__(self, stage: Stage, narration: Narration) -> None:
        self.stage = stage
        self.told = narration
        self.figures = Figures()

    def tell(self) -> None:
        """From an empty folder to a summary."""
        self.beginning()
        self.pull()
        self.look()
        self.change()
        self.plan()
        self.push()
        self.webhooks()
        self.again()
        self.summary()

    def beginning(self) -> None:
        """A workspace, and somebody who listens to it."""
        self.told.chapter(
            "A workspace",
            "Two programs are running now: an emulated Attio with a made-up workspace, and the relay, which\n"
            "will hear from Attio by webhook. No account is needed and nothing leaves this machine.",
        )
        self.seeded = self.stage.attio("POST", "/_emulator/seed", SEED)["counts"]
        seeded = ", ".join(f"{count:,} {thing}" for thing, count in self.seeded.items() if count)
        self.told.say(f"  Attio at {self.stage.attio_url}: {seeded}")
        self.told.say(f"  Relay at {self.stage.relay_url}\n")
        line = (
            "attio-relay",
            "subscribe",
            "--config",
            "relay.toml",
            "--route",
            "demo",
            "--url",
            self.stage.relay_url,
        )
        self.told.command(" ".join(line), self.stage.run(*line).out)

    def pull(self) -> None:
        """Attio into DuckDB."""
        self.told.chapter(
            "Pull: Attio into a warehouse",
            "Every object and list becomes a typed table in one DuckDB file. The file also remembers how\n"
            "far it is, so that the next pull only brings what changed.",
        )
        self.run("attio-sync", "pull", "--to", "crm.duckdb", "--settings", "pull.json")
        objects = ("people", "companies", "deals", "projects")
        expected = {name: self.seeded[name] for name in objects}
        found = {name: self.count(name) for name in objects}
        self.figures.pulled = sum(found.values())
        self.told.claim("Every record of the workspace is in the file.", expected, found)

    def look(self) -> None:
        """The tables answer questions."""
        self.told.chapter("A look at the tables", "It is plain SQL from here on: how is the pipeline doing?")
        self.told.show(_LOOK.strip())
        self.told.show(self.ask(_LOOK))

    def change(self) -> None:
        """What the data team makes of it."""
        self.told.chapter(
            "A change in the warehouse",
            "The data team has better figures: for twelve companies the head count and the funding moved,\n"
            "and there are three new ones. One of the new rows has a value that Attio will not know.",
        )
        with self.database(read_only=False) as connection:
            for statement in (_MODEL, _CHANGE, _MORE):
                connection.execute(statement)
                self.told.show(statement.strip())
        self.figures.rows = self.count("enriched")

    def plan(self) -> None:
        """What a push would do."""
        self.told.chapter(
            "Plan: what would change in Attio",
            "Rows are compared with what Attio holds now: + is a record to create, ~ one to change, ! a row\n"
            "Attio would refuse. Nothing is written. The plan is saved, to be applied exactly as it is;\n"
            "with --html it is a page to send to whoever has to approve it.",
        )
        self.forget_calls()
        self.run("attio-sync", "plan", *_PUSH, "--out", "plan.json", "--limit", "6", accept=(3,))
        self.figures.plan = self.saved_plan()["counts"]
        self.told.claim("Planning wrote nothing.", 0, self.stage.calls()["write"])
        rows = sum(count for fate, count in self.figures.plan.items() if fate != "mirrored")
        fates = " + ".join(f"{count} {fate}" for fate, count in self.figures.plan.items() if count)
        self.told.claim(f"{self.figures.rows} rows = {fates}.", self.figures.rows, rows)

    def push(self) -> None:
        """Only what changes is written."""
        self.told.chapter(
            "Push: apply the plan",
            "Only rows that change something cost a write; Attio allows 25 of them a second. Had somebody\n"
            "changed one of these records since the plan was made, the push would stop there and say so.\n"
            "The refused row is kept in a file, and the last line says how to undo all of it.",
        )
        self.forget_calls()
        self.run("attio-sync", "push", "--plan", "plan.json", accept=(3,))
        self.figures.writes = self.stage.calls()["write"]
        planned = self.figures.plan["create"] + self.figures.plan["update"]
        self.told.claim(
            f"Attio saw {counted(planned, 'write')}, one for each planned change.",
            planned,
            self.figures.writes,
        )

    def webhooks(self) -> None:
        """Attio tells the relay, the relay starts a pull."""
        self.told.chapter(
            "The way back: webhooks and a small pull",
            "Attio told the relay about each change by a signed webhook. The relay waits until they calm\n"
            "down, then starts 'attio-sync pull', which asks the relay which records changed and reads only\n"
            "those.",
        )
        self.stage.attio("POST", "/_emulator/webhooks/drain", {"timeout_seconds": 10})
        deliveries = self.stage.attio("GET", "/_emulator/webhooks")["deliveries"]
        self.figures.webhooks = len(deliveries)
        states = {delivery["state"] for delivery in deliveries}
        self.told.claim("All webhooks arrived.", {"delivered"}, states)
        news = self.news_in_plan()
        sentence = f"{news} webhooks = one for each new record and one for each changed value."
        self.told.claim(sentence, news, len(deliveries))
        run = wait_for("The pull that the webhooks trigger", self.finished_run, SECONDS_FOR_WEBHOOKS)
        self.told.say(f"  The relay ran: attio-sync pull …  ({run['outcome']})")
        self.figures.read_again = self.read_again()
        sentence = f"It read the {self.figures.writes} companies that changed, and no other."
        self.told.claim(sentence, self.figures.writes, self.figures.read_again)
        self.told.claim("The warehouse now equals what was pushed.", [], self.differences())

    def again(self) -> None:
        """Nothing changed, so nothing happens."""
        self.told.chapter(
            "Once more",
            "The same rows again, without a plan: Attio already holds them, so nothing is written. The row\n"
            "that it cannot take is told again, and the exit code (3) tells scripts that there was one.\n"
            "'attio-sync history' knows what every push did.",
        )
        self.forget_calls()
        self.run("attio-sync", "push", *_PUSH, accept=(3,))
        self.told.claim("Attio saw no write at all.", 0, self.stage.calls()["write"])
        self.run("attio-sync", "history")

    def summary(self) -> None:
        """The counts, beside each other."""
        figures, plan = self.figures, self.figures.plan
        self.told.chapter("Summary", "What happened, in figures that have to add up:")
        grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=False)
        grid.add_column(justify="right", style="bold")
        for count, text in (
            (figures.pulled, "records pulled into the warehouse"),
            (figures.rows, "rows in the changed table"),
            (plan["unchanged"], "  that Attio already held: no request"),
            (plan["update"], "  updated"),
            (plan["create"], "  created"),
            (plan["rejected"], "  refused, with the reason, kept for another try"),
            (figures.writes, "writes to Attio"),
            (figures.webhooks, "webhooks from Attio"),
            (figures.read_again, "records read again by the pull they triggered"),
        ):
            grid.add_row(f"{count:,}", text)
        self.told.show(grid)

    def run(self, *line: str, accept: tuple[int, ...] = (0,)) -> None:
        """Show a command and what it prints."""
        typed = " ".join(f'"{word}"' if " " in word else word for word in line)
        self.told.command(typed, self.stage.run(*line, accept=accept).out)

    # --- looking ------------------------------------------------------------------------------------

    def database(self, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
        """The warehouse, as anybody can open it."""
        return duckdb.connect(str(self.stage.database), read_only=read_only)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.database() as connection:
            return len(connection.table(table))

    def ask(self, query: str) -> Grid:
        """A query's answer as a table."""
        with self.database() as connection:
            cursor = connection.execute(query)
            grid = Grid(box=None, padding=(0, 3, 0, 0), header_style="dim")
            for column in cursor.description or []:
                grid.add_column(str(column[0]), justify="left" if column[0] == "stage" else "right")
            for row in cursor.fetchall():
                grid.add_row(*(f"{one:,}" if isinstance(one, int) else str(one) for one in row))
        return grid

    def forget_calls(self) -> None:
        """Count the emulator's requests from here."""
        self.stage.attio("DELETE", "/_emulator/calls")

    def saved_plan(self) -> dict[str, Any]:
        """The plan in its file."""
        text = (self.stage.folder / "plan.json").read_text(encoding="utf-8")
        return cast("dict[str, Any]", json.loads(text))

    def news_in_plan(self) -> int:
        """How many new records and changed values the plan has."""
        changes = self.saved_plan()["changes"]
        kinds = [change["kind"] for change in changes]
        values = [len(change["fields"]) for change in changes if change["kind"] == "update"]
        return kinds.count("create") + sum(values)

    def finished_run(self) -> dict[str, Any] | None:
        """The relay's last run, once it has nothing left to do."""
        status = self.stage.relay()
        if status["state"] != "idle" or status["done"] != status["seen"] or not status["last_run"]:
            return None
        run: dict[str, Any] = status["last_run"]
        return run

    def read_again(self) -> int:
        """How many companies the pulls after the first one read."""
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
