"""The four programs that hold a token say the same of one that is cut off or pasted with more around it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from attio_emulator.remote import RemoteEmulator

PROGRAMS = Path(sys.executable).parent
RELAY = """
[server]
public_url = "https://relay.example.com"
[attio]
api_url = "{url}"
[[routes]]
name = "acme"
"""
COMMANDS = {
    "source-attio": ["check", "--config", "config.json"],
    "destination-attio": ["check", "--config", "config.json"],
    "attio-sync": ["check"],
    "attio-relay": ["subscribe", "--config", "relay.toml", "--route", "acme"],
}


def said(program: str, token: str, url: str, folder: Path) -> str:
    """Everything that a program says, run with a token."""
    credentials = {"auth_type": "access_token", "access_token": token}
    (folder / "config.json").write_text(json.dumps({"credentials": credentials, "api_url": url}))
    (folder / "relay.toml").write_text(RELAY.format(url=url))
    environment = {
        "PATH": str(PROGRAMS),
        "HOME": str(folder),
        "COLUMNS": "300",
        "ATTIO_API_TOKEN": token,
        "ATTIO_API_URL": url,
        "ATTIO_RELAY_KEY": Fernet.generate_key().decode(),
    }
    command = [str(PROGRAMS / program), *COMMANDS[program]]
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    return " ".join((ran.stdout + ran.stderr).split())


@pytest.mark.parametrize("program", COMMANDS)
def test_a_cut_off_token_is_called_so(program: str, attio: RemoteEmulator, tmp_path: Path) -> None:
    """A token of which a part is missing is named as not an Attio token, and is not shown."""
    attio.fault("status", method="GET", path="/v2/self", status=400, code="missing_value")
    attio.fault("status", path="/v2/webhooks*", status=401, code="unauthorized")
    cut = "0123456789abcdef" * 3 + "canary"
    told = said(program, cut, attio.url, tmp_path)

    assert "The access token is not an Attio token: it has 54 characters, and Attio's have 64" in told
    assert "canary" not in told
    assert "attribute" not in told


@pytest.mark.parametrize("program", COMMANDS)
def test_a_token_in_quotes_is_understood(program: str, attio: RemoteEmulator, tmp_path: Path) -> None:
    """Quotation marks and `Bearer` are left out with a remark, and the token works."""
    told = said(program, f'"Bearer {attio.token}"', attio.url, tmp_path)

    assert "The access token is used without the quotation marks and 'Bearer' before it" in told
    assert "not an Attio token" not in told
    assert attio.token not in told
