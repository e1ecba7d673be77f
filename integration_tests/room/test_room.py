"""The review room over HTTP: nothing happens by looking, and nobody gets in who was not let in."""

from __future__ import annotations

import html
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attio_sync.ui.app import SCREENS
from integration_tests.room.rooms import approved, plan_of, served

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.room.rooms import Served
    from integration_tests.sync.commands import Commands


def names(attio: RemoteEmulator) -> dict[str, str]:
    found = [record["values"] for record in attio.records("companies")]
    return {one["domains"][0]["domain"]: one["name"][0]["value"] for one in found}


def test_nothing_happens_by_looking(attio: RemoteEmulator, room: Served) -> None:
    """Every screen there is answers, and none of them makes a write in Attio."""
    plan_id = plan_of(room)
    run_id = approved(room, plan_id)
    plan_of(room)
    record = next(iter(attio.records("companies")))["id"]["record_id"]
    job = next(iter(room.room.jobs.all())).id
    draft = (
        room.post("import", {"file": "companies.csv", "target": "companies"})
        .headers["location"]
        .rpartition("/")[2]
    )
    steps = {"plan": plan_id, "run": run_id, "record": record, "job": job, "draft": draft, "number": "0"}
    steps["table"] = "companies"
    attio.clear_calls()
    answers = {}
    for route in SCREENS:
        if "GET" in (route.methods or ()):
            path = re.sub(r"{(\w+)(:int)?}", lambda one: steps[one[1]], route.path)
            answers[route.path] = room.get(path).status_code

    assert {} == {path: status for path, status in answers.items() if status not in {200, 303}}
    assert 0 == attio.counts()["write"]


def test_what_was_approved_is_written_and_undone(
    attio: RemoteEmulator, room: Served, commands: Commands
) -> None:
    """The same figures and the same journal as with the commands; who approved it is noted."""
    before = names(attio)
    run_id = approved(room, plan_of(room))
    after = names(attio)
    run = commands.done("history", "--json").json()[0]

    assert {"acme.com": "Acme", "globex.com": "Globex Ltd"} == {
        key: value for key, value in after.items() if key != "nasty.com"
    }
    assert ("push", "done", run_id) == (run["kind"], run["status"], run["run_id"])
    assert {"create": 2, "update": 1} == {fate: n for fate, n in run["counts"].items() if n}
    assert "approved by" in room.get(f"runs/{run_id}").text

    room.post(f"runs/{run_id}/preview")
    room.ended()
    preview = room.room.plans.waiting()[0]
    assert (run_id, "delete 2") == (preview.reverts, preview.word)
    approved(room, preview.id)
    assert before == names(attio)


def test_a_push_of_the_page_and_one_of_the_command_leave_equal_journals(
    attio: RemoteEmulator, room: Served, commands: Commands
) -> None:
    """The same rows, the same mapping: the same changes, in the same order."""
    first = approved(room, plan_of(room))
    commands.done("revert", first, "--yes")
    commands.done("push", "--from", "companies.csv", "--map", "companies.csv.attio.yaml", "--yes")
    second = commands.done("history", "--json").json()[0]["run_id"]

    def changes(run_id: str) -> list[str]:
        found = commands.done("history", run_id, "--json").json()["changes"]
        return sorted(json.dumps([one["kind"], one["fields"]]) for one in found)

    assert changes(first) == changes(second)


def test_a_plan_is_approved_once(attio: RemoteEmulator, room: Served) -> None:
    """A second approval, of another tab, leads to the same run and writes nothing."""
    plan_id = plan_of(room)
    kept = room.room.plans.get(plan_id)
    assert kept is not None
    run_id = approved(room, plan_id)
    attio.clear_calls()
    again = room.post(f"plans/{plan_id}/approve", {"digest": kept.digest})

    assert again.headers["location"].endswith(f"/runs/{run_id}")
    assert 0 == attio.counts()["write"]


def test_only_what_was_shown_can_be_approved(attio: RemoteEmulator, room: Served) -> None:
    """Another digest, or a file that was changed on disk, is refused in a sentence."""
    plan_id = plan_of(room)
    kept = room.room.plans.get(plan_id)
    assert kept is not None
    attio.clear_calls()

    assert "not the one that was shown" in room.post(f"plans/{plan_id}/approve", {"digest": "x"}).text
    path = room.room.plans.file(kept)
    path.write_text(path.read_text().replace("Acme", "Other"))
    assert "was changed since" in room.post(f"plans/{plan_id}/approve", {"digest": kept.digest}).text
    assert 0 == attio.counts()["write"]


def test_deletions_want_their_number_typed(attio: RemoteEmulator, room: Served) -> None:
    """A mirror wants the sentence that the file is complete, and its plan the count of what goes."""
    attio.create_record("companies", {"name": "Gone", "domains": ["gone.com"]})
    draft = room.post("import", {"file": "companies.csv", "target": "companies"}).headers["location"]
    path = f"import/{draft.rpartition('/')[2]}"
    form = {"to-0": "name", "to-1": "domains", "match": "domains", "mode": "mirror", "do": "compare"}
    assert "Say that the file holds all records" in room.post(path, form).text
    memory = Path("companies.csv.attio.yaml")
    room.post(path, form | {"is_all": "yes"})
    room.ended()
    memory.write_text(memory.read_text() + "max_delete_percent: 100\n")
    room.post("import", {"file": "companies.csv", "target": "companies"})
    draft = room.post("import", {"file": "companies.csv", "target": "companies"}).headers["location"]
    room.post(f"import/{draft.rpartition('/')[2]}", form | {"is_all": "yes"})
    room.ended()
    kept = room.room.plans.waiting()[0]

    assert "delete 1" == kept.word
    assert "type &#39;delete 1&#39;" in room.post(f"plans/{kept.id}/approve", {"digest": kept.digest}).text
    assert "gone.com" in names(attio)
    approved(room, kept.id)
    assert "gone.com" not in names(attio)


def test_a_column_that_can_be_read_in_two_ways_waits_for_a_word(room: Served) -> None:
    """It is shown with the reason, and nothing is compared before somebody says how it is written."""
    Path("dates.csv").write_text(
        "name,domains,foundation_date\nA,a-one.com,03/04/2021\nB,b-two.com,05/06/2020\n"
    )
    begun = room.post("import", {"file": "dates.csv", "target": "companies"}).headers["location"]
    path = f"import/{begun.rpartition('/')[2]}"
    form = {"to-0": "name", "to-1": "domains", "to-2": "foundation_date", "match": "domains"}

    assert "Needs your decision." in room.get(path).text
    assert "Say first how these columns are written" in room.post(path, form | {"do": "compare"}).text
    assert 303 == room.post(path, form | {"do": "compare", "date-2": "dmy"}).status_code
    room.ended()
    assert 2 == room.room.plans.waiting()[0].sums.create
    assert "date: dmy" in Path("dates.csv.attio.yaml").read_text()


@pytest.mark.parametrize(
    "changed", [{"mode": "upsrt"}, {"to-0": "nmae"}, {"match": "nmae"}, {"merge-0": "x"}, {"to-9": "name"}]
)
def test_a_form_that_no_page_has_is_refused(
    attio: RemoteEmulator, room: Served, changed: dict[str, str]
) -> None:
    """One sentence names the choice; nothing is compared, and the decisions stay as they were."""
    begun = room.post("import", {"file": "companies.csv", "target": "companies"}).headers["location"]
    path = f"import/{begun.rpartition('/')[2]}"
    before = room.get(path).text
    form = {"to-0": "name", "to-1": "domains", "match": "domains", "mode": "upsert", "do": "compare"}
    answer = room.post(path, form | changed)

    assert (400, True) == (answer.status_code, "the page does not offer" in answer.text)
    assert {"read"} == {job.kind for job in room.room.jobs.all()}
    assert before == room.get(path).text


@pytest.mark.parametrize("target", ["", "nothing", "lists/nothing", "notes", "../companies"])
def test_a_target_that_no_page_has_is_refused(room: Served, target: str) -> None:
    """One sentence names it."""
    answer = room.post("import", {"file": "companies.csv", "target": target})

    assert (400, True) == (answer.status_code, "is not an object or list of this workspace" in answer.text)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("mode: upsrt", "The setting `mode` is wrong"),
        ("fields: [{column: Name, columns: {a: b}, attribute: name}]", "give one of `column`, `columns`"),
        ("mtach: domains", "The setting `mtach` is wrong"),
    ],
)
def test_a_mapping_beside_the_file_that_is_wrong_is_told(room: Served, setting: str, said: str) -> None:
    """It was edited by hand; the sentence is the one of the commands."""
    Path("companies.csv.attio.yaml").write_text(f"confirmed: by_person\ntarget: companies\n{setting}\n")
    answer = room.post("import", {"file": "companies.csv", "target": "companies"})

    assert (400, True) == (answer.status_code, said in answer.text)


def commands_on(page: str) -> list[list[str]]:
    """The words of the commands that a page shows, as a shell reads them."""
    shown = re.findall(r'data-copy="([^"]*)"', page)
    return [shlex.split(html.unescape(one)) for one in shown]


def test_the_command_of_each_screen_can_be_pasted(commands: Commands, tmp_path: Path) -> None:
    """It is quoted for a shell, names files by the paths that they have, and the room's own journal."""
    folder = tmp_path / "my files; $(x)"
    folder.mkdir()
    warehouse, journal = folder / "the crm.duckdb", folder / "own journal.duckdb"
    commands.done("pull", "--to", warehouse, "--stream", "companies")
    Path("it's mine.csv").write_text("Name,Domain\nAcme,acme.com\n")
    with served(warehouse=warehouse, journal=journal) as room:
        draft = room.post("import", {"file": "it's mine.csv", "target": "companies"}).headers["location"]
        columns = room.get(f"import/{draft.rpartition('/')[2]}").text
        plan_id = plan_of(room, "it's mine.csv")
        plan = room.get(f"plans/{plan_id}").text
        run = approved(room, plan_id)
        pages = [
            columns,
            plan,
            *(room.get(one).text for one in (f"runs/{run}", f"runs/{run}/revert", "runs")),
        ]
        own = ["--journal", str(journal)]
        source = str(Path("it's mine.csv").resolve())
        saved = str(room.room.plans.folder / plan_id / "plan.json")

        assert [
            ["attio-sync", "push", "--from", source, "--map", f"{source}.attio.yaml", *own],
            ["attio-sync", "push", "--plan", saved, *own],
            ["attio-sync", "history", run, *own],
            ["attio-sync", "revert", run, *own],
            ["attio-sync", "history", *own],
        ] == [words for page in pages for words in commands_on(page)]
        assert [["attio-sync", "pull", "--to", str(warehouse)]] == commands_on(room.get("tables").text)
        assert [["duckdb", str(warehouse), "-c", 'FROM "companies" LIMIT 20']] == commands_on(
            room.get("tables/companies").text
        )
    for page in pages[2:]:
        ((program, *words),) = commands_on(page)
        assert "attio-sync" == program
        commands.done(*words, *(["--yes"] if words[0] == "revert" else []))


def test_a_plan_that_writes_nothing_waits_for_nobody(
    attio: RemoteEmulator, commands: Commands, room: Served
) -> None:
    """It is listed as having nothing to write; one with rejected rows is still to be looked at."""
    Path("same.csv").write_text("Name,Domain\nGlobex,globex.com\n")
    plan_of(room, "same.csv")
    assert [] == room.room.plans.undecided()
    assert "nothing to write" in room.get("plans").text

    Path("bad.csv").write_text("Name,Domain\nGlobex,not a domain\n")
    plan_of(room, "bad.csv")
    assert 1 == len(room.room.plans.undecided())
    assert "There is nothing to approve" in room.get("").text
