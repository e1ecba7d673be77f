"""What `attio-sync completion` prints."""

from __future__ import annotations

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
