from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from attio_sync.demo.looking import Looking
from attio_sync.demo.stage import Interruption, Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def looking(tmp_path: Path) -> Looking:
    """A demo whose tables were changed after a pull: one company has another size, and one is new."""
    made = Looking(Stage(folder=tmp_path, interruption=Interruption()))
    with made.database(read_only=False) as inside:
        inside.execute("""
            CREATE TABLE companies AS SELECT * FROM (VALUES
                ('Acme', ['acme.com'], '1-10', {'amount': 5.0, 'currency': 'USD'}),
                ('Globex', ['globex.com'], '11-50', NULL)
            ) t (name, domains, employee_range, funding_raised_usd);
            CREATE TABLE enriched AS
                SELECT name, domains, employee_range, funding_raised_usd.amount AS funding_raised_usd
                FROM companies;
            UPDATE enriched SET employee_range = '5K-10K' WHERE name = 'Acme';
            INSERT INTO enriched VALUES
                ('Kestrel', ['kestrel.com'], '1-10', 8.0), ('Vague Ventures', [], 'a dozen', NULL);
        """)
    return made


def answers(stage: Stage, monkeypatch: pytest.MonkeyPatch, **by_path: Any) -> None:
    """Let the emulator give these answers, by the last step of the address."""

    def answer(_self: Stage, _method: str, path: str, _body: object = None) -> Any:
        return by_path[path.rpartition("/")[2]]

    monkeypatch.setattr(Stage, "attio", answer)


def test_rows_that_the_pulled_table_lacks_are_found(looking: Looking) -> None:
    """A changed value and a new row; not the row that Attio refuses, which the story has told before."""
    assert {"Acme", "Kestrel"} == {row[0] for row in looking.differences()}
    assert (2, 4) == (looking.count("companies"), looking.count("enriched"))


def test_an_answer_is_a_table_with_its_figures_to_the_right(looking: Looking) -> None:
    """Thousands are parted."""
    console = Console(width=60)
    with console.capture() as caught:
        console.print(looking.ask("SELECT 'won' AS stage, 12345 AS deals, NULL AS worth"))
    heads, cells = caught.get().splitlines()

    assert ["won", "12,345", "None"] == cells.split()
    assert heads.index("deals") + len("deals") == cells.index("12,345") + len("12,345")


def test_news_of_a_plan_are_new_records_and_changed_values(looking: Looking) -> None:
    """Each costs one webhook; an unchanged or rejected row costs none."""
    field = {"attribute": "name"}
    changes = [
        {"kind": "create", "fields": [field, field]},
        {"kind": "update", "fields": [field, field]},
        {"kind": "rejected", "fields": []},
    ]
    (looking.stage.folder / "plan.json").write_text(json.dumps({"changes": changes}))

    assert 3 == looking.news_in_plan()


def test_only_queries_count_as_looked_at(looking: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    """The object is named by the address."""
    paths = ("/v2/objects/people/records/query", "/v2/self", "/v2/objects/people/records/query")
    answers(looking.stage, monkeypatch, calls={"calls": [{"path": path} for path in paths]})

    assert ["people"] == looking.looked_at()


@pytest.mark.parametrize(("is_open", "expected"), [(0, [{"state": "delivered"}]), (1, None)])
def test_deliveries_are_told_once_none_is_on_its_way(
    looking: Looking, monkeypatch: pytest.MonkeyPatch, is_open: int, expected: list[dict[str, str]] | None
) -> None:
    """Before that their number would be too small."""
    sent = {"deliveries": [{"state": "delivered"}]}
    answers(looking.stage, monkeypatch, drain={"open": is_open}, webhooks=sent)

    assert expected == looking.deliveries()


IDLE = {"state": "idle", "seen": 5, "done": 5, "last_run": {"outcome": "succeeded"}}


@pytest.mark.parametrize(
    ("changed", "has_run"),
    [({}, True), ({"state": "running"}, False), ({"done": 4}, False), ({"last_run": None}, False)],
)
def test_a_run_is_finished_when_the_relay_has_nothing_left(
    looking: Looking, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], *, has_run: bool
) -> None:
    """A run that leaves events for the next one is not the last."""
    relay: Callable[[Stage], dict[str, Any]] = lambda _: IDLE | changed  # noqa: E731 -- in place of a method
    monkeypatch.setattr(Stage, "relay", relay)

    assert has_run == (looking.finished_run() == IDLE["last_run"])
