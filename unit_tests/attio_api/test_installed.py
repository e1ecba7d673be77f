"""What every installed command answers, whatever extras are installed."""

import sys
from contextlib import suppress
from importlib.metadata import EntryPoint, distribution, version

import pytest

COMMANDS = [one for one in distribution("airbyte-attio").entry_points if one.group == "console_scripts"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_every_command_tells_its_version(
    command: EntryPoint,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The name and the version of the package, on one line."""
    monkeypatch.setattr(sys, "argv", [command.name, "--version"])
    with suppress(SystemExit):
        command.load()()
    assert f"{command.name}, version {version('airbyte-attio')}\n" == capsys.readouterr().out
