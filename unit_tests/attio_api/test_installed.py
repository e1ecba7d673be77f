"""What every installed command answers, whatever extras are installed."""

import errno
import io
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import EntryPoint, distribution, version
from pathlib import Path
from types import SimpleNamespace

import pytest

from attio_api import installed

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


FULL = "The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize(
    ("command", "shell", "code", "said"),
    [
        ("source-attio spec", "<&- >&- 2>&-", 0, ""),
        ("source-attio spec", ">/dev/full", 1, FULL),
        ("attio-relay --help", ">/dev/full", 1, FULL),
        ("attio-relay make-key", ">/dev/full", 1, FULL),
    ],
)
def test_a_command_is_started_with_any_output(command: str, shell: str, code: int, said: str) -> None:
    """Without standard streams, as some schedulers start it, and where the disk of its output is full."""
    line = ["sh", "-c", f'exec "$0"/{command} {shell}', Path(sys.executable).parent]
    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert (code, "", said) == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("system", "chosen", "encoding"),
    [("win32", "", "utf-8"), ("win32", "cp850", "cp1252"), ("linux", "", "cp1252")],
)
def test_pipes_of_windows_get_utf_8(
    system: str, chosen: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python would print in an encoding there that lacks most letters; other systems' choice stays."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("PYTHONIOENCODING", chosen)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    installed.speak_utf_8()

    assert (encoding, encoding) == (sys.stdout.encoding, sys.stderr.encoding)


def test_an_error_of_a_file_is_not_taken_for_one_of_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps its trace, as any error that no command foresaw."""

    def failed() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(installed, "import_module", lambda _: SimpleNamespace(main=failed))
    monkeypatch.setattr(sys, "argv", ["attio-sync", "check"])

    with pytest.raises(OSError, match="No space left"):
        installed.start("attio_sync.cli", "main", command="attio-sync", extra="sync")


def test_no_file_takes_the_place_of_a_stream_that_is_missing() -> None:
    """What is printed later would go into it."""
    script = "from attio_api.installed import open_streams as o; o(); print(open('/dev/null').fileno() > 2)"
    line = ["sh", "-c", f'exec "$0" -c "{script}" <&- 2>&-', sys.executable]
    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert "True\n" == done.stdout


def test_ctrl_c_at_the_start_is_a_word_and_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Importing what a command needs takes a moment in which the command handles nothing itself."""

    def imported(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(installed, "import_module", imported)
    monkeypatch.setattr(sys, "argv", ["attio-sync", "check"])
    with pytest.raises(SystemExit) as ended:
        installed.start("attio_sync.cli", "main", command="attio-sync", extra="sync")

    assert (130, "Stopped.\n") == (ended.value.code, capsys.readouterr().err)
