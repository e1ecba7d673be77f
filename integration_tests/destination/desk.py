"""A workspace, a journal and one line for each thing one does with them; for the destination's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attio_api.client import AttioClient
from destination_attio.config import DestinationConfig, StreamConfig
from destination_attio.engine.assembly import Counting
from destination_attio.model.plan import Plan, Report, dumps, loads
from destination_attio.session import Session
from destination_attio.storage.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator

Row = dict[str, Any]
_META = ("active_from", "active_until", "created_by_actor", "attribute_type")
COMPANIES: list[Row] = [
    {"domains": "a.example.com", "name": "Alpha", "description": "One"},
    {"domains": ["b.example.com", "bb.example.com"], "name": "Beta", "description": None},
]
"""Two companies, as rows."""
SIX_COMPANIES: list[Row] = [{"domains": f"r{n}.example.com", "name": f"Row {n}"} for n in range(6)]
RECORDS = "/v2/objects/companies/records"


class Desk:
    """What a test pushes from."""

    def __init__(self, attio: RemoteEmulator, folder: Path) -> None:
        self.attio, self.folder = attio, folder

    @property
    def journal(self) -> str:
        """Where the journal is."""
        return str(self.folder / "journal.duckdb")

    def config(self, **more: Any) -> dict[str, Any]:
        """A configuration at full speed, with a journal and a rejects file."""
        return {
            "credentials": {"auth_type": "access_token", "access_token": self.attio.token},
            "api_url": self.attio.url,
            "requests_per_second": 5000,
            "journal": {"path": self.journal},
            "rejects": {"path": str(self.folder / "rejects.jsonl")},
            **more,
        }

    def session(self, **more: Any) -> Session:
        """A session with that configuration, which loses no time with waiting between tries."""
        config = DestinationConfig.parse(self.config(**more))
        governor = Counting(5000, 5000)
        client = AttioClient(config.token, api_url=config.api_url, governor=governor, sleep=lambda _: None)
        journal = Journal.open(config.journal.path) if config.journal else None
        return Session(config, client, journal=journal)

    def push(self, rows: Iterable[Row], target: str = "companies", **settings: Any) -> Report:
        """Push rows."""
        with self.session() as session:
            return session.push(stream(target, **settings), rows)

    def plan(self, rows: Iterable[Row], target: str = "companies", **settings: Any) -> Plan:
        """Plan rows."""
        with self.session() as session:
            return session.plan(stream(target, **settings), rows)

    def apply(self, plan: Plan) -> Report:
        """Push a plan that was saved and read again."""
        with self.session() as session:
            return session.push_plan(loads(dumps(plan)))

    def revert(self, report: Report, **more: Any) -> Report:
        """Undo a run."""
        with self.session() as session:
            return session.revert(report.run_id, **more)

    def planned(self, report: Report) -> Plan:
        """What a revert would do."""
        with self.session() as session:
            return session.plan_revert(report.run_id)

    def values(self, slug: str, attribute: str) -> list[Any]:
        """One attribute of all records, without Attio's notes about it, sorted."""
        found = [record["values"][attribute] for record in self.attio.records(slug)]
        return sorted(([bare(one) for one in each] for each in found), key=str)

    def snapshot(self, slug: str) -> dict[str, Row]:
        """All values of all records, by what they are called; ids and times apart."""
        own = {"record_id", "created_at", "created_by"}
        return {
            record["id"]["record_id"]: {
                name: [bare(one) for one in found]
                for name, found in record["values"].items()
                if name not in own and found
            }
            for record in self.held(f"objects/{slug}/records")
        }

    def held(self, path: str) -> list[Row]:
        """All records of an object, or all entries of a list, however many pages they fill."""
        found: list[Row] = []
        while page := self.attio.api("POST", f"/v2/{path}/query", {"offset": len(found)})["data"]:
            found += page
        return found

    def writes(self) -> int:
        """Write calls that Attio has received since they were last forgotten."""
        return self.attio.counts().get("write", 0)

    def attribute(self, target: str, slug: str, kind: str, **more: Any) -> None:
        """Make an attribute."""
        body = {
            "title": slug.replace("_", " ").capitalize(),
            "description": None,
            "api_slug": slug,
            "type": kind,
            "is_required": False,
            "is_unique": False,
            "is_multiselect": False,
            "config": {},
            **more,
        }
        self.attio.api("POST", f"/v2/{target}/attributes", {"data": body})

    def custom_object(self, slug: str) -> None:
        """Make an object with a unique text attribute `code`."""
        names = {"api_slug": slug, "singular_noun": slug, "plural_noun": f"{slug}s"}
        self.attio.api("POST", "/v2/objects", {"data": names})
        self.attribute(f"objects/{slug}", "code", "text", is_unique=True)

    def list_of(self, slug: str, parent: str) -> None:
        """Make a list."""
        body = {
            "name": slug.capitalize(),
            "api_slug": slug,
            "parent_object": parent,
            "workspace_access": "full-access",
            "workspace_member_access": [],
        }
        self.attio.api("POST", "/v2/lists", {"data": body})


def bare(value: Row) -> Any:
    """A value without its times and its actor; the only member left stands for itself."""
    kept = {name: one for name, one in value.items() if name not in _META}
    return next(iter(kept.values())) if len(kept) == 1 else kept


def statuses(desk: Desk) -> list[str]:
    """The status of every journaled change."""
    with Journal.open(desk.journal) as journal:
        return [one.status for run in journal.runs() for one in journal.changes(run.run_id)]


def stream(target: str, **settings: Any) -> StreamConfig:
    """A stream's settings."""
    return StreamConfig.model_validate({"stream": "rows", "target": target, **settings})
