from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from attio_sync.config import Connection, Places, connection_from, sign_in_from
from attio_sync.failures import WrongUsage
from attio_sync.login import keep

if TYPE_CHECKING:
    from pathlib import Path


def test_the_environment_wins_over_the_kept_token(tmp_path: Path) -> None:
    """A token in the environment is meant for this one run."""
    path = tmp_path / "token.json"
    keep(Connection(token="kept", api_url="http://127.0.0.1:1"), path)

    assert "kept" == connection_from({}, path).token
    assert "http://127.0.0.1:1" == connection_from({}, path).api_url
    assert "given" == connection_from({"ATTIO_API_TOKEN": "given"}, path).token


def test_nobody_else_can_read_the_kept_token(tmp_path: Path) -> None:
    """The file belongs to its owner alone, also when it replaces an older one."""
    path = tmp_path / "deep" / "token.json"
    keep(Connection(token="first"), path)
    path.chmod(0o644)
    keep(Connection(token="second"), path)

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert "second" == json.loads(path.read_text())["access_token"]
    assert [path] == list(path.parent.iterdir())


def test_without_a_token_the_sentence_says_where_to_get_one(tmp_path: Path) -> None:
    """A newcomer learns both ways to sign in."""
    with pytest.raises(WrongUsage, match=r"ATTIO_API_TOKEN.*attio-sync login"):
        connection_from({}, tmp_path / "token.json")


def test_a_damaged_token_file_is_named(tmp_path: Path) -> None:
    """It can be made anew, so that is what the sentence says."""
    path = tmp_path / "token.json"
    path.write_text("{")

    with pytest.raises(WrongUsage, match=r"token\.json is damaged\. Sign in again"):
        connection_from({}, path)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    """A forgotten 'https://' is noticed before anything is sent."""
    with pytest.raises(WrongUsage, match=r"'api\.attio\.com', which is not a web address"):
        connection_from({"ATTIO_API_TOKEN": "t", "ATTIO_API_URL": "api.attio.com"}, tmp_path / "none")


def test_a_token_is_not_printed() -> None:
    """Neither the connection nor the sign-in shows a secret when it is printed."""
    sign_in = sign_in_from({"ATTIO_OAUTH_CLIENT_ID": "id", "ATTIO_OAUTH_CLIENT_SECRET": "hush"}, None)

    assert "hush" not in repr(sign_in)
    assert "hush" not in repr(Connection(token="hush"))


def test_an_app_without_its_secret_is_refused() -> None:
    """The missing half is named."""
    with pytest.raises(WrongUsage, match="ATTIO_OAUTH_CLIENT_SECRET"):
        sign_in_from({"ATTIO_OAUTH_CLIENT_ID": "id"}, None)


def test_files_go_where_the_desktop_standard_says() -> None:
    """XDG directories are honoured, and have their usual defaults."""
    usual = Places.of({"HOME": "/h/ada"})
    moved = Places.of({"HOME": "/h/ada", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d"})

    assert "/h/ada/.config/attio-sync/token.json" == str(usual.token_file)
    assert "/h/ada/.local/share/attio-sync/journal.duckdb" == str(usual.journal)
    assert ("/c/attio-sync/token.json", "/d/attio-sync/journal.duckdb") == (
        str(moved.token_file),
        str(moved.journal),
    )


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}])
def test_a_user_without_a_home_is_told_what_to_set(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container with a user that the system does not know; the folders can be named instead."""
    monkeypatch.setattr(os.path, "expanduser", str)
    with pytest.raises(WrongUsage, match=r"no home folder\. Set HOME, or both"):
        Places.of(environment)

    named = Places.of({**environment, "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d"})
    assert ("/c/attio-sync/token.json", "/d/attio-sync/journal.duckdb") == tuple(
        map(str, (named.token_file, named.journal))
    )
