"""The review room over HTTP: nothing happens by looking, and nobody gets in who was not let in."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
import requests

from attio_sync import config
from attio_sync.ui.app import SCREENS
from integration_tests.rooms import served
from integration_tests.sync_commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.rooms import Served
    from integration_tests.sync_commands import Commands

NASTY = "</h3><script>alert(1)</script>\u202e"
ROWS = "Name,Domain,Unknown\nAcme,acme.com,x\nGlobex Ltd,globex.com,y\n" + f'"{NASTY}",nasty.com,z\n'


@pytest.fixture
def commands(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """A folder with a file of three companies, one of which Attio knows by another name."""
    attio.create_record("companies", {"name": "Globex", "domains": ["globex.com"]})
    with signed_in(attio.url, attio.token, tmp_path) as made:
        Path("companies.csv").write_text(ROWS)
        yield made


@pytest.fixture
def room(commands: Commands) -> Iterator[Served]:
    """The room of that folder, with its tables."""
    commands.done("pull", "--to", "crm.duckdb", "--stream", "companies")
    with served(warehouse=Path("crm.duckdb")) as found:
        yield found


def plan_of(room: Served, file: str = "companies.csv") -> str:
    """Import a file up to its plan; returns the plan's id."""
    begun = room.post("import", {"file": file, "target": "companies"})
    draft = begun.headers["location"].rpartition("/")[2]
    form = {"to-0": "name", "to-1": "domains", "match": "domains", "mode": "upsert", "do": "compare"}
    assert 303 == room.post(f"import/{draft}", form).status_code
    room.ended()
    return room.room.plans.waiting()[0].id


def approved(room: Served, plan_id: str) -> str:
    """Approve a plan and wait for it; returns the run's id."""
    kept = room.room.plans.get(plan_id)
    assert kept is not None
    room.post(f"plans/{plan_id}/approve", {"digest": kept.digest, "word": kept.word})
    room.ended()
    written = room.room.plans.get(plan_id)
    assert written is not None
    assert written.run_id is not None
    return written.run_id


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


def test_a_key_lets_one_browser_in(room: Served) -> None:
    """Its address works once; the cookie it leaves opens the room, and nothing else does."""
    entrance = room.room.door.entrance
    first = requests.get(entrance, timeout=10, allow_redirects=False)
    cookie = first.headers["set-cookie"].partition(";")[0]

    assert 303 == first.status_code
    assert 403 == requests.get(entrance, timeout=10).status_code
    assert 200 == requests.get(room.url(""), headers={"cookie": cookie}, timeout=10).status_code
    assert 401 == requests.get(room.url(""), timeout=10).status_code
    assert 404 == requests.get(room.origin + "/", timeout=10).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"host": "evil.example"}, 421),
        ({"host": "["}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"cookie": "attio_room=guess"}, 401),
    ],
)
def test_what_another_page_sends_is_not_done(room: Served, headers: dict[str, str], status: int) -> None:
    """The same form, once from the room and then from elsewhere; nor without the room's own token."""
    plan_id = plan_of(room)
    assert 403 == room.post(f"plans/{plan_id}/discard", {"csrf": "guess"}).status_code
    answer = room.post(f"plans/{plan_id}/discard", **headers)

    assert status == answer.status_code
    assert (room.room.plans.get(plan_id) is None) == (status == 303)


def test_every_answer_protects_itself(room: Served) -> None:
    """Pages, refusals and files alike: nothing from elsewhere runs, frames or reads them, or keeps them."""
    for answer in (room.get(""), requests.get(room.url(""), timeout=10), room.get("nothing/here")):
        assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert "same-origin" == answer.headers["cross-origin-resource-policy"]
        assert "no-store" == answer.headers["cache-control"]
        assert "access-control-allow-origin" not in answer.headers


def test_no_text_from_outside_becomes_markup(attio: RemoteEmulator, room: Served) -> None:
    """Names of records and columns are escaped, and what turns the direction of writing around is shown."""
    plan_id = plan_of(room)
    text = room.get(f"plans/{plan_id}").text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "\u202e" not in text


def test_the_token_is_on_no_page(
    attio: RemoteEmulator, room: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor are rows in a log."""
    run_id = approved(room, plan_of(room))
    pages = [room.get(path).text for path in ("", "workspace", "runs", f"runs/{run_id}", "import", "plans")]

    assert not [page for page in pages if attio.token in page]
    assert "Acme" not in caplog.text


@pytest.mark.parametrize(
    "name", ["../companies.csv", "%2Fetc%2Fpasswd", "companies.csv.attio.yaml", ".hidden.csv"]
)
def test_only_files_that_are_listed_are_read(room: Served, name: str) -> None:
    """A path is no name, and a link to elsewhere is no file of the folder."""
    Path("link.csv").symlink_to("companies.csv")
    Path(".hidden.csv").write_text("a\n1\n")

    for file in (name, "link.csv"):
        assert "There is no file" in room.post("import", {"file": file, "target": "companies"}).text


def test_a_dropped_file_is_kept_for_its_owner_alone(room: Served) -> None:
    """Its name loses its path, and it can be imported; one of another format is refused with a sentence."""
    ours = {
        "cookie": f"attio_room={room.room.door.session}",
        "origin": room.origin,
        "sec-fetch-site": "same-origin",
        "x-room-csrf": room.room.door.csrf,
    }
    put = requests.put(room.url("import/files/..%5Cdropped.csv"), data="Name\nx\n", headers=ours, timeout=10)
    bad = requests.put(room.url("import/files/x.exe"), data="x", headers=ours, timeout=10)
    foreign = requests.put(
        room.url("import/files/y.csv"), data="x", headers=ours | {"x-room-csrf": "guess"}, timeout=10
    )

    assert "dropped.csv" == put.json()["name"]
    assert 0o600 == room.room.drafts.file("dropped.csv").stat().st_mode & 0o777
    assert (400, True) == (bad.status_code, "format is unknown" in bad.json()["sentence"])
    assert 403 == foreign.status_code
    assert 303 == room.post("import", {"file": "dropped.csv", "target": "companies"}).status_code


def test_a_dead_token_leaves_the_past_to_look_at(attio: RemoteEmulator, commands: Commands) -> None:
    """The sentence of the command stands on top; nothing can be approved."""
    commands.done("push", "--from", "companies.csv", "--object", "companies", "--match", "domains", "--yes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTIO_API_TOKEN", "dead" * 16)
        with served() as room:
            page = room.get("").text
            runs = room.get("runs").text

    assert "No connection to Attio." in page
    assert "Push to companies" in runs


@pytest.fixture
def unanswered(commands: Commands) -> str:
    """A run that has ended, of which one creation was never answered, nor looked up."""
    commands.done("push", "--from", "companies.csv", "--object", "companies", "--match", "domains", "--yes")
    (run,) = commands.done("history", "--json").json()
    with duckdb.connect(str(config.places().journal)) as db:
        db.execute("UPDATE changes SET status='unknown', record_id=NULL WHERE kind='create' AND change_no=1")
    return str(run["run_id"])


def test_a_lost_answer_is_looked_up_before_the_past_is_shown(commands: Commands, unanswered: str) -> None:
    """The page shows what Attio holds, and the command finds nothing left to ask."""
    with served() as room:
        page = room.get(f"runs/{unanswered}").text
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ATTIO_API_TOKEN")
        said = commands.done("history", unanswered, "--json")

    assert "answer was lost" not in page
    assert {"written"} == {one["status"] for one in said.json()["changes"]}
    assert "" == said.err


def test_a_lost_answer_is_told_where_attio_cannot_be_asked(
    attio: RemoteEmulator, commands: Commands, unanswered: str
) -> None:
    """The past is shown all the same, first without it and, once Attio answers, with it."""
    with pytest.MonkeyPatch.context() as patch, served() as room:
        token = os.environ["ATTIO_API_TOKEN"]
        patch.setenv("ATTIO_API_TOKEN", "dead" * 16)
        before = room.get(f"runs/{unanswered}").text
        listed = room.get("runs").text
        patch.setenv("ATTIO_API_TOKEN", token)
    with served() as later:
        after = later.get(f"runs/{unanswered}").text

    assert "could not be found out" in before
    assert "could not be found out" in listed
    assert "answer was lost" in before
    assert "could not be found out" not in after
    assert "answer was lost" not in after


def test_a_push_of_another_program_is_told_as_such(room: Served) -> None:
    """While somebody else writes the journal, the room says so instead of failing."""
    import subprocess  # noqa: PLC0415 -- for this test alone
    import sys  # noqa: PLC0415 -- for this test alone

    approved(room, plan_of(room))
    opening = f"c = duckdb.connect({str(room.room.journal)!r}); print('held', flush=True)"
    hold = f"import duckdb, sys; {opening}; sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert "held\n" == other.stdout.readline()
        page = room.get("runs")
        other.communicate("")

    assert (200, True) == (page.status_code, "Another push or revert is writing" in page.text)


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


def test_what_was_not_done_leads_back_to_where_it_was_asked(room: Served) -> None:
    """The page for a word that was mistyped has a link to the plan; one from elsewhere has none."""
    plan = room.room.plans.get(plan_of(room))
    assert plan is not None
    from_plan = room.url(f"plans/{plan.id}?view=records")
    refused = room.post(f"plans/{plan.id}/approve", {"digest": "another"}, referer=from_plan)
    foreign = room.post(f"plans/{plan.id}/approve", {"digest": "another"}, referer="https://evil.example/x")

    assert (400, 400) == (refused.status_code, foreign.status_code)
    assert f'href="{from_plan.removeprefix(room.origin)}">Back' in refused.text
    assert "Back</a>" not in foreign.text


def test_an_address_of_an_earlier_room_says_where_the_new_one_is(room: Served) -> None:
    """A tab that is left from before a restart names the way in, and shows nothing of the room."""
    answer = requests.get(f"{room.origin}/r0123456789ab/plans", timeout=30)

    assert 404 == answer.status_code
    assert "printed in the terminal" in answer.text
    assert room.room.door.part not in answer.text


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


def test_rows_without_a_write_are_found_from_the_run(room: Served, commands: Commands) -> None:
    """The journal keeps what was written; the run leads to its plan, which has the rejected rows."""
    Path("mixed.csv").write_text("Name,Domain\nAcme,acme.com\nNo,not a domain\n")
    plan_id = plan_of(room, "mixed.csv")
    page = room.get(f"runs/{approved(room, plan_id)}").text

    assert "1 row without a write is listed in" in page
    assert f"plans/{plan_id}" in page


@pytest.mark.parametrize("path", ["", "runs", "runs/20260101T000000-abcdef", "runs/x/revert", "records/x"])
def test_a_journal_that_cannot_be_read_is_named_on_every_screen_of_the_past(room: Served, path: str) -> None:
    """A run is not called unknown because its journal is held by another program, or is none."""
    room.room.journal.parent.mkdir(parents=True, exist_ok=True)
    room.room.journal.write_text("no database")
    page = room.get(path).text

    assert "no such run" not in page
    assert str(room.room.journal) in page
