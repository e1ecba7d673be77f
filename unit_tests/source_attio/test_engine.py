"""The engine on the emulator: page edges, foreign and damaged states, streams that are gone, the feed."""

import itertools
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from airbyte_cdk.models import FailureType

from attio_api.errors import BadFilter, Misconfigured, UnknownObject
from attio_emulator.emulator import Emulator, Request
from source_attio.context import Limits
from source_attio.memory import Digests, Exact
from source_attio.messages import traced
from unit_tests.source_attio.harness import SMALL, Bench, Row
from unit_tests.source_attio.relay_in_process import FEED, RelayInProcess


def bench(companies: int = 0, **config: Any) -> Bench:
    made = Bench(Emulator(clock_mode="manual"), **config)
    made.limits = Limits()
    grow(made, companies)
    return made


def grow(made: Bench, companies: int) -> None:
    for number in range(companies):
        values = {"name": f"Company {number}", "domains": [f"c{number}-{made.emulator.clock.now_ns()}.com"]}
        made.api("POST", "/v2/objects/companies/records", {"data": {"values": values}})


@contextmanager
def followed(made: Bench, folder: Path) -> Iterator[None]:
    """Let a relay hear what happens, and the source ask it."""
    with closing(RelayInProcess(made.emulator, folder)) as relay:
        made.adapter.relay = relay.answer
        yield


def edit(made: Bench, record_id: str, **values: Any) -> None:
    made.api("PATCH", f"/v2/objects/companies/records/{record_id}", {"data": {"values": values}})


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1001])
def test_every_row_is_read_at_the_edges_of_pages(count: int) -> None:
    """Whether the last page is empty, full or has one row: each company is delivered once."""
    made = bench(count)
    delivered = made.sync(["companies"])

    assert (count, count) == (len(delivered), len({row["record_id"] for row in delivered}))


def test_rows_are_read_in_the_order_that_attio_sorts_by() -> None:
    """Attio sorts and filters by the attribute `created_at`, which differs from the record's own."""
    made = bench()
    made.emulator.workspace.birth_spread_ns = 50_000_000
    grow(made, 700)
    by_age = [{"attribute": "created_at", "direction": "asc"}]
    records = made.api("POST", "/v2/objects/companies/records/query", {"sorts": by_age})
    own = [record["created_at"] for record in records]
    delivered = made.sync(["companies"])

    assert own != sorted(own)
    assert 700 == len({row["record_id"] for row in delivered})
    assert {row["record_id"]: row["created_at"] for row in delivered}.items() >= {
        (record["id"]["record_id"], record["created_at"]) for record in records
    }


class Stricter:
    """An emulator that does not know the ids of rows as attributes, neither in sorts nor in filters."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def handle(self, request: Request) -> Any:
        body = orjson.loads(request.body or b"{}")
        if len(body.get("sorts", ())) > 1:
            body["sorts"][1]["attribute"] = "nowhere"
        if "record_id" in body.get("filter", {}):
            body["filter"]["nowhere"] = body["filter"].pop("record_id")
        return self.emulator.handle(replace(request, body=orjson.dumps(body)))


def test_records_are_read_where_attio_does_not_sort_by_id() -> None:
    """A refusal to sort by id costs a request, not the stream."""
    made = bench(1001)
    made.adapter.emulator = Stricter(made.emulator)  # type: ignore[assignment]
    delivered = made.sync(["companies"])
    answers = [each["status"] for each in made.emulator.calls.since(0)["calls"]]  # type: ignore[index,union-attr,call-overload]

    assert (1001, 1001) == (len(delivered), len({row["record_id"] for row in delivered}))
    assert 1 == answers.count(400)


def test_a_filter_that_attio_refuses_is_a_setting_to_correct() -> None:
    """A bad filter of the user's fails with or without an order by id."""
    unknown = [{"target": "companies", "filter": '{"nowhere": "x"}'}]

    with pytest.raises(BadFilter):
        bench(3, filters=unknown).sync(["companies"])


def test_an_unchanged_workspace_delivers_nothing() -> None:
    """A second sync of what did not change has no rows."""
    made = bench(30)
    made.sync(["companies"])

    assert [] == made.sync(["companies"])


@pytest.mark.parametrize(
    ("harm", "word"),
    [({"version": 99}, "newer version"), ({"workspace_id": "elsewhere"}, "another Attio workspace")],
)
def test_a_foreign_state_is_refused_with_a_remedy(harm: Row, word: str) -> None:
    """A state of a newer version or of another workspace is a configuration error that says what to do."""
    made = bench(3)
    made.sync(["companies"])
    made.states["companies"] |= harm

    with pytest.raises(Misconfigured, match=word) as refusal:
        made.sync(["companies"])
    assert FailureType.config_error is traced(refusal.value).failure_type
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "harm",
    [{"rows": "%%%"}, {"memory": None}, {"position": [1, 2, 3]}, {"_changed_at": "soon"}, {"version": None}],
)
def test_a_damaged_state_delivers_everything_again_and_outranks_it(harm: Row) -> None:
    """Whatever is wrong with a state, the next sync makes the warehouse right, with newer `_changed_at`."""
    made = bench(12)
    made.sync(["companies"])
    edit(made, next(iter(made.tables["companies"])), name=None)
    made.sync(["companies"])
    before = {key: row["_changed_at"] for key, row in made.tables["companies"].items()}
    made.states["companies"] |= harm
    delivered = made.sync(["companies"])

    assert 12 == len(delivered)
    assert all(row["_changed_at"] >= before[row["record_id"]] for row in delivered)


def test_an_object_that_takes_over_a_slug_begins_anew() -> None:
    """A state of another object is not gone on from: the new object's rows are all delivered."""
    made = bench(5)
    made.sync(["companies"])
    made.states["companies"]["target_id"] = "the-one-before"

    assert 5 == len(made.sync(["companies"]))


def test_a_stream_that_is_gone_fails_alone() -> None:
    """A stream of the catalog that does not exist any more is a configuration error of that stream."""
    made = bench(2)
    failures: dict[str, Exception] = {}
    list(made.messages(["planets", "companies"], failures=failures))

    assert ["planets"] == list(failures)
    assert isinstance(failures["planets"], UnknownObject)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, FailureType.transient_error),
        (503, FailureType.transient_error),
        (409, FailureType.transient_error),
        (429, FailureType.transient_error),
        (None, FailureType.transient_error),
        (401, FailureType.config_error),
        (403, FailureType.config_error),
    ],
)
def test_trouble_that_lasts_fails_its_stream_alone(status: int | None, kind: FailureType) -> None:
    """After the last try it is Attio's to mend or the user's, as its kind says; the other stream is read."""
    made = bench(3)
    made.adapter.trouble["people/records/query"] = status
    failures: dict[str, Exception] = {}
    read = list(made.messages(["people", "companies"], failures=failures))

    assert ["people"] == list(failures)
    assert kind is traced(failures["people"]).failure_type
    assert {"companies"} == {each.record.stream for each in read if each.record}


@pytest.mark.parametrize("refused", [0, 3])
def test_no_second_holds_more_than_a_hundred_reads(refused: int) -> None:
    """Where an answer takes no time, and where every third call is refused; all rows are read."""
    made = bench(1500)
    made.limits = SMALL
    asked: list[float] = []

    def refuses() -> bool:
        asked.append(made.clock())
        return bool(refused) and len(asked) % refused == 0

    made.adapter.refuses = refuses
    delivered = made.sync(["companies"])

    assert 1500 == len({row["record_id"] for row in delivered})
    assert len(asked) > 350
    assert max(bisect_right(asked, start + 1) - at for at, start in enumerate(asked)) <= 100


def test_a_hundred_changes_by_the_feed_cost_few_requests(tmp_path: Path) -> None:
    """With a change feed, a hundred changed records among a thousand cost at most ten requests."""
    made = bench(1000, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        made.emulator.clock.advance(600)
        for record_id in list(made.tables["companies"])[:100]:
            edit(made, record_id, name="New")
        made.emulator.calls.clear()
        delivered = made.sync(["companies"])

    assert 100 == len(delivered)
    assert made.emulator.calls.since(0)["counts"]["all"] <= 10


def remarked() -> tuple[Bench, str]:
    """One company, with an attribute whose history is wanted."""
    made = bench(1, history_attributes=["companies.remark"])
    remark = {"title": "Remark", "api_slug": "remark", "type": "text", "description": None, "config": {}}
    flags = dict.fromkeys(("is_required", "is_unique", "is_multiselect"), False)
    made.api("POST", "/v2/objects/companies/attributes", {"data": remark | flags})
    (record,) = made.api("POST", "/v2/objects/companies/records/query", {})
    return made, record["id"]["record_id"]


def test_a_value_that_ended_outranks_itself_after_a_kill() -> None:
    """A cleared value shows in no time of its record, and a sync that was killed has left no state."""
    made, record_id = remarked()
    edit(made, record_id, remark="So far")
    delivered = made.sync(["attribute_values_history"], killed_after=2)
    edit(made, record_id, remark=None)
    made.sync(["attribute_values_history"])

    assert [None] == [row["active_until"] for row in delivered]
    (kept,) = made.tables["attribute_values_history"].values()
    assert kept["active_until"]
    assert kept["_changed_at"] == kept["active_until"] > delivered[0]["_changed_at"]


def test_a_long_history_is_read_whole() -> None:
    """Attio does not say how many values it tells at once, so a history is read page by page."""
    made, record_id = remarked()
    for number in range(130):
        edit(made, record_id, remark=f"Remark {number}")
    values = [
        each.record.data["value"] for each in made.messages(["attribute_values_history"]) if each.record
    ]

    assert [f"Remark {number}" for number in range(130)] == values


def test_what_cannot_be_found_by_id_is_found_by_a_scan(tmp_path: Path) -> None:
    """Where Attio refuses to look rows up by their ids, a feed leads to a scan and loses nothing."""
    made = bench(30, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        made.adapter.emulator = Stricter(made.emulator)  # type: ignore[assignment]
        edited, deleted = list(made.tables["companies"])[:2]
        edit(made, edited, name="New")
        made.api("DELETE", f"/v2/objects/companies/records/{deleted}")
        made.sync(["companies"])

    assert "New" == made.tables["companies"][edited]["name"]
    assert 29 == len(made.living("companies"))


def test_a_merge_is_told_by_the_feed(tmp_path: Path) -> None:
    """Both records of a merge are marked with the id under which they live on; that one is delivered."""
    made = bench(4, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        first, second = list(made.tables["companies"])[:2]
        pair = {"primary_record_id": first, "secondary_record_id": second}
        merged = made.api("POST", "/v2/objects/companies/records/merge", {"data": pair})["new_record_id"]
        made.sync(["companies"])

    table = made.tables["companies"]
    assert [(True, merged), (True, merged)] == [
        (table[each]["_deleted"], table[each]["_merged_into"]) for each in (first, second)
    ]
    assert not table[merged]["_deleted"]


def test_a_deleted_comment_leaves_its_record(tmp_path: Path) -> None:
    """The event of a deleted comment names the comment's record, which lives on."""
    made = bench(2, change_feed=FEED)
    with followed(made, tmp_path):
        made.sync(["companies"])
        commented = next(iter(made.tables["companies"]))
        author = {"type": "workspace-member", "id": next(iter(made.emulator.workspace.members))}
        place = {"record": {"object": "companies", "record_id": commented}}
        comment = {"format": "plaintext", "content": "x", "author": author, **place}
        said = made.api("POST", "/v2/comments", {"data": comment})["id"]["comment_id"]
        made.api("DELETE", f"/v2/comments/{said}")

        assert [] == made.sync(["companies"])


def test_a_thread_that_goes_meanwhile_takes_no_other_with_it() -> None:
    """When a long thread is deleted between the listing and its own page, the others are delivered."""
    made = bench(1, include_comments=True)
    company = made.api("POST", "/v2/objects/companies/records/query", {})[0]["id"]["record_id"]
    author = {"type": "workspace-member", "id": next(iter(made.emulator.workspace.members))}

    def comment(**place: Any) -> str:
        said = {"format": "plaintext", "content": "x", "author": author, **place}
        return str(made.api("POST", "/v2/comments", {"data": said})["id"]["comment_id"])

    place = {"object": "companies", "record_id": company}
    long, other = comment(record=place), comment(record=place)
    for _ in range(80):
        comment(thread_id=long)
    later(made, 2, "DELETE", f"/v2/comments/{long}")

    assert [other] == [row["comment_id"] for row in made.sync(["comments"])]


def test_a_recording_that_goes_meanwhile_takes_no_other_with_it() -> None:
    """When one of a meeting's recordings is deleted while they are read, the others are delivered."""
    made = bench()
    point = {"datetime": "2026-03-01T09:00:00.000000000Z", "timezone": "UTC"}
    somebody = {"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}
    times = {"start": point, "end": point, "is_all_day": False}
    meeting = {"title": "x", "description": "", "participants": [somebody], **times}
    path = f"/v2/meetings/{made.api('POST', '/v2/meetings', {'data': meeting})['id']['meeting_id']}"
    ids = []
    for number in range(3):
        recording = {"data": {"video_url": f"https://example.com/{number}.mp4"}}
        ids.append(made.api("POST", f"{path}/call_recordings", recording)["id"]["call_recording_id"])
    later(made, 2, "DELETE", f"{path}/call_recordings/{ids[1]}")

    assert {ids[0], ids[2]} == {row["call_recording_id"] for row in made.sync(["call_recordings"])}


def later(made: Bench, answers: int, method: str, path: str) -> None:
    """Let somebody call once after so many answers that hold rows."""
    count = itertools.count(1)
    made.adapter.after_answer = lambda: made.api(method, path) if next(count) == answers else None


def test_deleted_records_hold_every_mark() -> None:
    """The marks of all streams are delivered once more in a stream of their own."""
    made = bench(3)
    made.sync(["companies", "deleted_records"])
    gone = next(iter(made.tables["companies"]))
    made.api("DELETE", f"/v2/objects/companies/records/{gone}")
    rows = [
        message.record.data
        for message in made.messages(["companies", "deleted_records"])
        if message.record and message.record.stream == "deleted_records"
    ]

    assert [("companies", gone)] == [(row["stream"], row["id"]) for row in rows]


@pytest.mark.parametrize(
    ("memory", "noticed"),
    [("exact", [True, True, True]), ("digests", [True, True, False]), ("watermark", [True, False, False])],
)
def test_a_state_over_its_budget_gives_up_deletes_first_and_edits_never(
    memory: str, noticed: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With less memory than rows, deletes are not noticed any more, then cleared values; edits always are."""
    monkeypatch.setattr(Exact, "fits", lambda *_: memory == "exact")
    monkeypatch.setattr(Digests, "fits", lambda *_: memory == "digests")
    made = bench(20)
    made.sync(["companies"])
    made.emulator.clock.advance(3600)
    made.sync(["companies"])
    edited, cleared, deleted = list(made.tables["companies"])[:3]
    edit(made, edited, name="New")
    edit(made, cleared, name=None)
    made.api("DELETE", f"/v2/objects/companies/records/{deleted}")
    ids = [row["record_id"] for row in made.sync(["companies"])]

    assert noticed == [each in ids for each in (edited, cleared, deleted)]
    assert memory == made.states["companies"]["memory"]


@pytest.mark.parametrize(("memory", "grows"), [("exact", True), ("digests", False), ("watermark", False)])
def test_after_a_kill_only_exact_memory_lets_every_row_grow(
    memory: str, grows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that a killed sync delivered and whose newest value is cleared then may go back."""
    monkeypatch.setattr(Exact, "fits", lambda *_: memory == "exact")
    monkeypatch.setattr(Digests, "fits", lambda *_: memory == "digests")
    made = bench(1)
    for _ in range(2):
        made.sync(["companies"])
        made.emulator.clock.advance(3600)
    (company,) = made.tables["companies"]
    edit(made, company, name="New")
    made.emulator.clock.advance(60)
    edit(made, company, description="Newer")
    made.sure = False
    before = next(rows for last in range(9) if (rows := made.sync(["companies"], killed_after=last)))
    edit(made, company, description=None)
    made.emulator.clock.advance(60)
    after = made.sync(["companies"])

    assert [grows] == [
        later["_changed_at"] > row["_changed_at"] for row, later in zip(before, after, strict=True)
    ]
