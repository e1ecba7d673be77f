"""Any history: a push, a colleague at any moment, a stop or a kill at any moment, a revert; nothing is lost.

Whatever he does (make, edit, clear, delete, merge, hang a note, a task, an entry, a comment, a meeting or a
file on something), after the revert all that is his is there value by value, and every written thing is
restored or listed. A third of the pushes are mirrors, which delete what is not among their rows.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, seed, settings
from hypothesis import strategies as st

from destination_attio.engine import after_images, mirror, push, titles
from destination_attio.engine.journal_writer import JournalWriter
from destination_attio.engine.overwritten import Overwritten
from destination_attio.engine.ownership import Ownership
from destination_attio.engine.signals import RunStopped, Stop
from destination_attio.storage.journal import JournalError
from destination_attio.workspace.attachments import Attachments
from integration_tests.in_process import Killed, MemoryDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from destination_attio.model.plan import Report
    from destination_attio.session import Session

HISTORIES = int(os.environ.get("HISTORIES", "300"))
SEED = os.environ.get("HISTORIES_SEED")
"""Other histories than those of every run, by hand; the same number gives the same ones again."""
PATIENCE = 0 if "HISTORIES" in os.environ else 1800
held_for_all = settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=SEED is None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
until_found = settings(held_for_all, max_examples=400)
COLLEAGUE = "colleague-token"
CODES = ["a", "b", "c", "d"]
HUNG = ["note", "task", "entry", "comment", "meeting", "file"]
ATTRIBUTES = ("code", "label", "remark", "tags", "kind")
DEEDS = ["make", "edit", "word", "clear", "delete", "merge", "use", *HUNG]
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What the colleague does, to which record, before which write of the run (past the last: after it)."""

    what: str
    code: str
    at: int


@dataclass(frozen=True, kw_only=True)
class History:
    """What is there before, what is pushed, what the colleague does, and how the run ends."""

    rows: list[Row]
    before: list[Row] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    stop: int | None = None
    is_killed: bool = False
    is_mirror: bool = False


@st.composite
def histories(draw: Callable[[Any], Any]) -> History:
    """Small ones, in which everything meets everything."""
    labels = st.sampled_from(["x", "y", None])
    row = {"label": labels, "tags": st.sampled_from([["Old"], ["New"], ["Old", "New"], None])}
    before = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=2))
    rows = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1, max_size=4))
    deed = st.builds(Deed, what=st.sampled_from(DEEDS), code=st.sampled_from(CODES), at=st.integers(1, 9))
    return History(
        before=[{"code": one, "label": "old", "tags": ["Old"]} for one in before],
        rows=[{"code": one, **draw(st.fixed_dictionaries(row))} for one in rows],
        deeds=draw(st.lists(deed, max_size=3)),
        stop=draw(st.one_of(st.none(), st.integers(1, 6))),
        is_killed=draw(st.booleans()),
        is_mirror=draw(st.sampled_from([False, False, True])),
    )


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
        for slug in ATTRIBUTES:
            if self.values.get((record, slug)) != before.get((record, slug)):
                self.values.pop((record, slug), None)

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
        held = _plain(self.desk.attio.api("GET", f"/v2/objects/things/records/{record}")["data"], "label")
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
        parent = {"parent_object": "things", "parent_record_id": record}
        note = {**parent, "title": "t", "format": "plaintext", "content": "his"}
        self._hang(record, "note", self.call("POST", "/v2/notes", {"data": note}))

    def task(self, record: str) -> None:
        """A task about it."""
        task = {
            "content": "his",
            "format": "plaintext",
            "deadline_at": None,
            "is_completed": False,
            "assignees": [],
            "linked_records": [{"target_object": "things", "target_record_id": record}],
        }
        self._hang(record, "task", self.call("POST", "/v2/tasks", {"data": task}))

    def entry(self, record: str) -> None:
        """An entry of a list."""
        entry = {"parent_object": "things", "parent_record_id": record, "entry_values": {}}
        self._hang(record, "entry", self.call("POST", "/v2/lists/queue/entries", {"data": entry}))

    def comment(self, record: str) -> None:
        """A comment on it."""
        member = self.call("GET", "/v2/workspace_members")[1]["data"][0]["id"]["workspace_member_id"]
        comment = {
            "format": "plaintext",
            "content": "his",
            "author": {"type": "workspace-member", "id": member},
            "record": {"object": "things", "record_id": record},
        }
        self._hang(record, "comment", self.call("POST", "/v2/comments", {"data": comment}))

    def meeting(self, record: str) -> None:
        """A meeting about it."""
        guest = {"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}
        meeting = {
            "title": "t",
            "description": "",
            "is_all_day": False,
            "start": {"datetime": "2026-05-01T10:00:00", "timezone": "UTC"},
            "end": {"datetime": "2026-05-01T11:00:00", "timezone": "UTC"},
            "participants": [guest],
            "linked_records": [{"object": "things", "record_id": record}],
            "external_ref": f"m-{record}-{len(self.hung.get(record, []))}",
        }
        self._hang(record, "meeting", self.call("POST", "/v2/meetings", {"data": meeting}))

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
                kept = {slug: value for slug, value in mine.items() if value == _plain(held, slug)}
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
        found = [one for one in self.desk.attio.records("things", limit=500) if _plain(one, "code") == code]
        return str(found[0]["id"]["record_id"]) if found else None


def _plain(record: Row, slug: str) -> Any:
    found = record["values"].get(slug) or []
    shown = [one["option"]["title"] if "option" in one else one["value"] for one in found]
    return sorted(shown) if slug == "tags" else (shown[0] if shown else None)


def office() -> MemoryDesk:
    desk = MemoryDesk()
    desk.attio.add_token(COLLEAGUE)
    desk.custom_object("things")
    for slug, kind, many in (("label", "text", False), ("remark", "text", False), ("tags", "select", True)):
        desk.attribute("objects/things", slug, kind, is_multiselect=many)
    desk.attribute("objects/things", "kind", "select")
    desk.list_of("queue", "things")
    options = "/v2/objects/things/attributes/tags/options"
    desk.attio.api("POST", options, {"data": {"title": "Old"}})
    return desk


def announced_deletions(desk: MemoryDesk) -> set[str]:
    """The records that the run in the journal has deleted, or is about to delete."""
    found = (one.change for run in desk.runs() for one in desk.changes(run.run_id))
    return {str(one.record_id) for one in found if one.kind == "delete"}


SETTINGS = {"match": "code", "on_unknown_option": "create"}
MIRROR = {"mode": "mirror", "max_delete_percent": 100}


def ran(desk: MemoryDesk, history: History, colleague: Colleague) -> str | None:
    """Push while he acts; returns the run's id, also where it was stopped or killed."""
    pending = sorted(history.deeds, key=lambda one: one.at)
    current: list[Session] = []

    def heard(when: str, number: int) -> None:
        while when == "before" and pending and pending[0].at <= number:
            colleague.does(pending.pop(0))
        if when == "after" and number == history.stop:
            if history.is_killed:
                desk.kill()
            current[0].stop.ask()

    desk.on_write = heard
    with suppress(Killed, RunStopped, JournalError), desk.session() as session:
        current.append(session)
        session.push(_stream(**(MIRROR if history.is_mirror else {})), history.rows)
    desk.on_write = lambda *_: None
    for deed in pending:
        colleague.does(deed)
    runs = desk.runs()
    return runs[0].run_id if runs else None


def _stream(**more: Any) -> Any:
    from integration_tests.destination_desk import stream  # noqa: PLC0415 (a builder of another test's)

    return stream("things", **SETTINGS, **more)


def nothing_of_his_is_lost(history: History) -> None:
    """After push and revert all that is his is there, and every written thing is restored or listed."""
    desk = office()
    colleague = Colleague(desk)
    desk.push(history.before, "things", match="code")
    was = _held(desk)
    desk.forget_runs()
    run_id = ran(desk, history, colleague)
    if run_id is None:
        return
    left = _held(desk)
    with desk.session() as session:
        undone = session.revert(run_id)
    deleted = _deleted(desk, run_id)
    now = _under_their_first_ids(_held(desk), desk, undone)
    assert deleted <= set(now) | _listed(undone), (
        "a record that the run deleted stays away, and nobody is told"
    )
    _is_all_there(desk, colleague, now, deleted)
    emptied = {str(row["code"]) for row in history.rows if row["label"] is None}
    _his_words_are_there_or_listed(emptied, left, now, undone, colleague)
    _is_restored_or_listed(was, now, undone, colleague)
    _options_are_gone_or_told(desk, undone)


def _held(desk: MemoryDesk) -> dict[str, dict[str, Any]]:
    return {
        one["id"]["record_id"]: {
            slug: _plain(one, slug) for slug in ("code", "label", "remark", "tags", "kind")
        }
        for one in desk.attio.records("things", limit=500)
    }


def _deleted(desk: MemoryDesk, run_id: str) -> set[str]:
    """The records that a run has deleted, as is known after a revert."""
    noted = (one for one in desk.changes(run_id) if one.status == "written")
    return {str(one.change.record_id) for one in noted if one.change.kind == "delete"}


def _under_their_first_ids(
    now: dict[str, dict[str, Any]], desk: MemoryDesk, undone: Report
) -> dict[str, dict[str, Any]]:
    """What is there, with the records that the revert has made again under the ids that they had before."""
    made = {str(one.change.record_id): one.change.renews for one in desk.changes(undone.run_id)}
    return {made.get(record) or record: values for record, values in now.items()}


def _listed(undone: Report) -> set[str]:
    """The records that the revert names."""
    return {str(name) for one in undone.conflicts for name in (one.record_id, one.renews)}


def _is_all_there(
    desk: MemoryDesk, colleague: Colleague, now: dict[str, dict[str, Any]], deleted: set[str]
) -> None:
    """What hangs on a record goes with it, also where a mirror deletes it."""
    for record in (colleague.made | set(colleague.hung)) - colleague.deleted - deleted:
        assert record in now, "a record of the colleague's, or one that he has added to, is gone"
    for (record, slug), value in colleague.values.items():
        if record in colleague.deleted or slug not in {"remark", "kind"}:
            continue
        assert record in set(now) | deleted, "a record with a value of the colleague's is gone"
        assert record not in now or now[record][slug] == value, f"the colleague's {slug} is gone"
    for what, path in (("note", "/v2/notes"), ("task", "/v2/tasks"), ("meeting", "/v2/meetings")):
        away = colleague.deleted | deleted
        kept = sum(kinds.count(what) for one, kinds in colleague.hung.items() if one not in away)
        assert len(desk.attio.api("GET", path, limit=50)["data"]) >= kept


def _his_words_are_there_or_listed(
    emptied: set[str],
    left: dict[str, dict[str, Any]],
    now: dict[str, dict[str, Any]],
    undone: Report,
    colleague: Colleague,
) -> None:
    """Where the run wrote over a word of his, the revert gives it back or lists it; else it stays.

    `emptied` are the codes of the records whose label the run empties. When he empties it within the same
    seconds, Attio does not show who did: docs/delivery.md says so.
    """
    listed = _listed(undone)
    for (record, slug), value in colleague.values.items():
        if slug != "label" or record in colleague.deleted:
            continue
        assert record in set(now) | listed, "a record with a word of the colleague's is gone"
        if record not in now or now[record]["label"] == value:
            continue
        assert record in left, "a word of the colleague's has not come back with its record"
        if value is None and left[record]["code"] in emptied:
            continue
        assert left[record]["label"] != value, "a word of the colleague's that nobody wrote over is gone"
        assert record in listed, "a word of the colleague's is gone, and nobody is told"


def _is_restored_or_listed(
    was: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]], undone: Report, colleague: Colleague
) -> None:
    listed = _listed(undone)
    touched = {record for record, _ in colleague.values} | colleague.made | set(colleague.hung)
    for record, values in was.items():
        if record in now and record not in listed | touched:
            assert now[record] == values, "a value of the run stays, and nobody is told"
    for record in set(now) - set(was):
        assert record in listed | colleague.made | touched, "a record of the run stays, and nobody is told"


def _options_are_gone_or_told(desk: MemoryDesk, undone: Report) -> None:
    """An option that the run made is archived again, or used, or somebody is told."""
    options = desk.attio.api("GET", "/v2/objects/things/attributes/tags/options")["data"]
    left = {one["title"] for one in options if not one["is_archived"]} - {"Old"}
    used = {title for one in _held(desk).values() for title in one["tags"]}
    listed = " ".join(str(one.reason) for one in undone.conflicts)
    assert all(title in used or title in listed for title in left), "an option stays, and nobody is told"


MERGED = History(
    before=[],
    rows=[{"code": code, "label": "x"} for code in ("d", "b", "a")],
    deeds=[Deed(what="merge", code="d", at=5)],
    stop=2,
    is_killed=True,
)
"""He merges what a killed run has made, and the merged record looks like one of the run's."""


@pytest.mark.slow(seconds=120)
@pytest.mark.timeout(PATIENCE)
@(seed(int(SEED)) if SEED else lambda test: test)
@held_for_all
@example(history=MERGED)
@given(history=histories())
def test_nothing_of_a_colleague_is_lost(history: History) -> None:
    """For every history: 300 take two minutes of processor time.

    By hand, `HISTORIES=10000 HISTORIES_SEED=1` tries more and others.
    """
    nothing_of_his_is_lost(history)


# --- bugs that such a connector could have, planted one by one ---------------------------------------------


def every_record_is_ours(patch: pytest.MonkeyPatch) -> None:
    """An assert that met somebody's record counts as a creation."""
    patch.setattr(Ownership, "whose", lambda *_: "ours")


def after_image_from_the_answer(patch: pytest.MonkeyPatch) -> None:
    """The journal claims all that Attio holds, whoever wrote it."""
    every_record_is_ours(patch)
    whole = after_images.AfterImages.__call__

    def claimed(self: Any, outcome: Any) -> Any:
        image = whole(self, outcome)
        return after_images.Image(
            record_id=image.record_id, after={**(image.after or {}), **(image.beside or {})}
        )

    patch.setattr(after_images.AfterImages, "__call__", claimed)


def notes_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    """A revert deletes records with what hangs on them."""
    patch.setattr(Attachments, "find", lambda *_: {})


def option_not_noted(patch: pytest.MonkeyPatch) -> None:
    """Options are made beside the journal."""
    noted = titles.make_titles

    def unnoted(options: Any, operations: Sequence[Any], catalog: Any, writer: Any) -> None:
        before, writer._journal_writer = writer._journal_writer, JournalWriter(None, "none", str)  # noqa: SLF001 (planted)
        noted(options, operations, catalog, writer)
        writer._journal_writer = before  # noqa: SLF001 (as above)

    patch.setattr(push, "make_titles", unnoted)


def deletion_without_others_values(patch: pytest.MonkeyPatch) -> None:
    """The journal keeps of a deleted record what the stream writes, and not what others have written."""
    whole = mirror.deletion_fields

    def mapped(image: Any, binding: Any) -> Any:
        return tuple(one for one in whole(image, binding) if one.attribute in {"code", "label", "tags"})

    patch.setattr(mirror, "deletion_fields", mapped)


def history_of_values_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    """A revert puts back what the run had read, whatever somebody wrote between the reading and the write."""
    patch.setattr(Overwritten, "corrected", lambda _, changes, *__: [change for change, _ in changes])


_A = {"code": "a", "label": "x", "tags": None}
_B = {"code": "b", "label": "x", "tags": None}
_OLD = {"code": "a", "label": "old", "tags": ["Old"]}
PLANTED = [
    # the colleague makes what the run is about to make
    (every_record_is_ours, History(rows=[_A, _B], deeds=[Deed(what="make", code="b", at=1)])),
    (after_image_from_the_answer, History(rows=[_A, _B], deeds=[Deed(what="make", code="b", at=1)])),
    # he hangs a note on what the run has made
    (notes_not_asked_for, History(rows=[_A], deeds=[Deed(what="note", code="a", at=9)])),
    # he adds to a record that a mirror deletes in the end
    (
        deletion_without_others_values,
        History(before=[_OLD], rows=[_B], deeds=[Deed(what="edit", code="a", at=1)], is_mirror=True),
    ),
    # the run makes an option
    (option_not_noted, History(rows=[{**_A, "tags": ["New"]}])),
    # he writes where the run writes, just before it
    (
        history_of_values_not_asked_for,
        History(before=[_OLD], rows=[_A], deeds=[Deed(what="word", code="a", at=1)]),
    ),
]
"""Each with a history that shows it."""


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("plant", "history"), PLANTED, ids=[one[0].__name__ for one in PLANTED])
def test_a_planted_bug_is_caught(
    plant: Callable[[pytest.MonkeyPatch], None], history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the bug in place, some history breaks the promise: the one that is known to, or another."""
    nothing_of_his_is_lost(history)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        until_found(example(history=history)(given(history=histories())(nothing_of_his_is_lost)))()


def test_a_swallowed_signal_does_not_end_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run whose stop was lost on the way is no success: its own sum does not hold."""
    desk = office()
    rows = [{"code": f"c{one}", "label": "x"} for one in range(9)]
    monkeypatch.setattr(Stop, "obey", lambda _: None)
    with desk.session() as session:
        desk.on_write = lambda _, number: session.stop.ask() if number == 3 else None
        with pytest.raises(Exception, match="are accounted for"):
            session.push(_stream(), rows)
    with desk.open_journal() as journal:
        assert "failed" == journal.runs()[0].status


def test_a_swallowed_signal_does_not_end_a_revert_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A revert checks its sum as well: what it has not come to is neither put back nor listed."""
    desk = office()
    desk.push([{"code": f"c{one}", "label": "x"} for one in range(9)], "things", match="code")
    monkeypatch.setattr(Stop, "obey", lambda _: None)
    with desk.session() as session:
        desk.on_write = lambda _, number: session.stop.ask() if number == 3 else None
        assert session.journal
        with pytest.raises(Exception, match=r"9 changes were to be undone, but \d are accounted for"):
            session.revert(session.journal.runs()[0].run_id)
    with desk.open_journal() as journal:
        assert ("revert", "failed") == (journal.runs()[0].kind, journal.runs()[0].status)
