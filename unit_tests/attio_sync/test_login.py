from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync.cli import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_nobody_is_asked_for_a_token_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file, the reason and two ways on are told first."""
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(file))

    assert 2 == run(["login"])
    said = capsys.readouterr()
    assert f"The token cannot be kept in {file}/attio-sync/token.json: {file} is not a folder. " in said.err
    assert "Set XDG_CONFIG_HOME to a folder" in said.err
    assert "Paste" not in said.out + said.err
