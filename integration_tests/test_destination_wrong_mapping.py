"""A wrong mapping is never a green sync, and the connection's own mapping is the one that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.airbyte.connection_check import connection_trouble
from integration_tests.destination_lines import (
    company,
    complete,
    configured,
    failure,
    record,
    state,
    states,
    write,
)

if TYPE_CHECKING:
    from integration_tests.destination_desk import Desk

Line = dict[str, Any]
NOWHERE: Line = {"rejects": None, "journal": None}


def bad(number: int, stream: str = "companies") -> Line:
    """A row that no mapping of the test can place: it has no key."""
    return record({"name": f"N {number}"}, stream)


def warned(said: list[Line]) -> str:
    """All warnings in one text."""
    return "\n".join(one["log"]["message"] for one in said if one["type"] == "LOG")


@pytest.mark.parametrize(
    ("places", "let_out"), [(NOWHERE, []), ({}, [1])], ids=["kept nowhere", "kept in a file"]
)
def test_first_rows_that_are_all_rejected_stop_the_sync(desk: Desk, places: Line, let_out: list[int]) -> None:
    """After so many rejected rows and no other, the sync fails; only kept rows were acknowledged before."""
    lines = [bad(1), state(1), bad(2), bad(3), state(2), record(company(4)), state(3)]
    status, said = write(desk, lines, stop_after_rejected_rows=3, batch_rows=1, **places)

    assert (1, let_out) == (status, [one["id"] for one in states(said)])
    assert "The first 3 rows of 'companies' were all rejected" in failure(said)["message"]
    assert "config_error" == failure(said)["failure_type"]


def test_a_wrong_mapping_is_seen_before_the_batch_is_full(desk: Desk) -> None:
    """As soon as so many first rows are there they are judged: the row after them is not written."""
    lines = [bad(1), bad(2), bad(3), record(company(4)), state(1)]
    status, said = write(desk, lines, stop_after_rejected_rows=3, **NOWHERE)

    assert (1, []) == (status, states(said))
    assert "The first 3 rows of 'companies' were all rejected" in failure(said)["message"]
    assert [] == desk.values("companies", "name")


def test_rows_that_nobody_could_get_at_again_are_not_acknowledged(desk: Desk) -> None:
    """A stream of which every row was rejected fails at its end where rejected rows are kept nowhere."""
    status, said = write(desk, [bad(1), state(1), bad(2), state(2)], batch_rows=1, **NOWHERE)

    assert (1, []) == (status, states(said))
    assert "kept nowhere" in warned(said)


@pytest.mark.parametrize("places", [{}, {"rejects": None}], ids=["in a file", "beside the journal"])
def test_few_rejected_rows_that_are_kept_are_acknowledged(desk: Desk, places: Line) -> None:
    """Where they are kept, the state goes out: they can be corrected and written from there."""
    status, said = write(desk, [bad(1), state(1), bad(2), state(2)], **places)
    (kept,) = [path for path in desk.folder.iterdir() if path.name.endswith("rejects.jsonl")]

    assert (0, 2) == (status, len(states(said)))
    assert 2 == len(kept.read_text().splitlines())
    assert str(kept) in warned(said)


@pytest.mark.parametrize("batch", [1, 100])
def test_one_good_row_lets_the_states_out(desk: Desk, batch: int) -> None:
    """With one row that was taken the mapping is not wrong: states that were held go out, in order."""
    lines = [bad(1), state(1), bad(2), state(2), record(company(3)), state(3), bad(4), state(4)]
    status, said = write(desk, lines, batch_rows=batch, **NOWHERE)

    assert (0, [1, 2, 3, 4]) == (status, [one["id"] for one in states(said)])
    assert "kept nowhere" in warned(said)


def test_the_stop_can_be_switched_off(desk: Desk) -> None:
    """With 0 a stream may consist of rejected rows."""
    status, said = write(desk, [bad(1), state(1)], stop_after_rejected_rows=0, **NOWHERE)

    assert (0, 1) == (status, len(states(said)))


def test_check_says_that_rejected_rows_are_kept_nowhere(desk: Desk) -> None:
    """Before the first sync, too."""
    trouble, told = connection_trouble(lambda: desk.config(**NOWHERE))
    kept = connection_trouble(desk.config)

    assert trouble is None
    assert "kept nowhere" in " ".join(told)
    assert (None, []) == kept


def test_a_mirror_that_would_delete_too_much_acknowledges_nothing(desk: Desk) -> None:
    """The last state of a mirror waits for its end: a sync that fails there comes again as a whole."""
    desk.push([company(number) for number in range(20)])
    mirror = {"streams": [{"stream": "companies", "target": "companies", "mode": "mirror"}]}
    status, said = write(desk, [record(company(1)), state(1), complete()], **mirror)

    assert (1, []) == (status, states(said))
    assert "more than the 10 % that may be deleted" in failure(said)["message"]
    assert 20 == len(desk.values("companies", "domains"))


def test_a_scope_that_attio_refuses_ends_the_sync_before_the_first_row(desk: Desk) -> None:
    """Also for a stream whose target only the catalog says, which no check can know."""
    mirror = {"stream": "companies", "mode": "mirror", "scope_filter": {"nope": "x"}}
    status, said = write(desk, [record(company(1)), state(1), complete()], streams=[mirror])

    assert (1, [], "config_error") == (status, states(said), failure(said)["failure_type"])
    assert "`scope_filter` of 'companies'" in failure(said)["message"]
    assert [] == desk.values("companies", "domains")


def test_clearing_a_mirror_deletes_nothing_and_is_no_failure(desk: Desk) -> None:
    """Airbyte clears a stream with no row and an empty state; the log says that nothing was deleted."""
    desk.push([company(number) for number in range(20)])
    mirror = {"streams": [{"stream": "companies", "target": "companies", "mode": "mirror"}]}
    empty = state(1)
    empty["state"]["stream"]["stream_state"] = None
    status, said = write(desk, [empty, complete()], **mirror)

    assert (0, [1]) == (status, [one["id"] for one in states(said)])
    assert "A mirror deletes nothing" in warned(said)
    assert 20 == len(desk.values("companies", "domains"))


def activated(name: str, target: str, *columns: str, **more: Any) -> Line:
    """A stream that the mapping screen sends to an object."""
    stream = configured(name, destination_object_name=target, **more)
    stream["stream"]["json_schema"] = {"properties": {column: {"type": "string"} for column in columns}}
    return stream


def test_the_connection_s_mapping_wins_over_settings_of_the_same_name(desk: Desk) -> None:
    """Settings for another object are not used for a stream that the connection maps, and the log says so."""
    settings = {"stream": "customers", "target": "people", "match": ["name"], "mode": "create"}
    stream = activated("customers", "companies", "domains", "name", primary_key=[["domains"]])
    status, said = write(desk, [record(company(1), "customers")], stream, streams=[settings])

    assert (0, [["C 1"]]) == (status, desk.values("companies", "name"))
    assert [] == desk.values("people", "name")
    assert "none of these settings is used" in warned(said)


@pytest.mark.parametrize("target", ["a/b/c", "people/", "lists/", "Companies", "unicorns"])
@pytest.mark.parametrize(
    "settings", [[], [{"stream": "customers", "target": "people"}]], ids=["alone", "set"]
)
def test_a_mapping_to_nothing_is_one_sentence(desk: Desk, target: str, settings: list[Line]) -> None:
    """A target that the workspace has not, or that can be none, ends the sync before the first row."""
    stream = activated("customers", target, "domains", primary_key=[["domains"]])
    status, said = write(desk, [record(company(1), "customers"), state(1)], stream, streams=settings)

    assert (1, [], "config_error") == (status, states(said), failure(said)["failure_type"])
    assert "The workspace has no " in failure(said)["message"]


def test_settings_refine_a_mapping_to_the_same_object(desk: Desk) -> None:
    """A merge rule and a constant are used; every column that the connection maps is written all the same."""
    settings = {
        "stream": "customers",
        "target": "companies",
        "match": ["name"],
        "mode": "create",
        "fields": [
            {"column": "name", "attribute": "name", "merge": "set_if_empty"},
            {"column": "elsewhere", "attribute": "domains"},
            {"constant": "from the warehouse", "attribute": "description"},
        ],
    }
    desk.push([company(1, name="Kept")])
    stream = activated("customers", "companies", "domains", "name", primary_key=[["domains"]])
    rows = [record(company(1), "customers"), record(company(2), "customers")]
    status, said = write(desk, rows, stream, streams=[settings])

    assert (0, [["C 2"], ["Kept"]]) == (status, desk.values("companies", "name"))
    assert [["from the warehouse"]] * 2 == desk.values("companies", "description")
    assert "the connection's mode 'upsert' counts" in warned(said)
    assert "the connection maps a column to 'domains', which counts" in warned(said)


def test_streams_of_one_name_are_told_apart_by_namespace(desk: Desk) -> None:
    """Each goes to the object of its namespace's settings, and is named with it."""
    settings = [
        {"stream": "rows", "namespace": "crm", "target": "companies"},
        {"stream": "rows", "target": "people"},
        {"stream": "rows", "namespace": "gone", "target": "deals"},
    ]
    streams = [configured("rows"), configured("rows")]
    streams[0]["stream"]["namespace"], streams[1]["stream"]["namespace"] = "crm", "hr"
    rows = [record(company(1), "rows"), record({"email_addresses": "a@c1.example.com"}, "rows")]
    rows[0]["record"]["namespace"], rows[1]["record"]["namespace"] = "crm", "hr"
    status, said = write(desk, rows, *streams, streams=settings)

    assert (0, 1, 1) == (
        status,
        len(desk.values("companies", "domains")),
        len(desk.values("people", "email_addresses")),
    )
    assert "crm.rows: 1 rows, 1 created" in warned(said)
    assert "no stream of that name in the namespace 'gone'" in warned(said)
