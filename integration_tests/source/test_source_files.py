"""The files of states and of a catalog that the command `source-attio read` is given."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from integration_tests.source.process import Command
from source_attio import command

SHARED: dict[str, Any] = {"type": "GLOBAL", "global": {"stream_states": [], "shared_state": {"cursor": "x"}}}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("state.json", [SHARED], "has a `shared_state`, and this connector writes one STREAM state for"),
        ("state.json", [{"type": "LEGACY", "data": {"companies": {}}}], "is of the type LEGACY"),
        ("state.json", [{"type": "ELSE"}], "has a type that is none of"),
        ("state.json", {"companies": {}}, "they are not a list of states"),
        ("catalog.json", {"streams": [{"stream": {"name": "tasks"}}]}, "of the stream tasks is missing"),
        ("catalog.json", {}, "`streams` is missing"),
    ],
)
def test_a_read_with_files_of_another_form_is_refused(
    source: Command, name: str, content: Any, sentence: str
) -> None:
    """The sync fails as one with a mistake to correct, in one sentence, before anything is read."""
    more = source.reading(["companies"], "incremental", [{"type": "STREAM"}])
    source.file(name, content)
    outcome = source.run("read", *more)
    ((stream, kind, message),) = outcome.errors()

    assert (None, "config_error") == (stream, kind)
    assert sentence in message
    assert 0 != outcome.code
    assert not [each for each in outcome.messages if each["type"] in {"RECORD", "STATE"}]


@pytest.mark.parametrize("name", ["state.json", "catalog.json", "config.json"])
def test_a_read_of_a_file_nested_too_deeply_is_refused(process: Command, name: str) -> None:
    """The command that begins before the CDK is imported reads the files as well, and leaves it to say so."""
    arguments = process.arguments(
        "read", *process.reading(["companies"], "incremental", [{"type": "STREAM"}])
    )
    (process.folder / name).write_text("[" * 100_000, encoding="utf-8")
    ((_, kind, message),) = process.ran(arguments).errors()

    assert "config_error" == kind
    assert "it is not the JSON of the protocol. Correct the file." in message


def test_a_file_may_begin_with_a_byte_order_mark(source: Command) -> None:
    """Editors on Windows write one; what follows is read as UTF-8 whatever the encoding of the system."""
    source.config["filters"] = [{"target": "companies", "filter": '{"name": "Łódź"}'}]
    arguments = source.arguments("check")
    file = source.folder / "config.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    (status,) = [one for one in source.ran(arguments).messages if one["type"] == "CONNECTION_STATUS"]

    assert "SUCCEEDED" == status["connectionStatus"]["status"]


def test_messages_are_utf_8_whatever_the_system_prints_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python prints to a pipe on Windows in an encoding that lacks most letters."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", printed)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    command.main(["check", "--config", str(tmp_path / "Łódź.json")])
    printed.flush()

    assert "Łódź.json cannot be read" in printed.buffer.getvalue().decode()  # type: ignore[attr-defined] # of bytes
