"""A colleague who works in the same workspace while a run is under way, and what he has put into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from integration_tests import additions

if TYPE_CHECKING:
    from integration_tests.destination.desk import Row
    from integration_tests.in_process import MemoryDesk

COLLEAGUE = "colleague-token"
HUNG = ["note", "task", "entry", "comment", "meeting", "file"]
ATTRIBUTES = ("code", "label", "remark", "tags", "kind")
DEEDS = ["make", "edit", "word", "clear", "delete", "merge", "use", *HUNG]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What the colleague does, to which record, before which write of the run (past the last: after it)."""

    what: str
    code: str
    at: int


@dataclass
class Colleague:
    """Somebody with a token of his own, and what he has put into the workspace."""

    desk: MemoryDesk
    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    hung: dict[str, list[str]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)

    def does(self, deed: Deed) -> None:
        """One deed; what Attio refuses he leaves."""
        self.desk.attio.clock(advance_seconds=5)
        record = self._record(deed.code)
        if deed.what == "make":
            self._make(deed.code)
        elif record:
            before = dict(self.values)
            getattr(self, deed.what)(record)
            if record in announced_deletions(self.desk):
                self._is_too_late(record, before)
        self.desk.attio.clock(advance_seconds=5)

    def _is_too_late(self, record: str, before: dict[tuple[str, str], Any]) -> None:
        """What he writes in the moment in which a mirror deletes the record is lost: docs/delivery.md."""
        for key in [(record, slug) for slug in ATTRIBUTES]:
            # A value that he cleared is None, and one that he never touched is not there.
            if key in self.values and (key not in before or self.values[key] != before[key]):
                del self.values[key]

    def _make(self, code: str) -> None:
        body = {"data": {"values": {"code": code, "label": "his"}}}
        status, answer = self.call("POST", "/v2/objects/things/records", body)
        if status == 200:
            record = answer["data"]["id"]["record_id"]
            self.made.add(record)
            self.values |= {(record, "label"): "his"}

    def edit(self, record: str) -> None:
        """A word of his own."""
        self._set(record, "remark", "his words")

    def word(self, record: str) -> None:
        """A word of his own where the run may write as well."""
        self._set(record, "label", "his word")

    def clear(self, record: str) -> None:
        """An attribute that he leaves empty; nothing shows that he took back a word of his own."""
        held = plain(self.desk.attio.api("GET", f"/v2/objects/things/records/{record}")["data"], "label")
        if held is None:
            return
        own = self.values.pop((record, "label"), None)
        self._set(record, "label", None)
        if held == own:
            self.values.pop((record, "label"), None)

    def use(self, record: str) -> None:
        """A title that the run may have made, if it has."""
        status, _ = self.call(
            "PATCH", f"/v2/objects/things/records/{record}", {"data": {"values": {"kind": ["New"]}}}
        )
        if status == 200:
            self.values[record, "kind"] = "New"

    def delete(self, record: str) -> None:
        """Away with it."""
        if self.call("DELETE", f"/v2/objects/things/records/{record}")[0] == 200:
            self.deleted.add(record)

    def note(self, record: str) -> None:
        """A note on it."""
        self._hang(record, "note", self.call("POST", *additions.note("things", record)))

    def task(self, record: str) -> None:
        """A task about it."""
        self._hang(record, "task", self.call("POST", *additions.task("things", record)))

    def entry(self, record: str) -> None:
        """An entry of a list."""
        self._hang(record, "entry", self.call("POST", *additions.entry("things", record)))

    def comment(self, record: str) -> None:
        """A comment on it."""
        member = self.call("GET", "/v2/workspace_members")[1]["data"][0]["id"]["workspace_member_id"]
        self._hang(record, "comment", self.call("POST", *additions.comment("things", record, member=member)))

    def meeting(self, record: str) -> None:
        """A meeting about it."""
        ref = f"m-{record}-{len(self.hung.get(record, []))}"
        self._hang(record, "meeting", self.call("POST", *additions.meeting("things", record, ref=ref)))

    def file(self, record: str) -> None:
        """A folder for its papers."""
        folder = {"object": "things", "record_id": record, "file_type": "folder", "name": "Papers"}
        self._hang(record, "file", self.call("POST", "/v2/files", folder))

    def merge(self, record: str) -> None:
        """It and another one become a third, which is his."""
        others = [one["id"]["record_id"] for one in self.desk.attio.records("things", limit=500)]
        other = next((one for one in others if one != record), None)
        pair = {"primary_record_id": record, "secondary_record_id": other}
        status, answer = self.call("POST", "/v2/objects/things/records/merge", {"data": pair})
        if status == 200:
            third = answer["data"]["new_record_id"]
            self.made.add(third)
            self.deleted |= {record, str(other)}
            held = self.desk.attio.api("GET", f"/v2/objects/things/records/{third}")["data"]
            self.hung[third] = [what for one in (other, record) for what in self.hung.get(str(one), [])]
            for one in (str(other), record):
                mine = {slug: value for (whose, slug), value in self.values.items() if whose == one}
                # Of two values the first record's stays; a word that the run wrote over is not carried along.
                kept = {slug: value for slug, value in mine.items() if value == plain(held, slug)}
                self.values |= {(third, slug): value for slug, value in kept.items() if value is not None}

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return self.desk.attio.call(method, path, body, token=COLLEAGUE)

    def _set(self, record: str, slug: str, value: Any) -> None:
        values = {"data": {"values": {slug: [] if value is None else value}}}
        if self.call("PUT", f"/v2/objects/things/records/{record}", values)[0] == 200:
            self.values[record, slug] = value

    def _hang(self, record: str, what: str, answer: tuple[int, Any]) -> None:
        if answer[0] == 200:
            self.hung.setdefault(record, []).append(what)

    def _record(self, code: str) -> str | None:
        found = [one for one in self.desk.attio.records("things", limit=500) if plain(one, "code") == code]
        return str(found[0]["id"]["record_id"]) if found else None


def plain(record: Row, slug: str) -> Any:
    found = record["values"].get(slug) or []
    shown = [one["option"]["title"] if "option" in one else one["value"] for one in found]
    return sorted(shown) if slug == "tags" else (shown[0] if shown else None)


def announced_deletions(desk: MemoryDesk) -> set[str]:
    """The records that the run in the journal has deleted, or is about to delete."""
    found = (one.change for run in desk.runs() for one in desk.changes(run.run_id))
    return {str(one.record_id) for one in found if one.kind == "delete"}
