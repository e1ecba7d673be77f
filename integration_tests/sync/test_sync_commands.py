"""What a user of `attio-sync` sees when things go well; pulls and exports are in `test_sync_pulls`."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml

from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

PROGRAM = str(Path(sys.executable).parent / "attio-sync")
COMPANIES = [
    {"name": "Acmé", "domains": ["acme.example.com", "acme.example.org"]},
    {"name": "Globex", "domains": ["globex.example.com"]},
]
PUSH = ("push", "--from", "companies.json", "--object", "companies", "--match", "domains", "--json")


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in, in an empty folder that holds two companies as JSON."""
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        save(COMPANIES)
        yield commands


def save(rows: list[dict[str, Any]], name: str = "companies.json") -> None:
    Path(name).write_text(json.dumps(rows))


def held(attio: RemoteEmulator) -> dict[str, str | None]:
    """What Attio holds: first domain to name."""
    values = [record["values"] for record in attio.records("companies")]
    return {one["domains"][0]["domain"]: one["name"][0]["value"] if one["name"] else None for one in values}


def test_check_says_which_workspace_and_what_is_missing(attio: RemoteEmulator, sync: Commands) -> None:
    """The workspace is named, and each thing that the token may not do is named with its scope."""
    attio.add_token("reader", scopes=["record_permission:read", "object_configuration:read"])
    whole = sync.done("check").out
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTIO_API_TOKEN", "reader")
        part = sync.done("check", "--json").json()["missing_scopes"]

    assert "The token works: workspace 'Emulated workspace'" in whole
    assert "✗" not in whole
    assert [] == part["pull objects"]
    assert ["record_permission:read-write"] == part["push records"]


def values(**given: object) -> dict[str, Any]:
    return {"data": {"values": given}}


def test_a_plan_writes_nothing_and_a_push_of_it_does_just_that(attio: RemoteEmulator, sync: Commands) -> None:
    """What was shown is what is done, and nothing was done before."""
    attio.create_record("companies", {"name": "Old", "domains": ["globex.example.com"]})
    attio.clear_calls()
    planned = sync.done("plan", *PUSH[1:], "--out", "plan.json", "--html", "plan.html").json()
    writes = attio.counts()["write"]
    save([])
    pushed = sync.done("push", "--plan", "plan.json", "--json").json()

    assert 0 == writes
    assert {"create": 1, "update": 1} == {k: n for k, n in planned["counts"].items() if n}
    assert [("name", "Old", "Globex")] == [
        (field["attribute"], field["before"], field["after"])
        for change in planned["changes"]
        if change["kind"] == "update"
        for field in change["fields"]
    ]
    assert 2 == pushed["writes"]
    assert {"acme.example.com": "Acmé", "globex.example.com": "Globex"} == held(attio)
    assert "globex.example.com" in Path("plan.html").read_text()


def test_a_saved_plan_tells_that_its_file_was_written_again(sync: Commands) -> None:
    """On the terminal and as JSON; it writes what was shown nevertheless."""
    sync.done("plan", *PUSH[1:], "--out", "plan.json")
    save([])
    pushed = sync.done("push", "--plan", "plan.json", "--json")

    assert "companies.json was written again after this plan was made" in pushed.err.replace("\n", " ")
    assert any("was written again" in one for one in pushed.json()["remarks"])
    assert 2 == pushed.json()["writes"]


def test_a_plan_stops_where_attio_has_moved(attio: RemoteEmulator, sync: Commands) -> None:
    """A record that somebody changed since the plan was made is not overwritten."""
    record = attio.create_record("companies", {"name": "Old", "domains": ["globex.example.com"]})
    sync.done("plan", *PUSH[1:], "--out", "plan.json")
    attio.api("PATCH", f"/v2/objects/companies/records/{record['id']['record_id']}", values(name="Mine"))
    said = sync("push", "--plan", "plan.json")

    assert 1 == said.code
    assert "Stopped before" in said.out
    assert "Mine" == held(attio)["globex.example.com"]


def test_a_revert_brings_back_what_was_there(attio: RemoteEmulator, sync: Commands) -> None:
    """Created records are gone, changed values are back, and what somebody changed meanwhile stays."""
    attio.create_record("companies", {"name": "Old", "domains": ["globex.example.com"]})
    run = sync.done(*PUSH).json()["run_id"]
    detail = sync.done("history", run).out
    reverted = sync.done("revert", run, "--json").json()
    listed = sync.done("history", "--json").json()

    assert "Globex" in detail
    assert {"globex.example.com": "Old"} == held(attio)
    assert [] == reverted["conflicts"]
    assert [(reverted["run_id"], run), (run, None)] == [(one["run_id"], one["reverts"]) for one in listed]


def test_rejected_rows_are_kept_and_can_be_tried_again(attio: RemoteEmulator, sync: Commands) -> None:
    """A refused row is in a file with its reason; once that is mended, one option pushes it."""
    row = {"name": "Initech", "domains": ["initech.example.com"], "employee_range": "eleven"}
    save([*COMPANIES, row])
    first = sync(*PUSH)
    kept = [json.loads(line) for line in Path("companies.rejects.jsonl").read_text().splitlines()]
    path = "/v2/objects/companies/attributes/employee_range/options"
    attio.api("POST", path, {"data": {"title": "eleven"}})
    again = sync("push", "--rejects", "companies.rejects.jsonl", "--json")

    assert 3 == first.code
    assert [(row, "employee_range")] == [(one["row"], one["attribute"]) for one in kept]
    assert (0, 1) == (again.code, again.json()["counts"]["create"])
    assert "Initech" == held(attio)["initech.example.com"]
    assert [] == list(sync.folder.glob("*.rejects*"))


def test_a_rejected_row_may_lack_columns_of_the_others(attio: RemoteEmulator, sync: Commands) -> None:
    """What its mapping names stays known, so the rejected row can be pushed again as it is."""
    fields = [{"column": one, "attribute": one} for one in ("domains", "name", "description")]
    mapping = {"target": "companies", "match": ["domains"], "fields": fields, "delete_when": "gone"}
    Path("map.json").write_text(json.dumps(mapping))
    bad = {"name": "Initech", "domains": "no domain"}
    save([*COMPANIES, {"domains": "umbrella.example.com", "description": "Umbrellas", "gone": False}, bad])
    first = sync("push", "--from", "companies.json", "--map", "map.json", "--yes", "--json")
    kept = Path("companies.rejects.jsonl")
    kept.write_text(kept.read_text().replace("no domain", "initech.example.com"))
    again = sync("push", "--rejects", str(kept), "--yes", "--json")

    assert (3, 1) == (first.code, first.json()["counts"]["rejected"])
    assert (0, 1) == (again.code, again.json()["counts"]["create"])
    assert "Initech" == held(attio)["initech.example.com"]


def test_rejected_rows_may_be_no_failure_to_a_scheduler(attio: RemoteEmulator, sync: Commands) -> None:
    """With --rejects-ok the exit code is 0 and the rows are kept; a wrong command still fails."""
    save([*COMPANIES, {"name": "No key", "domains": []}])
    said = sync(*PUSH, "--rejects-ok")
    wrong = sync(*PUSH[:-1], "--match", "nothing", "--rejects-ok")

    assert (0, 1) == (said.code, said.json()["counts"]["rejected"])
    assert Path("companies.rejects.jsonl").exists()
    assert 2 == wrong.code


def test_a_file_of_rejects_speaks_of_the_last_push(attio: RemoteEmulator, sync: Commands) -> None:
    """Pushing the same rows twice leaves each rejected row in the file once."""
    save([{"name": "Initech", "domains": ["initech.example.com"], "employee_range": "eleven"}])
    sync(*PUSH)
    sync(*PUSH)
    said = sync("push", "--rejects", "companies.rejects.jsonl")

    assert 3 == said.code
    assert 1 == len(Path("companies.rejects.jsonl").read_text().splitlines())
    assert "--rejects companies.rejects.jsonl" in said.out


def test_a_file_without_a_mapping_gets_one_that_is_remembered(attio: RemoteEmulator, sync: Commands) -> None:
    """Columns find their attributes by name, the guess is shown, and --yes keeps it beside the file."""
    Path("people.csv").write_text("Email,Full name,Shoe size\nada@acme.example.com,Ada Lovelace,38\n")
    said = sync.done("push", "--from", "people.csv", "--object", "people", "--yes")
    kept = yaml.safe_load(Path("people.csv.attio.yaml").read_text())
    again = sync.done("push", "--from", "people.csv", "--json")
    person = attio.records("people")[0]["values"]

    assert "left out" in said.err
    assert (["email_addresses"], "people") == (kept["match"], kept["target"])
    assert {"Email": "email_addresses", "Full name": "name"} == {
        field["column"]: field["attribute"] for field in kept["fields"]
    }
    assert "Ada Lovelace" == person["name"][0]["full_name"]
    assert 1 == again.json()["counts"]["unchanged"]


def test_a_name_and_a_place_are_put_together_from_several_columns(
    attio: RemoteEmulator, sync: Commands
) -> None:
    """First and last name are one name, street and city one place; the second push finds nothing to do."""
    Path("people.csv").write_text(
        "Email,First Name,Last Name,Street,City,Country\n"
        "ada@acme.example.com,Ada,Lovelace,1 Main Street,London,GB\nbob@acme.example.com,Bob,,,Paris,FR\n"
    )
    sync.done("push", "--from", "people.csv", "--object", "people", "--yes")
    kept = yaml.safe_load(Path("people.csv.attio.yaml").read_text())
    again = sync.done("push", "--from", "people.csv", "--json")
    people = [one["values"] for one in attio.records("people")]

    assert {"first_name": "First Name", "last_name": "Last Name"} in [
        one.get("columns") for one in kept["fields"]
    ]
    assert {"Ada Lovelace", "Bob"} == {one["name"][0]["full_name"] for one in people}
    assert {"London", "Paris"} == {one["primary_location"][0]["locality"] for one in people}
    assert (2, 0) == (again.json()["counts"]["unchanged"], again.json()["writes"])


def test_login_keeps_the_token_in_a_private_file(attio: RemoteEmulator, sync: Commands) -> None:
    """The browser's consent ends in a file that only its owner can read, and the commands find it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ATTIO_API_TOKEN")
        patch.setenv("ATTIO_OAUTH_CLIENT_ID", "emulator-client")
        patch.setenv("ATTIO_OAUTH_CLIENT_SECRET", "emulator-secret")
        login = [PROGRAM, "login", "--no-browser", "--port", "0"]
        with subprocess.Popen(login, stdout=subprocess.PIPE, text=True, env=None) as process:
            assert process.stdout is not None
            address = next(line.strip() for line in process.stdout if "http" in line)
            page = requests.get(address, timeout=60)
            said = process.stdout.read()
        found = sync.done("check")
    path = Path(".config/attio-sync/token.json")

    assert 0 == process.returncode
    assert "You are signed in." in page.text
    assert "Signed in to 'Emulated workspace'" in said
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert "The token works" in found.out


def test_a_mapping_that_no_longer_fits_its_file_says_where_it_is(sync: Commands) -> None:
    """A column that was renamed since is named with the file to correct; new columns need a word."""
    Path("a.csv").write_text("name,domains\nAcme,acme.example.com\n")
    sync.done("push", "--from", "a.csv", "--object", "companies", "--yes")
    Path("a.csv").write_text("name,domains,size\nAcme,acme.example.com,3\n")
    more = sync("plan", "--from", "a.csv")
    agreed = sync.done("plan", "--from", "a.csv", "--accept-guess")
    again = sync.done("plan", "--from", "a.csv")
    Path("a.csv").write_text("title,domains\nAcme,acme.example.com\n")
    renamed = sync("plan", "--from", "a.csv")
    Path("a.csv").write_text("name,domains\nAcme,acme.example.com\n")
    other = sync.done("plan", "--from", "a.csv", "--object", "people", "--match", "name")

    assert (2, True) == (more.code, "a.csv.attio.yaml says nothing about 'size'" in more.err)
    assert "size" in agreed.err
    assert "a.csv.attio.yaml: name → name, domains → domains; left out: size." in again.err
    assert (2, True) == (renamed.code, "has no column 'name'" in renamed.err)
    assert "Correct a.csv.attio.yaml, or delete it" in renamed.err
    assert "a.csv.attio.yaml is a mapping to 'companies', so it is not used." in other.err


def test_json_is_a_document_also_when_it_fails(sync: Commands) -> None:
    """Whoever asked for JSON gets some: here the sentence that stands on stderr as well."""
    said = sync("push", "--from", "nowhere.csv", "--object", "companies", "--json")

    assert {"error": "There is no file nowhere.csv."} == said.json()
    assert "Error: There is no file nowhere.csv.\n" == said.err


@pytest.mark.skipif(not PROGRAM.isascii(), reason="libraries are not found behind other letters than ASCII")
def test_a_terminal_without_a_sign_is_no_reason_to_stop(attio: RemoteEmulator, sync: Commands) -> None:
    """In a locale that knows ASCII alone the push goes on, and JSON stays exact."""
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    said = subprocess.run([PROGRAM, *PUSH[:-1]], env=environment, capture_output=True, check=False)
    plan = subprocess.run([PROGRAM, "plan", *PUSH[1:]], env=environment, capture_output=True, check=False)

    assert (0, 0) == (said.returncode, plan.returncode)
    assert b"2 created." in said.stdout
    assert 2 == json.loads(plan.stdout)["counts"]["unchanged"]


def test_what_a_revert_leaves_alone_can_be_acted_on(attio: RemoteEmulator, sync: Commands) -> None:
    """Each conflict names the record, the attribute, what the push wrote and what is there now."""
    record = attio.create_record("companies", {"name": "Old", "domains": ["globex.example.com"]})
    run = sync.done(*PUSH).json()["run_id"]
    attio.api("PATCH", f"/v2/objects/companies/records/{record['id']['record_id']}", values(name="Mine"))
    said = sync("revert", run)
    lines = [" ".join(line.split()) for line in said.out.splitlines()]

    assert (3, "1 deleted, 1 left alone.") == (said.code, lines[0])
    assert f"! globex.example.com companies {record['id']['record_id']}" in lines
    assert "name Globex Mine" in lines
    assert "1 deleted, 1 left alone" in sync.done("history").out
