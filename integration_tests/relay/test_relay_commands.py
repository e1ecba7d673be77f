"""The relay's command line."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from attio_relay.cli import main
from attio_relay.config import load
from attio_relay.store.sealing import SealError
from attio_relay.store.secrets import Install
from attio_relay.store.store import open_store

CONFIG = """
[[routes]]
name = "acme"
[[connections]]
name = "crm"
route = "acme"
[connections.target]
type = "command"
command = ["true"]
"""


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["check-config"], 0, "is fine: 1 route, 1 connection."),
        (["status"], 0, "crm: idle, 0 changes seen, all covered"),
        (["replay", "--connection", "crm"], 0, "crm syncs as soon as it can."),
        (["replay", "--connection", "nope"], 2, "There is no connection 'nope'."),
        (["replay", "--key", "nope"], 2, "There is no such dead letter."),
        (["rotate"], 2, "rotate needs either --route NAME or --key."),
        (["subscribe", "--route", "acme"], 2, "There is no sealing key"),
        (["rotate", "--key"], 2, "rotate --key needs key_file in [secrets]"),
        (["serve", "--port", "99999"], 2, "'99999' is not a whole number from 0 to 65,535."),
        (["serve", "--port", "web"], 2, "'web' is not a whole number from 0 to 65,535."),
        (["tail", "--route", "acme", "--lines", "-5"], 2, "'-5' is not a whole number from 0 to"),
    ],
)
def test_commands_say_what_they_did(tmp_path: Path, arguments: list[str], code: int, sentence: str) -> None:
    """One sentence and an exit code: 0 done, 2 wrong usage or configuration."""
    (tmp_path / "relay.toml").write_text(CONFIG)
    command, *rest = arguments
    done = CliRunner().invoke(main, [command, "--config", str(tmp_path / "relay.toml"), *rest])

    assert code == done.exit_code
    assert sentence in done.output


@pytest.mark.parametrize("host", ["x" * 64, "relay.invalid"])
def test_a_host_that_is_none_is_named(tmp_path: Path, host: str) -> None:
    """A name that cannot be one, and a name that nobody knows: a sentence, and no traceback."""
    (tmp_path / "relay.toml").write_text(f'[server]\nhost = "{host}"\n')
    done = CliRunner().invoke(main, ["serve", "--config", str(tmp_path / "relay.toml"), "--port", "0"])

    assert 1 == done.exit_code
    assert f"cannot listen on {host}, port 0: " in done.output


def test_a_key_file_is_made_with_its_folder_or_named(tmp_path: Path) -> None:
    """`subscribe` makes the folder of the first key; where none can be, it says so before it asks Attio."""
    file = tmp_path / "relay.toml"
    said = []
    for place in ("keys/relay.key", "relay.toml/relay.key"):
        file.write_text(f'{CONFIG}[secrets]\nkey_file = "{place}"\n[server]\n')
        done = CliRunner().invoke(main, ["subscribe", "--config", str(file), "--route", "acme"])
        said.append((done.exit_code, f"{tmp_path / place}" in done.output, "--url" in done.output))

    assert [(2, True, True), (2, True, False)] == said
    assert 0o600 == (tmp_path / "keys/relay.key").stat().st_mode & 0o777


def test_serve_says_where_and_stops_when_told(tmp_path: Path) -> None:
    """The address comes first; SIGTERM ends it with exit code 0."""
    (tmp_path / "relay.toml").write_text(CONFIG)
    command = [str(Path(sys.executable).with_name("attio-relay")), "serve", "--port", "0", "--config"]
    with subprocess.Popen(
        [*command, str(tmp_path / "relay.toml")], stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        said = serving.stdout.readline()
        serving.terminate()

        assert said.startswith("listening on http://127.0.0.1:")
        assert 0 == serving.wait(60)


def test_a_second_relay_on_the_same_file_is_refused(tmp_path: Path) -> None:
    """It would take the first one's leases; after the first one's end, also by kill, the next may serve."""
    (tmp_path / "relay.toml").write_text(CONFIG)
    command = [str(Path(sys.executable).with_name("attio-relay")), "serve", "--port", "0", "--config"]
    command.append(str(tmp_path / "relay.toml"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        first.stdout.readline()
        second = subprocess.run(command, capture_output=True, text=True, check=False)
        first.kill()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as third:
        assert third.stdout is not None
        said = third.stdout.readline()
        third.terminate()

    assert (1, True) == (second.returncode, "Another relay serves" in second.stderr)
    assert said.startswith("listening on")


def sealed_with(file: Path, environment: dict[str, str]) -> None:
    store = open_store(load(file, environment))
    store.secret_store.keep_install(
        Install(route="acme", workspace_id="w", workspace_name="W", token="t", scopes="", installed_at=0.0)
    )
    store.database.close()


def opens(file: Path, environment: dict[str, str]) -> bool:
    store = open_store(load(file, environment))
    try:
        return store.secret_store.install("acme") is not None
    except SealError:
        return False
    finally:
        store.database.close()


def test_a_key_of_the_environment_is_rotated_by_its_owner(tmp_path: Path) -> None:
    """One key cannot be rotated by the command, which says how; with a new one before it everything moves."""
    file = tmp_path / "relay.toml"
    file.write_text(CONFIG + '[secrets]\nkey_file = "relay.key"\n')
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed_with(file, {"ATTIO_RELAY_KEY": old})
    arguments = ["rotate", "--config", str(file), "--key"]
    refused = CliRunner().invoke(main, arguments, env={"ATTIO_RELAY_KEY": old})
    done = CliRunner().invoke(main, arguments, env={"ATTIO_RELAY_KEY": f"{new} {old}"})

    assert (2, 0) == (refused.exit_code, done.exit_code)
    assert "make-key" in refused.output
    assert "Sealed 1 secret with the first key of ATTIO_RELAY_KEY" in done.output
    assert (True, False) == (opens(file, {"ATTIO_RELAY_KEY": new}), opens(file, {"ATTIO_RELAY_KEY": old}))
    assert not (tmp_path / "relay.key").exists()


def test_a_rotated_key_file_keeps_its_mode(tmp_path: Path) -> None:
    """Whoever rotates, the relay's user must go on reading it; the old key opens nothing any more."""
    file, keys = tmp_path / "relay.toml", tmp_path / "relay.key"
    file.write_text(CONFIG + '[secrets]\nkey_file = "relay.key"\n')
    old = Fernet.generate_key().decode()
    keys.write_text(old)
    keys.chmod(0o640)
    sealed_with(file, {})
    done = CliRunner().invoke(main, ["rotate", "--config", str(file), "--key"], env={"ATTIO_RELAY_KEY": ""})

    assert 0 == done.exit_code
    assert 0o640 == keys.stat().st_mode & 0o777
    assert old not in keys.read_text()
    assert (True, False) == (opens(file, {}), opens(file, {"ATTIO_RELAY_KEY": old}))


@pytest.mark.parametrize("command", ["serve", "check-config"])
def test_a_key_that_is_none_is_refused(tmp_path: Path, command: str) -> None:
    """A relay with a malformed sealing key does not start: it would refuse every delivery and look well."""
    file = tmp_path / "relay.toml"
    file.write_text(CONFIG)
    arguments = [command, "--config", str(file), *(["--port", "0"] if command == "serve" else [])]
    answer = CliRunner().invoke(main, arguments, env={"ATTIO_RELAY_KEY": "garbage"})

    assert 2 == answer.exit_code
    assert "sealing key" in answer.output


def test_a_key_that_opens_nothing_is_refused(tmp_path: Path) -> None:
    """A relay whose key is another one than its secrets were sealed with does not start."""
    file = tmp_path / "relay.toml"
    file.write_text(CONFIG)
    first, other = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    store = open_store(load(file, {"ATTIO_RELAY_KEY": first}))
    store.secret_store.keep_install(
        Install(route="acme", workspace_id="w", workspace_name="W", token="t", scopes="", installed_at=0.0)
    )
    store.database.close()
    answer = CliRunner().invoke(
        main, ["serve", "--config", str(file), "--port", "0"], env={"ATTIO_RELAY_KEY": other}
    )

    assert 2 == answer.exit_code
    assert "key" in answer.output
