"""The texts that commands answer with at once are those that their code would make."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from attio_sync.cli import COMMANDS
from integration_tests.shipped_texts import CONNECTORS, ROOT, shipped

BIN = Path(sys.executable).parent
WRITE_ANEW = "if the change is meant: python -m integration_tests.shipped_texts"


def _printed(*command: str) -> str:
    return subprocess.run([BIN / command[0], *command[1:]], capture_output=True, text=True, check=True).stdout


def test_the_files_hold_what_the_code_says() -> None:
    """No option, setting or example is missing in a text, and no text is left of what is gone."""
    texts = shipped()
    kept = {path: path.read_text(encoding="utf-8") for path in texts if path.is_file()}

    assert texts == kept, WRITE_ANEW
    assert {*(ROOT / "attio_sync/help").iterdir()} == {path for path in texts if path.parent.name == "help"}


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_is_printed_from_its_file(command: list[str], flag: str) -> None:
    """Both spellings of the option, for every command."""
    name = command[0] if command else "attio-sync"
    text = (ROOT / f"attio_sync/help/{name}.txt").read_text(encoding="utf-8")

    assert text == _printed("attio-sync", *command, flag)
    assert 80 >= max(map(len, text.splitlines()))


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_specification_is_one_message_on_one_line(connector: str) -> None:
    """Whoever reads lines reads one, whose contents are the file's."""
    (line,) = _printed(connector, "spec").splitlines()
    kept = json.loads((ROOT / CONNECTORS[connector] / "spec.json").read_text(encoding="utf-8"))

    assert {"type": "SPEC", "spec": kept} == json.loads(line)


def test_a_misspelt_command_with_help_is_no_file() -> None:
    """Names lead to no other file, and a misspelt one is told what was meant."""
    for words in (["plna", "--help"], ["../cli", "--help"], ["plan", "--json", "--help"]):
        ended = subprocess.run([BIN / "attio-sync", *words], capture_output=True, text=True, check=False)
        assert (ended.returncode == 0) == (words[0] == "plan"), words
        assert "Traceback" not in ended.stderr
