"""The engine on the emulator: page edges, streams that are gone, trouble, and memory that is too small."""

from bisect import bisect_right

import pytest
from airbyte_cdk.models import FailureType

from attio_api.errors import BadFilter, UnknownObject
from source_attio.changes import budget
from source_attio.changes.memory import Digests, Exact
from source_attio.emit.messages import traced
from unit_tests.source_attio.engine_bench import Stricter, bench, edit, grow
from unit_tests.source_attio.harness import SMALL


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


def test_attributes_are_asked_for_while_it_is_asked_what_there_is() -> None:
    """The names of streams say whose; a name that is nobody's costs no stream."""
    made = bench(3)
    failures: dict[str, Exception] = {}
    delivered = [each for each in made.messages(["companies", "ghosts"], failures=failures) if each.record]
    asked = [each["path"] for each in made.emulator.calls.since(0)["calls"]]  # type: ignore[index,union-attr,call-overload]

    assert asked.index("/v2/objects/companies/attributes") < asked.index("/v2/objects")
    assert 2 == asked.count("/v2/objects/companies/attributes")
    assert 3 == len(delivered)
    assert ["ghosts"] == list(failures)


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


def no_room_for_more_than(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let finer memories take more than any budget has."""
    too_much = 1 << 40
    finer = {"exact": [], "digests": ["packed_size"], "watermark": ["packed_size", "digests_size"]}[memory]
    for name in finer:
        monkeypatch.setattr(budget, name, lambda *_: too_much)
    for grade, name in ((Exact, "packed_size"), (Digests, "digests_size")):
        if name in finer:
            monkeypatch.setattr(grade, "size", lambda _: too_much)


@pytest.mark.parametrize(
    ("memory", "noticed"),
    [("exact", [True, True, True]), ("digests", [True, True, False]), ("watermark", [True, False, False])],
)
def test_a_state_over_its_budget_gives_up_deletes_first_and_edits_never(
    memory: str, noticed: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With less memory than rows, deletes are not noticed any more, then cleared values; edits always are."""
    no_room_for_more_than(memory, monkeypatch)
    made = bench(20)
    made.sync(["companies"])
    made.emulator.clock.advance(3600)
    made.sync(["companies"])
    edited, cleared, deleted = list(made.tables["companies"])[:3]
    edit(made, edited, name="New")
    edit(made, cleared, name=[])
    made.api("DELETE", f"/v2/objects/companies/records/{deleted}")
    ids = [row["record_id"] for row in made.sync(["companies"])]

    assert noticed == [each in ids for each in (edited, cleared, deleted)]
    assert memory == made.states["companies"]["memory"]


@pytest.mark.parametrize(("memory", "grows"), [("exact", True), ("digests", False), ("watermark", False)])
def test_after_a_kill_only_exact_memory_lets_every_row_grow(
    memory: str, grows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that a killed sync delivered and whose newest value is cleared then may go back."""
    no_room_for_more_than(memory, monkeypatch)
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
    edit(made, company, description=[])
    made.emulator.clock.advance(60)
    after = made.sync(["companies"])

    assert [grows] == [
        later["_changed_at"] > row["_changed_at"] for row, later in zip(before, after, strict=True)
    ]
