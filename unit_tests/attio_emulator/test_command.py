"""`attio-emulator facts` asks a workspace over HTTP; here an emulator stands for it."""

import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from attio_emulator.cli import main
from attio_emulator.facts import command, over_http
from attio_emulator.facts.runner import facts
from attio_emulator.remote import RemoteEmulator

SAFE = {fact["id"] for fact in facts() if fact.get("real") and fact.get("steps")}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "sender", partial(over_http.sender, pause=0.0))


def test_every_safe_fact_is_asked_and_written_down(attio: RemoteEmulator, tmp_path: Path) -> None:
    """The command prints a line a fact, and the file says the same of each without holding the token."""
    file = tmp_path / "facts.json"
    arguments = ["facts", "--url", attio.url, "--token", attio.token, "--output", str(file), "--yes"]
    answer = CliRunner().invoke(main, arguments)
    written = json.loads(file.read_text())
    verdicts = {each["fact"]: each["verdict"] for each in written["findings"]}

    assert 0 == answer.exit_code, answer.output
    assert {fact["id"] for fact in facts()} == set(verdicts)
    assert [] == [
        name for name, verdict in verdicts.items() if verdict not in answer.output.partition(name)[0]
    ]
    assert {name for name, verdict in verdicts.items() if verdict != "could not be asked"} <= SAFE
    assert "agrees" == verdicts["unique-conflict"]
    assert "needs a token with only these scopes" in str(written["findings"])
    assert attio.token not in file.read_text()
    assert "Not deleted again" not in answer.output
    assert [] == attio.records("people", limit=1)


def test_a_workspace_that_cannot_be_prepared_is_said_so(attio: RemoteEmulator, tmp_path: Path) -> None:
    """A dead token ends the command with one sentence and no file."""
    file = tmp_path / "facts.json"
    arguments = ["facts", "--url", attio.url, "--token", "0" * 64, "--output", str(file), "--yes"]
    answer = CliRunner().invoke(main, arguments)

    assert 1 == answer.exit_code
    assert (
        "The workspace cannot be prepared: GET /v2/workspace_members was answered 401. Give" in answer.output
    )
    assert not file.exists()


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--url", "attio", "--url is an address such as https://api.attio.com, not 'attio'."),
        ("--url", "http://[::1", "--url is an address"),
        ("--url", "http://127.0.0.1:1", "no answer from 127.0.0.1:1 (Connection refused)"),
        ("--url", "http://a b", "no answer from a b"),
        ("--url", f"http://{'a' * 64}.com", "no answer from aaa"),
        ("--token", "clé", "characters that no API key"),
        ("--token", "a\nb", "characters that no API key"),
        ("--output", "/no/such/folder/facts.json", "the folder /no/such/folder cannot be written to"),
    ],
)
def test_settings_that_cannot_work_are_named_before_anything_is_written(
    attio: RemoteEmulator, tmp_path: Path, option: str, value: str, sentence: str
) -> None:
    """One sentence each, and no call that changes the workspace."""
    attio.clear_calls()
    given = {"--url": attio.url, "--token": attio.token, "--output": str(tmp_path / "f.json"), option: value}
    arguments = [word for pair in given.items() for word in pair]
    answer = CliRunner().invoke(main, ["facts", "--yes", *arguments])

    assert answer.exit_code in {1, 2}
    assert sentence in answer.output
    assert isinstance(answer.exception, SystemExit)
    assert [] == attio.calls()


def test_a_broken_connection_costs_its_facts_alone(attio: RemoteEmulator, tmp_path: Path) -> None:
    """The other facts are asked, and what could not be deleted again is listed."""
    file = tmp_path / "facts.json"
    attio.fault("drop", method="POST", path="/v2/notes")
    attio.fault("drop", method="DELETE", path="/v2/tasks/*")
    arguments = ["facts", "--url", attio.url, "--token", attio.token, "--output", str(file), "--yes"]
    answer = CliRunner().invoke(main, arguments)
    whys = {each["fact"]: each["why"] for each in json.loads(file.read_text())["findings"]}

    assert 0 == answer.exit_code
    assert whys["note-shape"].startswith("no answer from 127.0.0.1")
    assert "" == whys["unique-conflict"]
    assert "Not deleted again: DELETE /v2/tasks/" in answer.output


def test_without_a_token_nothing_is_asked(attio: RemoteEmulator) -> None:
    """The command says where the token belongs."""
    answer = CliRunner().invoke(main, ["facts", "--url", attio.url], env={"ATTIO_API_TOKEN": ""})

    assert 2 == answer.exit_code
    assert "Set ATTIO_API_TOKEN" in answer.output


def test_writing_needs_a_yes(attio: RemoteEmulator) -> None:
    """Without a yes nothing is sent."""
    attio.clear_calls()
    answer = CliRunner().invoke(main, ["facts", "--url", attio.url, "--token", attio.token], input="n\n")

    assert 1 == answer.exit_code
    assert "recorded_facts" in answer.output
    assert [] == attio.calls()
