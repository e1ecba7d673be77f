"""What `attio-sync completion` prints."""

from __future__ import annotations

import click
import pytest

from attio_sync import cli
from attio_sync.completion import SHELLS


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_lines_that_ask_the_command_itself(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable is the one that the command listens to."""
    assert 0 == cli.run(["completion", shell])
    printed = capsys.readouterr().out

    assert f"_ATTIO_SYNC_COMPLETE={shell}_complete" in printed
    assert "attio-sync" in printed


def test_fish_shows_what_stands_behind_a_comma(capsys: pytest.CaptureFixture[str]) -> None:
    """A line is split at the comma before the word; a file's name or a sentence may hold more of them."""
    assert 0 == cli.run(["completion", "fish"])

    assert '(string split --max 1 "," $completion)' in capsys.readouterr().out


def test_each_command_is_listed_with_its_whole_sentence() -> None:
    """A shell shows it beside the name."""
    context = click.Context(cli.root)
    told = {name: cli.root.get_command(context, name) for name in cli.COMMANDS}

    assert {name: text.rstrip(".") for name, (_, text) in cli.COMMANDS.items()} == {
        name: one.get_short_help_str().rstrip(".") for name, one in told.items() if one
    }
