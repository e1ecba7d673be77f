"""The chapters of the demo, whose claims are checked against what happened.

`stage` starts and stops the programs; `narration` prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.table import Table as Grid

from attio_sync.demo.looking import Looking
from attio_sync.demo.stage import wait_for
from attio_sync.show.terminal import counted

if TYPE_CHECKING:
    from attio_sync.demo.narration import Narration
    from attio_sync.demo.stage import Stage

SEED = {"name": "demo", "companies": 400, "people": 1200, "deals": 300}
PATIENCE = {"timeout_seconds": 60, "first_retry_seconds": 1}
SECONDS_FOR_WEBHOOKS = 180.0

_LOOK = """
SELECT d.stage, count(*) AS deals, count(DISTINCT c.record_id) AS companies,
  sum(d.value.amount)::BIGINT AS worth
FROM deals d
LEFT JOIN companies c ON c.record_id = d.associated_company.record_id
GROUP BY ALL ORDER BY worth DESC
"""
_MODEL = """
CREATE TABLE enriched AS
  SELECT name, domains, employee_range,
    funding_raised_usd.amount AS funding_raised_usd
  FROM companies
"""
_CHANGE = """
UPDATE enriched SET employee_range = '5K-10K',
    funding_raised_usd = coalesce(funding_raised_usd, 0) + 1e6
  WHERE domains[1] IN
    (SELECT domains[1] FROM enriched ORDER BY name LIMIT 12)
"""
_MORE = """
INSERT INTO enriched VALUES
  ('Åse & Sønner AS',  ['ase-sonner.example.com'], '11-50',      2_500_000),
  ('Kestrel Robotics', ['kestrel.example.com'],    '1-10',         800_000),
  ('Vague Ventures',   ['vague.example.com'],      'about a dozen',   NULL)
"""
_QUERY = "SELECT * FROM enriched"
_PUSH = ("--db", "crm.duckdb", "--sql", _QUERY, "--object", "companies", "--match", "domains")


@dataclass(kw_only=True)
class Figures:
    """Figures that the chapters count, for the summary."""

    pulled: int = 0
    rows: int = 0
    plan: dict[str, int] = field(default_factory=dict)
    writes: int = 0
    webhooks: int = 0
    read_again: int = 0


class Story(Looking):
    """One run through the story."""

    def __init__(self, stage: Stage, narration: Narration, *, is_kept: bool = False) -> None:
        super().__init__(stage)
        self.told = narration
        self.is_kept = is_kept
        self.figures = Figures()

    def tell(self) -> None:
        """Tell all chapters, from an empty folder to the summary."""
        self.beginning()
        self.pull()
        self.look()
        self.change()
        self.plan()
        self.push()
        self.webhooks()
        self.again()
        if not self.is_kept:
            self.undo()
        self.summary()

    def beginning(self) -> None:
        """Chapter: a workspace, and a relay that receives its webhooks."""
        self.told.chapter(
            "A workspace",
            "Two programs are running now: an emulated Attio with a made-up workspace, and the relay, which "
            "will hear from Attio by webhook. No account is needed and nothing leaves this machine.",
        )
        # Attio tries again after minutes where a server answers slowly; a slow machine must not cause that.
        self.stage.attio("POST", "/_emulator/webhooks", PATIENCE)
        self.seeded = self.stage.attio("POST", "/_emulator/seed", SEED)["counts"]
        seeded = ", ".join(f"{count:,} {thing}" for thing, count in self.seeded.items() if count)
        self.told.say(f"  Attio at {self.stage.attio_url}")
        self.told.say(f"  Relay at {self.stage.relay_url}\n")
        self.told.show(f"In Attio: {seeded}.")
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
        """Chapter: pull Attio into DuckDB."""
        self.told.chapter(
            "Pull: Attio into a warehouse",
            "Every object and list becomes a typed table in one DuckDB file. The file also remembers how "
            "far it is, so that the next pull only brings what changed.",
        )
        self.run("attio-sync", "pull", "--to", "crm.duckdb", "--settings", "pull.json")
        objects = ("people", "companies", "deals", "projects")
        expected = {name: self.seeded[name] for name in objects}
        found = {name: self.count(name) for name in objects}
        self.figures.pulled = sum(found.values())
        self.told.claim("Every record of the workspace is in the file.", expected, found)

    def look(self) -> None:
        """Chapter: query the tables."""
        self.told.chapter("A look at the tables", "It is plain SQL from here on: how is the pipeline doing?")
        self.told.show(_LOOK.strip())
        self.told.show(self.ask(_LOOK))

    def change(self) -> None:
        """Chapter: the data team changes a table."""
        self.told.chapter(
            "A change in the warehouse",
            "The data team has better figures: for twelve companies the head count and the funding moved, "
            "and there are three new ones. One of the new rows has a value that Attio will not know.",
        )
        with self.database(read_only=False) as connection:
            for statement in (_MODEL, _CHANGE, _MORE):
                connection.execute(statement)
                self.told.show(statement.strip())
        self.figures.rows = self.count("enriched")

    def plan(self) -> None:
        """Chapter: plan a push."""
        self.told.chapter(
            "Plan: what would change in Attio",
            "Rows are compared with what Attio holds now: + is a record to create, ~ one to change, ! a row "
            "Attio would refuse. Nothing is written. The plan is saved, to be applied exactly as it is; "
            "with --html it is a page to send to whoever has to approve it.",
        )
        self.forget_calls()
        self.before = self.companies()
        saved = ("--out", "plan.json", "--html", "plan.html")
        self.run("attio-sync", "plan", *_PUSH, *saved, "--show", "6", accept=(3,))
        self.figures.plan = self.saved_plan()["counts"]
        self.told.claim("Planning wrote nothing.", 0, self.stage.calls()["write"])
        rows = sum(count for fate, count in self.figures.plan.items() if fate != "mirrored")
        fates = " + ".join(f"{count} {fate}" for fate, count in self.figures.plan.items() if count)
        self.told.claim(f"{self.figures.rows} rows = {fates}.", self.figures.rows, rows)

    def push(self) -> None:
        """Chapter: push, which writes only what changes."""
        self.told.chapter(
            "Push: apply the plan",
            "Only rows that change something cost a write; Attio allows 25 of them a second. Had somebody "
            "changed one of these records since the plan was made, the push would stop there and say so. "
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
        """Chapter: a webhook starts a pull."""
        self.told.chapter(
            "The way back: webhooks and a small pull",
            "Attio told the relay about each change by a signed webhook. The relay waits until none "
            "comes for a while. Then it starts 'attio-sync pull', which asks the relay which records changed "
            "and reads only those.",
        )
        deliveries = wait_for("The arrival of all webhooks", self.deliveries, SECONDS_FOR_WEBHOOKS)
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
        self.told.claim("Attio was asked for companies alone.", ["companies"], self.looked_at())
        self.told.claim("The warehouse now equals what was pushed.", [], self.differences())

    def again(self) -> None:
        """Chapter: push again, which writes nothing."""
        self.told.chapter(
            "Once more",
            "The same rows again, without a plan: Attio already holds them, so nothing is written. The row "
            "that it cannot take is listed again, and the exit code (3) tells scripts that there was one. "
            "'attio-sync history' shows what every push did.",
        )
        self.forget_calls()
        self.run("attio-sync", "push", *_PUSH, accept=(3,))
        self.told.claim("Attio saw no write at all.", 0, self.stage.calls()["write"])
        self.told.say("")
        self.run("attio-sync", "history")

    def undo(self) -> None:
        """Chapter: revert the push."""
        self.told.chapter(
            "Undo, except what others have changed",
            "Meanwhile somebody in Attio has corrected the funding of two of these companies. The revert "
            "restores each value that nobody has changed since the push; it lists these two, and leaves them "
            "alone. The relay is not needed any more, so its webhook is deleted first.",
        )
        self.run("attio-relay", "unsubscribe", "--config", "relay.toml", "--route", "demo")
        run = self.stage.run("attio-sync", "history", "--json").json()[-1]["run_id"]
        theirs = [one["record_id"] for one in self.saved_plan()["changes"] if one["kind"] == "update"][:2]
        for number, record in enumerate(theirs, start=1):
            change = {"data": {"values": {"funding_raised_usd": number * 7_000_000}}}
            self.stage.attio("PATCH", f"/v2/objects/companies/records/{record}", change)
        self.run("attio-sync", "revert", run, "--yes", accept=(0, 3))
        after = self.companies()
        self.told.claim(
            "The two corrections stand.",
            [7_000_000.0, 14_000_000.0],
            [after[one][1] for one in theirs],
        )
        others = {record: held for record, held in self.before.items() if record not in theirs}
        self.told.claim(
            "Every other company is as it was before the push.",
            others,
            {record: held for record, held in after.items() if record not in theirs},
        )

    def summary(self) -> None:
        """The figures in one table."""
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
        """Run a command, and print it with its output."""
        typed = " ".join(f'"{word}"' if " " in word else word for word in line)
        self.told.command(typed, self.stage.run(*line, accept=accept).out)
