"""Rows that a pass did not meet: asked for before they are marked, and not believed in masses."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from attio_api.errors import Misconfigured, Unreadable
from attio_emulator.emulator import Request
from unit_tests.source_attio.engine_bench import Stricter, bench, edit
from unit_tests.source_attio.harness import SMALL, Bench

EMPTY = orjson.dumps({"data": []})
POINT = {"datetime": "2026-03-01T09:00:00.000000000Z", "timezone": "UTC"}
SOMEBODY = {"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}


def lie(
    made: Bench,
    path: str,
    when: Callable[[int], bool],
    of: Callable[[Request], bool] = lambda _: True,
    answer: bytes = EMPTY,
) -> None:
    """Answer some of the requests for a listing with an empty page: by their number, from 0 on.

    `of` tells which of the requests are counted, and `answer` is what they get.
    """
    honest, asked = made.adapter.emulator, [0]

    class Lying:
        def handle(self, request: Request) -> Any:
            outcome = honest.handle(request)
            if request.path != path or not of(request):
                return outcome
            asked[0] += 1
            if not when(asked[0] - 1):
                return outcome
            headers = {k: v for k, v in outcome.answer.headers.items() if k.lower() != "content-length"}
            return replace(outcome, answer=replace(outcome.answer, body=answer, headers=headers))

    made.adapter.emulator = Lying()  # type: ignore[assignment]


@pytest.mark.parametrize("wrong", [[0], [0, 1], [1, 2], [2, 3], [4, 5], [3, 4, 5], [2, 3, 4]])
@pytest.mark.parametrize("mode", ["first", "incremental", "full refresh"])
def test_an_empty_page_does_not_bury_the_living(wrong: list[int], mode: str) -> None:
    """Whichever page is answered empty, also twice, no living row is marked."""
    made = bench(40)
    made.limits = SMALL
    made.refresh = mode == "full refresh"
    if mode == "incremental":
        made.sync(["companies"])
    lie(made, "/v2/objects/companies/records/query", lambda number: number in wrong)
    delivered = made.sync(["companies"])

    assert [] == [row for row in delivered if row.get("_deleted")]
    assert 40 == len(made.living("companies"))


def test_rows_behind_an_empty_page_are_compared_all_the_same() -> None:
    """What a listing kept back is looked up, and what changed in it is delivered."""
    made = bench(40)
    made.limits = SMALL
    made.sync(["companies"])
    ids = list(made.tables["companies"])
    edit(made, ids[-1], name="New")
    made.api("DELETE", f"/v2/objects/companies/records/{ids[-2]}")
    lie(made, "/v2/objects/companies/records/query", lambda number: number < 2)
    delivered = made.sync(["companies"])

    assert {(ids[-1], False), (ids[-2], True)} == {(row["record_id"], row["_deleted"]) for row in delivered}


def some(made: Bench, stream: str, count: int = 3) -> list[str]:
    """Make notes, tasks or meetings; returns their ids."""
    company = made.api("POST", "/v2/objects/companies/records/query", {})[0]["id"]["record_id"]
    forms: dict[str, dict[str, Any]] = {
        "notes": {"parent_object": "companies", "parent_record_id": company, "title": "x", "content": "x"},
        "tasks": {"content": "x", "deadline_at": None, "is_completed": False},
        "meetings": {"title": "x", "description": "", "is_all_day": False, "start": POINT, "end": POINT},
    }
    more = {"format": "plaintext"} if stream != "meetings" else {"participants": [SOMEBODY]}
    links = {} if stream == "notes" else {"linked_records": []}
    body = {"data": {**forms[stream], **more, **links, **({"assignees": []} if stream == "tasks" else {})}}
    return [made.api("POST", f"/v2/{stream}", body)["id"][f"{stream[:-1]}_id"] for _ in range(count)]


@pytest.mark.parametrize("stream", ["notes", "tasks", "meetings"])
def test_rows_of_other_listings_are_looked_up_one_by_one(stream: str) -> None:
    """Where no filter finds rows by their ids, each that was not met is asked for alone."""
    made = bench(1)
    ids = some(made, stream)
    made.sync([stream])
    made.api("DELETE", f"/v2/{stream}/{ids[0]}")
    lie(made, f"/v2/{stream}", lambda number: number < 3)
    delivered = made.sync([stream])

    assert [(ids[0], True)] == [(row[f"{stream[:-1]}_id"], row["_deleted"]) for row in delivered]


@pytest.mark.parametrize("stream", ["notes", "tasks", "meetings"])
@pytest.mark.parametrize("first", range(7))
def test_empty_pages_of_other_listings_cost_no_row(stream: str, first: int) -> None:
    """Two empty answers in a row are no end where another request shows a row that was not listed."""
    made = bench(1)
    made.limits, made.refresh = SMALL, True
    ids = some(made, stream, 13)
    lie(made, f"/v2/{stream}", lambda number: number in {first, first + 1})

    assert sorted(ids) == sorted(row[f"{stream[:-1]}_id"] for row in made.sync([stream]))


@pytest.mark.parametrize("stream", ["companies", "notes", "tasks", "meetings"])
@pytest.mark.parametrize("first", range(1, 6))
@pytest.mark.parametrize("count", [4, 6, 9, 40])
def test_rows_that_were_known_are_not_lost_to_empty_answers(stream: str, first: int, count: int) -> None:
    """However many answers are empty once a row was shown, all rows come or the stream fails."""
    made = bench(13 if stream == "companies" else 1)
    made.limits, made.refresh = SMALL, True
    path = "/v2/objects/companies/records/query" if stream == "companies" else f"/v2/{stream}"
    if stream != "companies":
        some(made, stream, 13)
    lie(made, path, lambda number: first <= number < first + count)
    failures: dict[str, Exception] = {}
    found = [each for each in made.messages([stream], failures=failures) if each.record]

    assert len(found) == 13 or isinstance(failures.get(stream), Unreadable)
    assert (count < 9) <= (len(found) == 13)


@pytest.mark.parametrize("stream", ["notes", "tasks"])
def test_one_empty_answer_does_not_prove_that_a_listing_is_empty(stream: str) -> None:
    """The row that proves the end is asked for twice, as are the pages."""
    made = bench(1)
    ids = some(made, stream)
    lie(made, f"/v2/{stream}", lambda number: number < 1, lambda request: request.query["limit"] == "1")
    lie(made, f"/v2/{stream}", lambda number: number < 2, lambda request: request.query["limit"] != "1")

    assert sorted(ids) == sorted(row[f"{stream[:-1]}_id"] for row in made.sync([stream]))


def test_rows_that_no_longer_pass_a_filter_are_not_waited_for() -> None:
    """A row that was shown, and that the user's filter leaves out since, ends the stream as a deleted one."""
    made = bench(1, filters=[{"target": "companies", "filter": {"name": "Company 0"}}])
    path = "/v2/objects/companies/records/query"
    record = made.api("POST", path, {})[0]["id"]["record_id"]
    made.adapter.after_answer = lambda _: edit(made, record, name="Other")

    assert [] == made.sync(["companies"])


def test_an_end_that_nothing_proved_at_first_is_proven_afterwards() -> None:
    """Where the request for the last meeting was answered empty, too, it is sent again when the pages end."""
    made = bench(1)
    made.limits, made.refresh = SMALL, True
    ids = some(made, "meetings", 13)
    lie(made, "/v2/meetings", lambda number: number in {0, 1, 4, 5})

    assert sorted(ids) == sorted(row["meeting_id"] for row in made.sync(["meetings"]))


def test_a_stream_without_rows_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """That nothing was listed is told once a sync, also in a full refresh, and of no stream with rows."""
    made = bench(1)
    made.refresh = True
    caplog.set_level("INFO")
    made.sync(["companies", "tasks"])

    assert ["tasks: Attio listed no row, however it was asked."] == [
        each.getMessage() for each in caplog.records if "no row" in each.getMessage()
    ]


def rows(made: Bench, stream: str) -> list[Any]:
    """All rows of a stream."""
    return [each.record.data for each in made.messages([stream]) if each.record]


@pytest.mark.parametrize(
    ("stream", "path"),
    [
        ("objects", "/v2/objects"),
        ("workspace_members", "/v2/workspace_members"),
        ("statuses", "/v2/objects/deals/attributes/{stage}/statuses"),
        ("companies", "/v2/objects"),
        ("webhooks", "/v2/webhooks"),
    ],
)
def test_one_empty_listing_of_the_workspace_is_not_believed(stream: str, path: str) -> None:
    """Objects, members, choices and webhooks are asked for again before there are none."""
    made = bench(1)
    hook = {"target_url": "https://example.com/hook", "subscriptions": []}
    made.api("POST", "/v2/webhooks", {"data": hook})
    wanted = rows(made, stream)
    attributes = made.api("GET", "/v2/objects/deals/attributes")
    stage = next(each["id"]["attribute_id"] for each in attributes if each["api_slug"] == "stage")
    lie(made, path.format(stage=stage), lambda number: number == 0)

    assert wanted
    assert wanted == rows(made, stream)


def test_entries_are_looked_up_one_by_one_where_attio_does_not_find_them_by_id() -> None:
    """That entries can be filtered by their ids is only likely."""
    made = bench(12)
    made.sync(["companies"])
    ids = list(made.tables["companies"])
    made.adapter.emulator = Stricter(made.emulator)  # type: ignore[assignment]
    made.api("DELETE", f"/v2/objects/companies/records/{ids[0]}")
    lie(made, "/v2/objects/companies/records/query", lambda number: number == 2)
    delivered = made.sync(["companies"])

    assert [(ids[0], True)] == [(row["record_id"], row["_deleted"]) for row in delivered]


@pytest.mark.parametrize("left", [["people"], ["people", "companies"]])
def test_comments_outlive_a_listing_of_objects_that_came_short(left: list[str]) -> None:
    """Only the settings explain that comments vanish: those of an object that is not listed are looked up."""
    made = bench(1, include_comments=True)
    company = made.api("POST", "/v2/objects/companies/records/query", {})[0]["id"]["record_id"]
    author = {"type": "workspace-member", "id": next(iter(made.emulator.workspace.members))}
    said = {"format": "plaintext", "content": "x", "author": author}
    said |= {"record": {"object": "companies", "record_id": company}}
    ids = [made.api("POST", "/v2/comments", {"data": said})["id"]["comment_id"] for _ in range(2)]
    made.sync(["comments"])
    made.api("DELETE", f"/v2/comments/{ids[0]}")
    listed = [each for each in made.api("GET", "/v2/objects") if each["api_slug"] in left]
    lie(made, "/v2/objects", lambda _: True, answer=orjson.dumps({"data": listed}))
    delivered = made.sync(["comments"])

    assert [(ids[0], True)] == [(row["comment_id"], row["_deleted"]) for row in delivered]


def deleted(gone: int, **config: Any) -> Bench:
    """Some of five hundred companies are deleted after the first sync."""
    made = bench(500, **config)
    made.sync(["companies"])
    for record_id in list(made.tables["companies"])[:gone]:
        made.api("DELETE", f"/v2/objects/companies/records/{record_id}")
    return made


@pytest.mark.parametrize(
    ("gone", "percent", "believed"), [(99, 20, True), (101, 20, False), (101, 21, True), (400, 100, True)]
)
def test_a_mass_of_deletions_stops_the_stream_until_the_user_says_so(
    gone: int, percent: int, believed: bool
) -> None:
    """More than a hundred rows and a share at the limit are marked only when a person says so."""
    made = deleted(gone, max_vanished_percent=percent)
    if believed:
        assert gone == len(made.sync(["companies"]))
        return
    with pytest.raises(Misconfigured, match=r"101 of 500 rows .* gone") as refusal:
        made.sync(["companies"])
    assert "max_vanished_percent" in str(refusal.value.remedy)
    assert 500 == len(made.living("companies"))
    made.config["max_vanished_percent"] = 100
    assert gone == len(made.sync(["companies"]))


def test_rows_that_leave_by_a_setting_are_no_mass_of_deletions() -> None:
    """A new filter explains why rows are gone, also when the sync that would mark them is killed."""
    made = bench(300)
    made.sync(["companies"])
    made.config["filters"] = [{"target": "companies", "filter": {"name": "Company 7"}}]
    made.sync(["companies"], killed_after=3)
    made.sync(["companies"])

    assert ["Company 7"] == [row["name"] for row in made.living("companies").values()]


def gizmos(made: Bench, rows: int) -> None:
    """An object of the workspace's own, with rows."""
    form = {"api_slug": "gizmos", "singular_noun": "Gizmo", "plural_noun": "Gizmos"}
    made.api("POST", "/v2/objects", {"data": form})
    for _ in range(rows):
        made.api("POST", "/v2/objects/gizmos/records", {"data": {"values": {}}})


def test_the_rows_of_an_object_whose_slug_was_taken_over_are_marked() -> None:
    """Exact memory names the rows of the object that is gone, so none stays beside the new one's."""
    made = bench()
    gizmos(made, 300)
    made.sync(["gizmos"])
    made.api("DELETE", "/v2/objects/gizmos")
    gizmos(made, 1)
    made.sync(["gizmos"], killed_after=2)
    made.sync(["gizmos"])

    assert 1 == len(made.living("gizmos"))
    assert 301 == len(made.tables["gizmos"])
    assert [] == made.sync(["gizmos"])
