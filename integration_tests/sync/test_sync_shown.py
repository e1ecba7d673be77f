"""What a person was shown before a push is what is written: that, all of that, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.sync.commands import Terminal, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

ROWS = [
    {"name": "Acme", "domains": "acme.example.com"},
    {"name": "Globex", "domains": "globex.example.com"},
    {"name": "Same", "domains": "same.example.com"},
    {"name": "Twice", "domains": "acme.example.com", "mood": "not mapped"},
    {"name": "Broken", "domains": "not a domain", "mood": "not mapped"},
]
PUSH = ("push", "--from", "companies.json", "--object", "companies", "--match", "domains")
QUESTION = "to Emulated workspace? [y/N]"


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in, with rows to create, to update, to leave, to supersede and to refuse."""
    attio.create_record("companies", {"name": "Old", "domains": ["globex.example.com"]})
    attio.create_record("companies", {"name": "Same", "domains": ["same.example.com"]})
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        save(ROWS)
        yield commands


def save(rows: list[dict[str, Any]]) -> None:
    Path("companies.json").write_text(json.dumps(rows))


def held(attio: RemoteEmulator) -> dict[str, str]:
    """What Attio holds: domain to name."""
    found = [record["values"] for record in attio.records("companies")]
    return {one["domains"][0]["domain"]: one["name"][0]["value"] for one in found}


def rename(attio: RemoteEmulator, old: str, new: str) -> None:
    """Somebody else changes a record."""
    record = next(one for one in attio.records("companies") if one["values"]["name"][0]["value"] == old)
    path = f"/v2/objects/companies/records/{record['id']['record_id']}"
    attio.api("PATCH", path, {"data": {"values": {"name": new}}})


def asked(*more: str) -> Terminal:
    """A push that has shown its plan and waits for an answer."""
    terminal = Terminal(*PUSH, *more)
    terminal.reads("to change a line) [y]")
    terminal.types("y")
    terminal.reads(QUESTION)
    return terminal


def kept() -> list[dict[str, Any]]:
    lines = Path("companies.rejects.jsonl").read_text().splitlines()
    rows: list[dict[str, Any]] = [json.loads(line)["row"] for line in lines]
    return rows


def test_what_was_shown_is_written_whatever_the_file_says_since(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """The rows are not read again after the answer; what needs no write is counted and kept all the same."""
    terminal = asked()
    save([{"name": "Other", "domains": "other.example.com"}])
    terminal.types("y")
    said = terminal.ends()
    last = sync.done("history", "--json").json()[0]

    assert 3 == said.code, said.out
    assert "1 created, 1 updated, 1 unchanged, 1 rejected, 1 superseded by a later row." in said.out
    names = {"acme.example.com": "Twice", "globex.example.com": "Globex", "same.example.com": "Same"}
    assert names == held(attio)
    assert [{"name": "Broken", "domains": "not a domain"}] == kept()
    assert {"create": 1, "update": 1, "unchanged": 1, "rejected": 1, "superseded": 1} == {
        fate: count for fate, count in last["counts"].items() if count
    }


def test_a_push_stops_at_the_first_record_that_moved_after_it_was_shown(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """Nobody's change after the plan is overwritten; what was refused before is kept, and the run says so."""
    terminal = asked()
    rename(attio, "Old", "Mine")
    terminal.types("y")
    said = terminal.ends()

    assert 1 == said.code
    assert "Stopped before" in said.out
    assert "Mine" == held(attio)["globex.example.com"]
    assert [{"name": "Broken", "domains": "not a domain"}] == kept()
    assert "stopped" == sync.done("history", "--json").json()[0]["status"]


def test_a_mirror_deletes_what_it_showed_and_nothing_that_came_later(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """A record that was made while somebody thought about the plan is not deleted."""
    save(ROWS[:1])
    Path("companies.yaml").write_text(
        "target: companies\nmatch: domains\nmode: mirror\nmax_delete_percent: 100\n"
    )
    terminal = asked("--map", "companies.yaml")
    attio.create_record("companies", {"name": "Late", "domains": ["late.example.com"]})
    terminal.types("y")
    said = terminal.ends()
    counts = sync.done("history", "--json").json()[0]["counts"]

    assert 0 == said.code, said.out
    assert {"acme.example.com": "Acme", "late.example.com": "Late"} == held(attio)
    assert (2, 2) == (counts["delete"], counts["mirrored"])


def test_no_is_no(attio: RemoteEmulator, sync: Commands) -> None:
    """Nothing is written, no run noted, rejects of an earlier push stay; meanwhile nothing is locked."""
    sync(*PUSH)
    save([{"name": "New", "domains": "new.example.com"}, ROWS[4] | {"name": "Other"}])
    before, rejects, runs = held(attio), kept(), sync.done("history", "--json").json()
    terminal = asked()
    meanwhile = sync.done("history", "--json").json()
    terminal.types("n")
    said = terminal.ends()

    assert (130, "Stopped. Nothing was written.") == (said.code, said.out.splitlines()[-1])
    assert (before, rejects) == (held(attio), kept())
    assert runs == meanwhile == sync.done("history", "--json").json()


def test_a_page_made_by_a_push_shows_what_is_written(attio: RemoteEmulator, sync: Commands) -> None:
    """With --html nobody is asked in a script, and the page speaks of exactly this push."""
    said = sync(*PUSH, "--html", "plan.html", "--json")

    assert 3 == said.code, said.err
    assert (1, 1, 1) == tuple(said.json()["counts"][kind] for kind in ("create", "update", "rejected"))
    assert "Twice" in Path("plan.html").read_text()
    assert [{"name": "Broken", "domains": "not a domain"}] == kept()


def test_a_saved_plan_makes_the_options_it_was_told_to_make(attio: RemoteEmulator, sync: Commands) -> None:
    """A plan by a mapping that creates unknown options is applied as a push would have done it."""
    Path("map.yaml").write_text("target: companies\nmatch: domains\non_unknown_option: create\n")
    save([ROWS[0] | {"employee_range": "a dozen"}])
    sync.done("plan", "--from", "companies.json", "--map", "map.yaml", "--out", "plan.json")
    sync.done("push", "--plan", "plan.json")

    titles = [
        one["option"]["title"]
        for each in attio.records("companies")
        for one in each["values"]["employee_range"]
    ]

    assert ["a dozen"] == titles


def test_rows_that_attio_refuses_while_a_plan_is_applied_can_be_tried_again(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """The file of rejects holds the row's own columns, so that the usual option pushes it."""
    save([{"Company": "Acme", "Web": "acme.example.com", "Secret": "x"}])
    Path("map.yaml").write_text(
        "target: companies\nmatch: domains\n"
        "fields: [{column: Company, attribute: name}, {column: Web, attribute: domains}]\n"
    )
    sync.done("plan", "--from", "companies.json", "--map", "map.yaml", "--out", "plan.json")
    attio.fault("status", path="/v2/objects/companies/records", method="POST", status=400, count=1)
    first = sync("push", "--plan", "plan.json")
    rows = kept()
    again = sync.done("push", "--rejects", "companies.rejects.jsonl", "--json").json()

    assert 3 == first.code
    assert [{"Company": "Acme", "Web": "acme.example.com"}] == rows
    assert 1 == again["counts"]["create"]


def test_a_lost_answer_is_not_taken_for_a_refusal(attio: RemoteEmulator, sync: Commands) -> None:
    """A write of a plan that happened, though nobody heard so, counts as written."""
    save(ROWS[:2])
    sync.done("plan", *PUSH[1:], "--out", "plan.json")
    attio.fault("lost_answer", path="/v2/objects/companies/records*", count=4)
    said = sync("push", "--plan", "plan.json", "--json")

    assert 0 == said.code, said.out
    assert (1, 1) == (said.json()["counts"]["create"], said.json()["counts"]["update"])
