"""Somebody else who writes to the same workspace, between syncs and in the middle of them."""

import json
from collections.abc import Callable
from dataclasses import replace

from attio_emulator.model.clock import TICK
from unit_tests.source_attio.admin import PHASE, STAGE, TIER, Admin, attribute_form
from unit_tests.source_attio.harness import Bench, Row

OBJECTS = ("companies", "people")
HISTORY = "attribute_values_history"
FREE = {"companies": ("name", "description"), "people": ("job_title", "nick")}
"""Attributes that anything may be written to."""
Write = tuple[int, int, str | None]


class World(Admin):
    """Whoever works in Attio."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        for target, slug in (("objects/people", "nick"), ("lists/sales", "mood")):
            if target.startswith("lists"):
                self.api("POST", "/v2/lists", {"data": _LIST})
            self.api("POST", f"/v2/{target}/attributes", {"data": attribute_form(slug, "text")})
        self.api("POST", "/v2/objects/people/attributes", {"data": attribute_form("tier", "select")})
        for title in ("a", "b"):
            path = "/v2/objects/people/attributes/tier/options"
            self.api("POST", path, {"data": {"title": title}})
        self.api("POST", "/v2/lists/sales/attributes", {"data": attribute_form("phase", "status")})
        for title in ("a", "b"):
            self.api("POST", "/v2/lists/sales/attributes/phase/statuses", {"data": {"title": title}})
        self.take_over(3)
        self.member = self.ids("/v2/workspace_members", "workspace_member_id")[0]

    def write(self, kind: int, which: int, word: str | None) -> None:
        """Do one of the things that people do; kinds that happen more often have more numbers."""
        for border, act in self.acts():
            if kind < border:
                act(which, word)
                return

    def busy(self, writes: list[Write]) -> Callable[[str], None]:
        """Let somebody do the next three things each time that something was read."""
        left = list(writes)

        def go_on(_: str) -> None:
            for _ in range(3):
                if left:
                    self.write(*left.pop())

        return go_on

    def acts(self) -> list[tuple[int, Callable[[int, str | None], object]]]:
        return [
            (18, self.create),
            (34, self.edit),
            (39, self.link),
            (45, self.delete),
            (48, self.purge),
            (51, self.merge),
            (55, self.bulk),
            (60, self.add_entry),
            (66, self.edit_entry),
            (69, self.delete_entry),
            (75, self.add_note),
            (77, self.delete_note),
            (82, self.add_task),
            (85, self.finish_task),
            (87, self.delete_task),
            (90, self.new_attribute),
            (92, self.rename_attribute),
            (94, self.archive_attribute),
            (97, self.add_comment),
            (98, self.delete_comment),
            (99, self.add_meeting),
            (100, self.delete_meeting),
        ]

    # --- records ---------------------------------------------------------------------------------

    def create(self, which: int, word: str | None) -> str:
        self.made += 1
        name = OBJECTS[which % 2]
        own: Row = {"domains": [f"c{self.made}.com"]} if name == "companies" else {"job_title": word}
        more: Row = {"nick": word} if name == "people" else {"name": word, "description": word}
        made = self.api("POST", f"/v2/objects/{name}/records", {"data": {"values": _given({**own, **more})}})
        self.touched.add(made["id"]["record_id"])
        return str(made["id"]["record_id"])

    def bulk(self, which: int, word: str | None) -> None:
        """An import: many rows of one and the same moment."""
        clock = self.bench.emulator.clock
        moment = clock.now_ns()
        for _ in range(which % 15):
            clock.set(moment)
            self.create(which, word)
        clock.set(moment + TICK)

    def edit(self, which: int, word: str | None) -> None:
        name = OBJECTS[which % 2]
        if record_id := self.pick(self.records(name), which // 2):
            body = {"data": {"values": {FREE[name][which % 3 % 2]: _written(word)}}}
            self.api("PATCH", f"/v2/objects/{name}/records/{record_id}", body)

    def link(self, which: int, word: str | None) -> None:
        """A person gets a company, or none; the company's team follows."""
        person, company = (
            self.pick(self.records("people"), which),
            self.pick(self.records("companies"), which),
        )
        if person and company:
            self.touched |= self.around("people", person)
            reference = {"target_object": "companies", "target_record_id": company}
            body = {"data": {"values": {"company": [reference] if word else []}}}
            self.api("PATCH", f"/v2/objects/people/records/{person}", body)

    def delete(self, which: int, _: str | None, *, oldest: bool = False) -> None:
        name = OBJECTS[which % 2]
        ids = self.records(name)
        if record_id := self.pick(ids[:1] if oldest else ids, which // 2):
            self.drag_along(name, record_id)
            self.api("DELETE", f"/v2/objects/{name}/records/{record_id}")

    def purge(self, which: int, _: str | None) -> None:
        """Several of the oldest rows go at once."""
        for _unused in range(which % 5):
            self.delete(which % 2, None, oldest=True)

    def merge(self, which: int, _: str | None) -> None:
        """Two records become a third; what hangs on them moves along."""
        name = OBJECTS[which % 2]
        ids = self.records(name)
        first, second = self.pick(ids, which // 2), self.pick(ids, which // 2 + 1)
        if first and second and first != second:
            for each in (first, second):
                self.drag_along(name, each)
            pair = {"primary_record_id": first, "secondary_record_id": second}
            merged = self.api("POST", f"/v2/objects/{name}/records/merge", {"data": pair})
            self.touched.add(merged["new_record_id"])

    def drag_along(self, name: str, record_id: str) -> None:
        """Note what changes with a record that goes, and that Attio tells no event of it."""
        around = self.around(name, record_id)
        self.touched |= around
        self.silent |= dict.fromkeys(around, self.bench.emulator.clock.now())

    def around(self, name: str, record_id: str) -> set[str]:
        """Whoever refers to a record, its entries, notes and comments, tasks and meetings linked to it."""
        path = f"/v2/objects/{name}/records/{record_id}"
        values = self.api("GET", path)["values"]
        found = {
            each["target_record_id"]
            for held in values.values()
            for each in held
            if "target_record_id" in each
        }
        found |= {each["entry_id"] for each in self.api("GET", f"{path}/entries")}
        for kind, member in (("notes", "note_id"), ("tasks", "task_id"), ("meetings", "meeting_id")):
            rows = self.api("GET", f"/v2/{kind}?limit=50")
            found |= {each["id"][member] for each in rows if record_id in json.dumps(each)}
        said = self.comments("record", name, record_id)
        for entry_id in set(self.entries()) & found:
            said += self.comments("entry", "sales", entry_id)
        return found | {each["id"]["comment_id"] for each in said}

    # --- entries, notes, tasks, comments, meetings -----------------------------------------------

    def add_entry(self, which: int, word: str | None) -> None:
        if record_id := self.pick(self.records("companies"), which):
            values = _given({"mood": word})
            body = {"parent_object": "companies", "parent_record_id": record_id, "entry_values": values}
            self.born(self.api("POST", "/v2/lists/sales/entries", {"data": body}), "entry_id")

    def edit_entry(self, which: int, word: str | None) -> None:
        if entry_id := self.pick(self.entries(), which):
            body = {"data": {"entry_values": {"mood": _written(word)}}}
            self.api("PATCH", f"/v2/lists/sales/entries/{entry_id}", body)

    def delete_entry(self, which: int, _: str | None) -> None:
        if entry_id := self.pick(self.entries(), which):
            self.api("DELETE", f"/v2/lists/sales/entries/{entry_id}")

    def add_note(self, which: int, word: str | None) -> None:
        if record_id := self.pick(self.records("companies"), which):
            parent = {"parent_object": "companies", "parent_record_id": record_id}
            note = {**parent, "title": word or "-", "format": "plaintext", "content": "x"}
            self.born(self.api("POST", "/v2/notes", {"data": note}), "note_id")

    def delete_note(self, which: int, _: str | None) -> None:
        if note_id := self.pick(self.ids("/v2/notes?limit=50", "note_id"), which):
            self.api("DELETE", f"/v2/notes/{note_id}")

    def add_task(self, which: int, word: str | None) -> None:
        record_id = self.pick(self.records("people"), which)
        links = [{"target_object": "people", "target_record_id": record_id}] if word and record_id else []
        task = {"content": word or "-", "format": "plaintext", "deadline_at": None, "is_completed": False}
        made = self.api("POST", "/v2/tasks", {"data": {**task, "linked_records": links, "assignees": []}})
        self.born(made, "task_id")

    def finish_task(self, which: int, word: str | None) -> None:
        if task_id := self.pick(self.ids("/v2/tasks", "task_id"), which):
            self.api("PATCH", f"/v2/tasks/{task_id}", {"data": {"is_completed": word is not None}})

    def delete_task(self, which: int, _: str | None) -> None:
        if task_id := self.pick(self.ids("/v2/tasks", "task_id"), which):
            self.api("DELETE", f"/v2/tasks/{task_id}")

    def add_comment(self, which: int, word: str | None) -> None:
        author = {"type": "workspace-member", "id": self.member}
        comment: Row = {"format": "plaintext", "content": word or "-", "author": author}
        if which % 3 == 0 and (entry_id := self.pick(self.entries(), which)):
            comment["entry"] = {"list": "sales", "entry_id": entry_id}
        elif record_id := self.pick(self.records("companies"), which):
            comment["record"] = {"object": "companies", "record_id": record_id}
        else:
            return
        self.born(self.api("POST", "/v2/comments", {"data": comment}), "comment_id")

    def delete_comment(self, which: int, _: str | None) -> None:
        if comment_id := self.pick(list(self.truth("comments")), which):
            self.api("DELETE", f"/v2/comments/{comment_id}")

    def add_meeting(self, which: int, word: str | None) -> None:
        record_id = self.pick(self.records("people"), which)
        links = [{"object": "people", "record_id": record_id}] if record_id else []
        times = {"start": _POINT, "end": _POINT, "is_all_day": False}
        meeting = {"title": word or "-", "description": "", "participants": [_SOMEBODY], **times}
        self.born(
            self.api("POST", "/v2/meetings", {"data": {**meeting, "linked_records": links}}), "meeting_id"
        )

    def delete_meeting(self, which: int, _: str | None) -> None:
        if meeting_id := self.pick(self.ids("/v2/meetings", "meeting_id"), which):
            self.api("DELETE", f"/v2/meetings/{meeting_id}")

    def move_meeting(self) -> None:
        """The last meeting of the listing becomes the first: past a reader that goes by their start."""
        shelf = self.bench.emulator.workspace.attachments.meetings
        meetings = sorted(shelf, key=lambda each: (str(each.start), each.key))
        if meetings:
            self.made += 1
            moved = {**meetings[-1].start, "datetime": f"2001-01-01T00:00:{self.made % 60:02d}.000000000Z"}
            shelf.put(replace(meetings[-1], start=moved, end=moved))

    def set_tier(self, which: int, word: str | None, *, option: int | None = None) -> None:
        """A person gets an option, by whatever title it has now."""
        if record_id := self.pick(self.records("people"), which):
            tier = self.title(TIER, which if option is None else option) if word else []
            self.api("PATCH", f"/v2/objects/people/records/{record_id}", {"data": {"values": {"tier": tier}}})

    def set_phase(self, which: int, word: str | None) -> None:
        """An entry gets a status."""
        if entry_id := self.pick(self.entries(), which):
            values = {"phase": self.title(PHASE, which) if word else []}
            self.api("PATCH", f"/v2/lists/sales/entries/{entry_id}", {"data": {"entry_values": values}})

    def set_stage(self, which: int, status: int) -> None:
        """A deal gets a stage."""
        if record_id := self.pick(self.records("deals"), which):
            body = {"data": {"values": {"stage": self.title(STAGE, status)}}}
            self.api("PATCH", f"/v2/objects/deals/records/{record_id}", body)

    def add_deal(self, status: int) -> None:
        """Deals have a stage from the beginning on."""
        owner = {"referenced_actor_type": "workspace-member", "referenced_actor_id": self.member}
        values = {"name": "Deal", "stage": self.title(STAGE, status), "owner": owner}
        self.born(self.api("POST", "/v2/objects/deals/records", {"data": {"values": values}}), "record_id")


_LIST = {
    "name": "Sales",
    "api_slug": "sales",
    "parent_object": "companies",
    "workspace_access": "full-access",
    "workspace_member_access": [],
}
_POINT = {"datetime": "2026-03-01T09:00:00.000000000Z", "timezone": "UTC"}
_SOMEBODY = {"email_address": "somebody@c1.com", "is_organizer": True, "status": "accepted"}


def _given(values: Row) -> Row:
    return {slug: word for slug, word in values.items() if word is not None}


def _written(word: str | None) -> str | list[str]:
    """A word, or what clears a value."""
    return [] if word is None else word
