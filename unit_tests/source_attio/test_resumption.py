"""How a sync goes on from a state: ours, a foreign, a damaged, or that of another object."""

from typing import Any

import pytest
from airbyte_cdk.models import FailureType

from attio_api.errors import Misconfigured
from source_attio.changes.memory import Exact, Watermark
from source_attio.changes.resumption import ResumeContext, load, load_refresh
from source_attio.changes.state import Owner
from source_attio.decode.rows import Key
from source_attio.emit.messages import traced
from unit_tests.source_attio.engine_bench import bench, edit
from unit_tests.source_attio.harness import Row
from unit_tests.source_attio.remembered import MOMENT, deliver, row

OWNER = Owner(stream="companies", workspace_id="w", target_id="o")
NOW = ResumeContext(started_at="2026-06-01T00:00:00.000000000Z", reading="r", selection="s")
UNKNOWN_IDS: Any = ["a", "b"]


def stored(**more: Any) -> Row:
    """The state that a sync left behind, after it delivered three rows."""
    state = load(None, OWNER, NOW)
    deliver(state.noticing.memory, range(3))
    state.noticing.position = Key(MOMENT, "x")
    return state.dump() | more


def test_a_state_of_ours_is_gone_on_from() -> None:
    """Rows, position and times are those of the sync before; the same settings explain nothing."""
    state = load(stored(_changed_at=MOMENT), OWNER, NOW)

    assert (3, MOMENT, Key(MOMENT, "x")) == (
        state.noticing.memory.count(),
        state.noticing.floor,
        state.noticing.position,
    )
    assert (False, False) == (state.settings_changed, state.vanishing_explained)
    assert state.noticing.memory.unchanged(row(1))


@pytest.mark.parametrize(
    ("changed", "explained"), [({"reading": "r2"}, (True, False)), ({"selection": "s2"}, (False, True))]
)
def test_other_settings_are_noticed(changed: Row, explained: tuple[bool, bool]) -> None:
    """Those of columns lead to a whole pass, those of rows explain as well why rows are gone."""
    state = load(stored(**changed), OWNER, NOW)

    assert explained == (state.settings_changed, state.vanishing_explained)


@pytest.mark.parametrize("raw", [None, {}, {"mode": "refresh", "position": None}])
def test_without_a_state_of_its_own_a_sync_is_the_first(raw: Row | None) -> None:
    """Nothing is known, and nothing is older than what it delivers."""
    state = load(raw, OWNER, NOW)

    assert (0, "", True) == (
        state.noticing.memory.count(),
        state.noticing.floor,
        state.noticing.first_pass,
    )


def test_the_ids_of_a_warehouse_stand_in_for_a_damaged_memory() -> None:
    """So that rows that are gone are marked, which the state can no longer name."""
    now = ResumeContext(started_at=NOW.started_at, reading="r", known_ids=lambda: UNKNOWN_IDS)
    state = load(stored(rows="%%%"), OWNER, now)

    assert sorted(UNKNOWN_IDS) == sorted(state.noticing.unmet())
    assert NOW.started_at == state.noticing.floor


@pytest.mark.parametrize("known", [True, False])
def test_another_object_leaves_the_rows_of_the_one_before_to_be_marked(known: bool) -> None:
    """Exact memory names them; a watermark does not, and only a warehouse does."""
    raw = stored(target_id="another") if known else stored(target_id="another") | Watermark(3).dump()
    state = load(raw, OWNER, NOW)

    assert isinstance(state.noticing.memory, Exact)
    assert (3 if known else 0) == len(state.noticing.unmet())
    assert state.vanishing_explained


@pytest.mark.parametrize(
    ("harm", "position"),
    [
        ({}, Key(MOMENT, "x")),
        ({"target_id": "another"}, None),
        ({"reading": "other"}, None),
        ({"position": ["soon", "x"]}, None),
        ({"mode": "incremental"}, None),
    ],
)
def test_a_refresh_goes_on_only_where_it_was_interrupted(harm: Row, position: Key | None) -> None:
    """With other settings, another object or a damaged position it begins anew."""
    interrupted = load_refresh(None, OWNER, NOW)
    interrupted.noticing.position = Key(MOMENT, "x")

    assert position == load_refresh(interrupted.dump() | harm, OWNER, NOW).noticing.position


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
    [
        {"rows": "%%%"},
        {"memory": None},
        {"position": [1, 2, 3]},
        {"_changed_at": "soon"},
        {"_changed_at": 5},
        {"position": ["soon", "x"]},
        {"feed": "x"},
        {"target_id": 7},
        {"version": None},
        {"count": "12"},
        {"count": 10**30},
        {"deletes": -1},
        {"deletes": True},
        {"scanned_at": "soon"},
        {"scanned_at": "2999-01-01T00:00:00.000000000Z"},
        {"watermark": "2999-01-01T00:00:00.000000000Z"},
        {"_changed_at": "9999-12-31T23:59:59.999999999Z"},
        {"count": 11},
        {"texts": ["\ud800"]},
        {"heads": "eJwDAAAAAAE="},
        {"damage": "it is a text"},
    ],
)
def test_a_damaged_state_delivers_everything_again_and_outranks_it(harm: Row) -> None:
    """Whatever is wrong with a state, the next sync makes the warehouse right, with newer `_changed_at`."""
    made = bench(12)
    made.sync(["companies"])
    edit(made, next(iter(made.tables["companies"])), name=[])
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
