"""The command that writes what brings the connectors to an Airbyte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

NONE = "airbyte-connector-models has no release for Python 3.13 and later"
program = pytest.importorskip("shipping.__main__", reason=NONE)


@pytest.mark.parametrize("command", ["registry", "submission"])
def test_what_cannot_be_written_is_said(tmp_path: Path, command: str) -> None:
    """A file where the folder should be stays as it is."""
    taken = tmp_path / "taken"
    taken.write_text("mine")
    said = CliRunner().invoke(program.main, [command, "--out", str(taken)])

    assert 1 == said.exit_code
    assert "taken cannot be written: Not a directory. Name another folder with --out." in said.output
    assert "mine" == taken.read_text()
