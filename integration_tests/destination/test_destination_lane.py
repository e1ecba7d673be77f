"""What a stream of the input may acknowledge: a wrong mapping is never a green sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration_tests.destination.lines import (
    Line,
    company,
    complete,
    failure,
    logged,
    record,
    state,
    states,
    write,
)

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk

NOWHERE: Line = {"rejects": None, "journal": None}


def bad(number: int, stream: str = "companies") -> Line:
    """A row that no mapping of the test can place: it has no key."""
    return record({"name": f"N {number}"}, stream)


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
    assert "kept nowhere" in logged(said)


@pytest.mark.parametrize("places", [{}, {"rejects": None}], ids=["in a file", "beside the journal"])
def test_few_rejected_rows_that_are_kept_are_acknowledged(desk: Desk, places: Line) -> None:
    """Where they are kept, the state goes out: they can be corrected and written from there."""
    status, said = write(desk, [bad(1), state(1), bad(2), state(2)], **places)
    (kept,) = [path for path in desk.folder.iterdir() if path.name.endswith("rejects.jsonl")]

    assert (0, 2) == (status, len(states(said)))
    assert 2 == len(kept.read_text().splitlines())
    assert str(kept) in logged(said)


@pytest.mark.parametrize("batch", [1, 100])
def test_one_good_row_lets_the_states_out(desk: Desk, batch: int) -> None:
    """With one row that was taken the mapping is not wrong: states that were held go out, in order."""
    lines = [bad(1), state(1), bad(2), state(2), record(company(3)), state(3), bad(4), state(4)]
    status, said = write(desk, lines, batch_rows=batch, **NOWHERE)

    assert (0, [1, 2, 3, 4]) == (status, [one["id"] for one in states(said)])
    assert "kept nowhere" in logged(said)


def test_the_stop_can_be_switched_off(desk: Desk) -> None:
    """With 0 a stream may consist of rejected rows."""
    status, said = write(desk, [bad(1), state(1)], stop_after_rejected_rows=0, **NOWHERE)

    assert (0, 1) == (status, len(states(said)))


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
    assert "A mirror deletes nothing" in logged(said)
    assert 20 == len(desk.values("companies", "domains"))
