"""The command that writes what brings the connectors to an Airbyte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from integration_tests.shipping.airbyte_models import imported

if TYPE_CHECKING:
    from pathlib import Path

program = imported("shipping.__main__")


@pytest.mark.parametrize("command", ["registry", "submission"])
def test_what_cannot_be_written_is_said(tmp_path: Path, command: str) -> None:
    """A file where the folder should be stays as it is."""
    taken = tmp_path / "taken"
    taken.write_text("mine")
    said = CliRunner().invoke(program.main, [command, "--out", str(taken)])

    assert 1 == said.exit_code
    assert "taken cannot be written: Not a directory. Name another folder with --out." in said.output
    assert "mine" == taken.read_text()
