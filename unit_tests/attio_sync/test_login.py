from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from attio_sync import workspace
from attio_sync.cli import run
from unit_tests.attio_sync.asgi import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.mark.parametrize(
    ("given", "code", "token"), [(" a-token \nmore", 0, "a-token"), ("", 2, None), ("\n", 2, None)]
)
def test_a_token_can_be_handed_in_by_a_script(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: str,
    code: int,
    token: str | None,
) -> None:
    """Nobody is asked where nobody can answer; without a token the command says how to give one."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.delenv("ATTIO_OAUTH_CLIENT_ID", raising=False)
    monkeypatch.setattr(workspace, "identity", lambda _: IDENTITY)
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))

    assert code == run(["login"])
    said, kept = capsys.readouterr(), folder / "attio-sync" / "token.json"
    assert token == (json.loads(kept.read_text())["access_token"] if kept.exists() else None)
    assert (token is None) == ("attio-sync login < FILE" in said.err)
    assert "Paste" not in said.out + said.err
