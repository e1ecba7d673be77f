"""The unit for systemd and the manual's commands beside it, run by hand as systemd runs them."""

import configparser
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from integration_tests.waiting import until

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

DOCS = Path(__file__).resolve().parents[2] / "docs"
MANUAL = (DOCS / "relay.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
ADMIN = "a" * 32


def service() -> configparser.SectionProxy:
    """What the unit says of its service."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign] # names of systemd keep their case
    parser.read(DOCS / "relay.service")
    return parser["Service"]


@pytest.fixture
def here(tmp_path: Path) -> Callable[[str], str]:
    """Puts the folders of a text on this machine."""
    places = {"/etc/attio-relay": tmp_path / "etc", "/var/lib/attio-relay": tmp_path / "var"}
    for folder in places.values():
        folder.mkdir()
    # The unit and the manual are for a path without blanks, which the one of this checkout may have.
    places["/opt/attio-relay/bin"] = tmp_path / "bin"
    places["/opt/attio-relay/bin"].symlink_to(BIN)

    def moved(text: str) -> str:
        for there, place in places.items():
            text = text.replace(there, str(place))
        return text

    return moved


def install(attio: "RemoteEmulator", here: Callable[[str], str]) -> None:
    """The manual's file with a short debounce on a free port, and the secrets beside it."""
    example = MANUAL.split("```toml\n")[1].split("```")[0]
    soon = example.replace("8378", "0").replace('route = "acme"\n', 'route = "acme"\ndebounce = "100ms"\n')
    secrets = {
        "ATTIO_API_URL": attio.url,
        "ATTIO_API_TOKEN": attio.token,
        "ATTIO_RELAY_ADMIN_TOKEN": ADMIN,
        "ATTIO_RELAY_FEED_TOKEN": "f" * 32,
    }
    Path(here("/etc/attio-relay/relay.toml")).write_text(soon)
    lines = "".join(f"{name}={value}\n" for name, value in secrets.items())
    Path(here("/etc/attio-relay/environment")).write_text(lines)


def environment(here: Callable[[str], str]) -> dict[str, str]:
    """What systemd gives the unit: its own variables, those of the file, and the state directory."""
    unit = service()
    lines = shlex.split(here(unit["Environment"]))
    lines += Path(here(unit["EnvironmentFile"])).read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines)
    return given | {"STATE_DIRECTORY": here(f"/var/lib/{unit['StateDirectory']}")}


def subscribed(here: Callable[[str], str], url: str) -> str:
    """What the manual's commands for a shell of root print, with the address of this relay."""
    (block,) = re.findall(r"```text\n( +set -a;.*?)```", MANUAL, re.DOTALL)
    done = subprocess.run(
        ["/bin/sh", "-c", here(block).replace("https://relay.example.com", url)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        cwd="/",
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def succeeded(url: str) -> int:
    """How many syncs of the first connection succeeded, as the relay says."""
    asked = requests.get(f"{url}/admin/list", headers={"Authorization": f"Bearer {ADMIN}"}, timeout=10)
    return int(asked.json()["connections"][0]["succeeded"])


def test_the_units_relay_does_what_the_manual_says(
    attio: "RemoteEmulator", tmp_path: Path, here: Callable[[str], str]
) -> None:
    """It serves, a webhook is made beside it, and a change leads to a sync by the manual's command."""
    install(attio, here)
    unit, given = service(), environment(here)
    folder = here(unit["WorkingDirectory"])
    before, start = (shlex.split(here(unit[name])) for name in ("ExecStartPre", "ExecStart"))
    checked = subprocess.run(before, env=given, cwd=folder, check=False)
    with subprocess.Popen(start, env=given, cwd=folder, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            url = serving.stdout.readline().split()[-1]
            made = subscribed(here, url)
            attio.create_record("companies", {"name": "Acme"})
            synced = until(lambda: succeeded(url), seconds=120)
        finally:
            serving.terminate()

    assert (0, True, True) == (checked.returncode, "is created" in made, synced)
    assert {"relay.db", "relay.key", "runs", "crm.duckdb"} <= {each.name for each in Path(folder).iterdir()}
    assert {"relay.toml", "environment"} == {each.name for each in (tmp_path / "etc").iterdir()}
