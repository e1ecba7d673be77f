"""The promise: after any history, an incremental sync deduplicated by key is what a full refresh would be.

A random history of creates, edits, clears, deletes, bulk imports and schema changes runs on the emulator,
between syncs and in the middle of them; syncs are killed at any message. The warehouse keeps, per key, the
row with the newest `_changed_at`.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from attio_api.definitions import Attribute
from attio_api.errors import Unreadable
from attio_api.values import newest_active_from, read_values
from attio_emulator.emulator import Emulator
from attio_emulator.state.clock import TICK
from unit_tests.source_attio.harness import Bench, Row
from unit_tests.source_attio.relay_double import FEED, RelayDouble

OBJECTS = ("companies", "people")
STREAMS = ["companies", "people", "sales_entries", "notes", "tasks"]
EMULATOR = Emulator(clock_mode="manual")

WORDS = ("a", "b", None)
A_WRITE = st.tuples(st.integers(0, 99), st.integers(0, 60), st.sampled_from(WORDS))
A_PURGE = st.tuples(st.just(50), st.integers(0, 60), st.none())


class World:
    """Somebody else who writes to the same workspace."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.api = bench, bench.api
        self.made = 0
        self.touched: set[str] = set()
        self.reshaped = False
        self.api("POST", "/v2/objects/people/attributes", {"data": _attribute("nick", "text")})
        self.api("POST", "/v2/lists", {"data": _LIST})
        self.api("POST", "/v2/lists/sales/attributes", {"data": _attribute("mood", "text")})

    def ids(self, path: str, member: str, body: Row | None = None) -> list[str]:
        method = "POST" if body is not None else "GET"
        return [each["id"][member] for each in self.api(method, path, body) or []]

    def records(self, name: str) -> list[str]:
        by_age = [{"attribute": "created_at", "direction": "asc"}]
        body = {"limit": 500, "sorts": by_age}
        return self.ids(f"/v2/objects/{name}/records/query", "record_id", body)

    def entries(self) -> list[str]:
        return self.ids("/v2/lists/sales/entries/query", "entry_id", {"limit": 500})

    def write(self, kind: int, which: int, word: str | None) -> None:
        """Do one of the things that people do; kinds that happen more often have more numbers."""
        for border, act in self.acts():
            if kind < border:
                act(which, word)
                return

    def busy(self, writes: list[tuple[int, int, str | None]]) -> Callable[[], None]:
        """Let somebody do the next three things each time that a page was read."""
        left = list(writes)

        def go_on() -> None:
            for _ in range(3):
                if left:
                    self.write(*left.pop())

        return go_on

    def acts(self) -> list[tuple[int, Any]]:
        return [
            (22, self.create),
            (42, self.edit),
            (49, self.delete),
            (52, self.purge),
            (56, self.bulk),
            (62, self.add_entry),
            (68, self.edit_entry),
            (72, self.delete_entry),
            (77, self.add_note),
            (80, self.delete_note),
            (85, self.add_task),
            (89, self.finish_task),
            (91, self.delete_task),
            (94, self.new_attribute),
            (97, self.rename_attribute),
            (100, self.archive_attribute),
        ]

    def create(self, which: int, word: str | None) -> str:
        self.made += 1
        name = OBJECTS[which % 2]
        own: Row = {"domains": [f"c{self.made}.com"]} if name == "companies" else {"job_title": word}
        more: Row = {"nick": word} if name == "people" else {"name": word, "description": word}
        made = self.api("POST", f"/v2/objects/{name}/records", {"data": {"values": {**own, **_given(more)}}})
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
            slug = {"companies": ("name", "description"), "people": ("job_title", "nick")}[name][
                which % 3 % 2
            ]
            body = {"data": {"values": {slug: word}}}
            self.api("PATCH", f"/v2/objects/{name}/records/{record_id}", body)

    def delete(self, which: int, _: str | None, *, oldest: bool = False) -> None:
        name = OBJECTS[which % 2]
        ids = self.records(name)
        if record_id := self.pick(ids[:1] if oldest else ids, which // 2):
            entries = self.api("GET", f"/v2/objects/{name}/records/{record_id}/entries") or []
            self.touched.update(each["entry_id"] for each in entries)
            self.touched.update(self.ids("/v2/notes?limit=50", "note_id"))
            self.touched.update(self.ids("/v2/tasks", "task_id"))
            self.api("DELETE", f"/v2/objects/{name}/records/{record_id}")

    def purge(self, which: int, _: str | None) -> None:
        """Several of the oldest rows go at once."""
        for _unused in range(which % 5):
            self.delete(which % 2, None, oldest=True)

    def add_entry(self, which: int, word: str | None) -> None:
        if record_id := self.pick(self.records("companies"), which):
            values = _given({"mood": word})
            body = {"parent_object": "companies", "parent_record_id": record_id, "entry_values": values}
            made = self.api("POST", "/v2/lists/sales/entries", {"data": body})
            self.touched.add(made["id"]["entry_id"])

    def edit_entry(self, which: int, word: str | None) -> None:
        if entry_id := self.pick(self.entries(), which):
            body = {"data": {"entry_values": {"mood": word}}}
            self.api("PATCH", f"/v2/lists/sales/entries/{entry_id}", body)

    def delete_entry(self, which: int, _: str | None) -> None:
        if entry_id := self.pick(self.entries(), which):
            self.api("DELETE", f"/v2/lists/sales/entries/{entry_id}")

    def add_note(self, which: int, word: str | None) -> None:
        if record_id := self.pick(self.records("companies"), which):
            parent = {"parent_object": "companies", "parent_record_id": record_id}
            note = {**parent, "title": word or "-", "format": "plaintext", "content": "x"}
            made = self.api("POST", "/v2/notes", {"data": note})
            self.touched.add(made["id"]["note_id"])

    def delete_note(self, which: int, _: str | None) -> None:
        if note_id := self.pick(self.ids("/v2/notes?limit=50", "note_id"), which):
            self.api("DELETE", f"/v2/notes/{note_id}")

    def add_task(self, _: int, word: str | None) -> None:
        task = {"content": word or "-", "format": "plaintext", "deadline_at": None, "is_completed": False}
        made = self.api("POST", "/v2/tasks", {"data": {**task, "linked_records": [], "assignees": []}})
        self.touched.add(made["id"]["task_id"])

    def finish_task(self, which: int, word: str | None) -> None:
        if task_id := self.pick(self.ids("/v2/tasks", "task_id"), which):
            self.api("PATCH", f"/v2/tasks/{task_id}", {"data": {"is_completed": word is not None}})

    def delete_task(self, which: int, _: str | None) -> None:
        if task_id := self.pick(self.ids("/v2/tasks", "task_id"), which):
            self.api("DELETE", f"/v2/tasks/{task_id}")

    def new_attribute(self, which: int, _: str | None) -> None:
        self.made += 1
        body = {"data": _attribute(f"extra_{self.made}", ("text", "number", "checkbox")[which % 3])}
        self.api("POST", "/v2/objects/people/attributes", body)

    def rename_attribute(self, which: int, _: str | None) -> None:
        self.made += 1
        if (slug := self.pick(self.custom(), which)) and slug != "nick":
            self.reshaped = True
            body = {"data": {"api_slug": f"renamed_{self.made}"}}
            self.api("PATCH", f"/v2/objects/people/attributes/{slug}", body)

    def archive_attribute(self, which: int, word: str | None) -> None:
        if (slug := self.pick(self.custom(), which)) and slug != "nick":
            self.reshaped = True
            body = {"data": {"is_archived": word == "a"}}
            self.api("PATCH", f"/v2/objects/people/attributes/{slug}", body)

    def custom(self) -> list[str]:
        raw = self.api("GET", "/v2/objects/people/attributes?show_archived=true")
        return [each["api_slug"] for each in raw if not each["is_system_attribute"]]

    def pick(self, ids: list[str], which: int) -> str | None:
        if not ids:
            return None
        chosen = sorted(ids)[which % len(ids)]
        self.touched.add(chosen)
        return chosen

    def truth(self, stream: str) -> dict[str, Row]:
        """What Attio holds now, read the plainest way."""
        if stream == "notes":
            return {each["id"]["note_id"]: {"title": each["title"]} for each in self.all("/v2/notes", 50)}
        if stream == "tasks":
            found = self.all("/v2/tasks", 500)
            return {each["id"]["task_id"]: {"is_completed": each["is_completed"]} for each in found}
        of_list = stream.endswith("_entries")
        where = f"/v2/lists/{stream.removesuffix('_entries')}" if of_list else f"/v2/objects/{stream}"
        things, member, key = (
            ("entries", "entry_values", "entry_id") if of_list else ("records", "values", "record_id")
        )
        raw = self.api("POST", f"{where}/{things}/query", {"limit": 500})
        attributes = [Attribute.parse(each) for each in self.api("GET", f"{where}/attributes")]
        return {each["id"][key]: _plain(each, each[member], attributes) for each in raw}

    def all(self, path: str, page: int) -> list[Row]:
        found: list[Row] = []
        while more := self.api("GET", f"{path}?limit={page}&offset={len(found)}"):
            found += more
        return found


_LIST = {
    "name": "Sales",
    "api_slug": "sales",
    "parent_object": "companies",
    "workspace_access": "full-access",
    "workspace_member_access": [],
}


def _attribute(slug: str, kind: str) -> Row:
    flags = {"is_required": False, "is_unique": False, "is_multiselect": False, "config": {}}
    return {"title": slug, "description": None, "api_slug": slug, "type": kind, **flags}


def _given(values: Row) -> Row:
    return {slug: word for slug, word in values.items() if word is not None}


def _plain(raw: Row, values: Row, attributes: list[Attribute]) -> Row:
    plain = {
        name: value for name, value in read_values(values, attributes).items() if value not in (None, [])
    }
    extra = {name: raw[name] for name in ("web_url", "parent_object", "parent_record_id") if name in raw}
    return {**plain, **extra, "created_at": raw["created_at"], "updated_at": newest_active_from(values)}


def differences(
    bench: Bench, world: World, *, but_for: Iterable[str] = (), streams: Iterable[str] = STREAMS
) -> list[Any]:
    """Where the warehouse is not what Attio holds, leaving out some ids."""
    found: list[Any] = []
    for stream in streams:
        living, truth = bench.living(stream), world.truth(stream)
        columns = {name for row in truth.values() for name in row}
        for key in (living.keys() | truth.keys()) - set(but_for):
            have, want = living.get(key), truth.get(key)
            seen = {name: have[name] for name in columns if name in have} if have else None
            if seen != want:
                found.append((stream, key, seen, want))
    return found


class Promise(RuleBasedStateMachine):
    """Histories of writes and syncs."""

    config: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        super().__init__()
        EMULATOR.reset()
        self.bench = Bench(EMULATOR, **self.config)
        self.world = World(self.bench)

    @initialize(writes=st.lists(A_WRITE, max_size=25))
    def begin(self, writes: list[tuple[int, int, str | None]]) -> None:
        """Some pages of rows are there before the first sync."""
        for number in range(40):
            self.world.create(number % 3, "a")
        for write in writes:
            self.world.write(*write)

    @rule(writes=st.lists(A_WRITE, min_size=1, max_size=12))
    def write(self, writes: list[tuple[int, int, str | None]]) -> None:
        """Somebody works in Attio."""
        for write in writes:
            self.world.write(*write)

    @rule()
    def sync(self) -> None:
        """A sync while nobody writes: the warehouse is what Attio holds."""
        self.bench.sync(STREAMS)

        assert [] == differences(self.bench, self.world)

    @rule(writes=st.lists(A_WRITE | A_PURGE, min_size=8, max_size=24))
    def sync_amid_writes(self, writes: list[tuple[int, int, str | None]]) -> None:
        """A sync while somebody writes: whatever was not touched meanwhile is right."""
        self.world.touched, self.world.reshaped = set(), False
        self.bench.adapter.after_query = self.world.busy(writes)
        try:
            self.bench.sync(STREAMS)
        finally:
            self.bench.adapter.after_query = None

        found = differences(self.bench, self.world, but_for=self.world.touched)
        # When attributes change during a sync, its rows have the columns they had when it began.
        assert [] == [each for each in found if not (self.world.reshaped and each[0] == "people")]

    @rule(messages=st.integers(0, 90), writes=st.lists(A_WRITE, max_size=8))
    def killed_sync(self, messages: int, writes: list[tuple[int, int, str | None]]) -> None:
        """A sync that is killed between two messages, while somebody writes."""
        self.bench.adapter.after_query = self.world.busy(writes)
        try:
            self.bench.sync(STREAMS, killed_after=messages)
        finally:
            self.bench.adapter.after_query = None

    @rule(page=st.integers(0, 12))
    def sync_with_a_cut_page(self, page: int) -> None:
        """A page that stays cut fails its stream; it never looks like the last one."""
        seen: list[str] = []

        def garble(path: str) -> bool:
            seen.append(path)
            return path.endswith("/query") and len([each for each in seen if each.endswith("/query")]) > page

        self.bench.adapter.garble = garble
        try:
            self.bench.sync(STREAMS)
        except Unreadable:
            return
        finally:
            self.bench.adapter.garble = lambda _: False

        assert [] == differences(self.bench, self.world)

    def teardown(self) -> None:
        """Whatever the history was, a quiet sync makes the warehouse right; one more delivers nothing."""
        self.bench.sync(STREAMS)

        assert [] == differences(self.bench, self.world)
        assert [] == self.bench.sync(STREAMS)


EXAMPLES = int(os.environ.get("ATTIO_PROMISE_EXAMPLES", "300"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=8,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
TestPromise = Promise.TestCase
TestPromise.settings = SETTINGS


class FollowedPromise(RuleBasedStateMachine):
    """The same with a change feed, which is sometimes down, deaf, or another one than before."""

    def __init__(self) -> None:
        super().__init__()
        EMULATOR.reset()
        self.bench = Bench(EMULATOR, change_feed=FEED)
        self.world = World(self.bench)
        self.relay = RelayDouble(EMULATOR)
        self.bench.adapter.relay = self.relay.answer
        for number in range(12):
            self.world.create(number, "a")
        self.bench.sync(["companies", "people"])

    @rule(
        writes=st.lists(st.tuples(st.integers(0, 55), st.integers(0, 30), st.sampled_from(WORDS)), max_size=9)
    )
    def write(self, writes: list[tuple[int, int, str | None]]) -> None:
        """Somebody works in Attio."""
        for write in writes:
            self.world.write(*write)

    @rule(minutes=st.sampled_from([1, 10, 60 * 30]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        EMULATOR.clock.advance(60 * minutes)

    @rule()
    def sync(self) -> None:
        """A sync by the feed leaves the same as one that looks through everything."""
        self.bench.sync(["companies", "people"])

        assert [] == differences(self.bench, self.world, streams=["companies", "people"])

    @rule(messages=st.integers(0, 20))
    def killed_sync(self, messages: int) -> None:
        """A sync that is killed between two messages."""
        self.bench.sync(["companies", "people"], killed_after=messages)

    @rule(trouble=st.sampled_from(["deaf", "deaf", "down", "none"]))
    def trouble(self, trouble: str) -> None:
        """The relay hears nothing, or does not answer, or is well again."""
        self.relay.deaf, self.relay.down = trouble == "deaf", trouble == "down"

    @rule()
    def another_store(self) -> None:
        """The relay comes back with another store."""
        self.relay.epoch += "'"

    def teardown(self) -> None:
        """Whatever the history was, a sync makes the warehouse right."""
        self.sync()


TestFollowedPromise = FollowedPromise.TestCase
TestFollowedPromise.settings = settings(SETTINGS, max_examples=max(EXAMPLES // 4, 1))
