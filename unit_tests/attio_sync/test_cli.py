from __future__ import annotations

import io
import sys

import pytest

from attio_sync.cli import COMMANDS, EXAMPLES, main, run


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_of_every_command_has_examples(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By either name; each line of the examples stands as it can be typed."""
    assert 0 == run([command, option])

    lines = [one.strip() for one in capsys.readouterr().out.splitlines()]
    assert set(EXAMPLES[command]) <= set(lines)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["plna"], "There is no command 'plna'. Did you mean 'plan'?"),
        (["revrt", "x"], "Did you mean 'revert'?"),
        (["push", "--mode", "upsrt"], "Did you mean 'upsert'?"),
        (["completion", "powershell"], "is none of bash, zsh, fish."),
        (["ui", "--relay", "localhost:8378"], "'localhost:8378' is not a web address"),
        (["ui", "--relay", "http://["], "'http://[' is not a web address"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_nearest(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command or the value of an option; exit code 2."""
    assert 2 == run(typed)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("utf-8", "→ ✓ ✗ · … Zoë Łódź"),
        ("cp1252", "> v x · … Zoë ?ód?"),
        ("cp437", "> v x · ... Zoë ?ód?"),
    ],
)
def test_a_sign_that_a_terminal_lacks_has_a_plain_one(
    encoding: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question mark instead of an arrow would say that a column's goal is guessed."""
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    for name, stream in (("stdout", stdout), ("stderr", stderr)):
        monkeypatch.setattr(sys, name, stream)
    monkeypatch.setattr(sys, "argv", ["attio-sync", "→ ✓ ✗ · … Zoë Łódź"])
    with pytest.raises(SystemExit):
        main()
    stderr.flush()

    assert f"There is no command '{printed}'" in stderr.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined] # of bytes


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_to_complete(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed names the command and asks it."""
    assert 0 == run(["completion", shell])
    assert "_ATTIO_SYNC_COMPLETE" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Name and number, on one line."""
    assert 0 == run(["--version"])
    assert capsys.readouterr().out.startswith("attio-sync, version ")
