"""The command line and the two other targets: programs on this machine, and signed calls."""

import errno
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from standardwebhooks import Webhook, WebhookVerificationError

from attio_relay.cli import main
from attio_relay.config import load
from attio_relay.settings import CommandTarget, HttpTarget
from attio_relay.store.sealing import SealError
from attio_relay.store.secrets import Install
from attio_relay.store.store import open_store
from attio_relay.targets.command import CommandRuns, kept_output, prune_runs
from attio_relay.targets.signed_http import SignedCalls
from attio_relay.targets.target import BlockedError, Intent, Job, JobState, LaterError, UnknownOutcomeError
from integration_tests.waiting import until

INTENT = Intent(run_id="run-1", connection="crm", route="acme", changes=3, baseline=None, at=0.0)
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


def runs(folder: Path, *command: str, clock: Callable[[], float] = time.time) -> CommandRuns:
    target = CommandTarget(command=command, directory=folder, environment={"EXTRA": "yes"}, timeout="60s")
    return CommandRuns(target, folder / "runs", dict(os.environ), clock)


def ended(target: CommandRuns, job: str) -> Job:
    assert until(lambda: target.look(job).state is not JobState.RUNNING)
    return target.look(job)


@pytest.mark.parametrize(
    ("code", "state"), [("0", JobState.SUCCEEDED), ("3", JobState.SUCCEEDED), ("1", JobState.FAILED)]
)
def test_the_exit_code_says_whether_events_are_covered(tmp_path: Path, code: str, state: JobState) -> None:
    """0 and 3 (done, with rejected rows) cover, anything else does not; what was printed is kept."""
    target = runs(tmp_path, "sh", "-c", f'echo "$EXTRA $ATTIO_RELAY_CHANGES"; exit {code}')
    job = target.start(INTENT)

    assert state is ended(target, job.name).state
    assert "yes 3\n" == kept_output(tmp_path / "runs", "run-1", limit=100)


def test_a_command_gets_none_of_the_relays_secrets(tmp_path: Path) -> None:
    """It gets what it needs to run and to ask Attio, and what the file passes on by name."""
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "ATTIO_API_TOKEN": "for attio-sync",
        "ATTIO_RELAY_KEY": "seals",
        "ATTIO_RELAY_ADMIN_TOKEN": "opens",
        "ATTIO_OAUTH_CLIENT_SECRET": "signs in",
        "WAREHOUSE_PASSWORD": "asked for",
        "OTHER": "not asked for",
    }
    target = CommandTarget(command=("env",), directory=tmp_path, pass_environment=("WAREHOUSE_*",))
    running = CommandRuns(target, tmp_path / "runs", environment, time.time)
    ended(running, running.start(INTENT).name)
    output = kept_output(tmp_path / "runs", "run-1", limit=10_000) or ""
    names = {line.partition("=")[0] for line in output.splitlines()}

    assert {"PATH", "LC_ALL", "ATTIO_API_TOKEN", "WAREHOUSE_PASSWORD", "ATTIO_RELAY_RUN"} <= names
    assert not names & {"ATTIO_RELAY_KEY", "ATTIO_RELAY_ADMIN_TOKEN", "ATTIO_OAUTH_CLIENT_SECRET", "OTHER"}


def test_a_relay_that_comes_back_finds_its_programs(tmp_path: Path) -> None:
    """Another relay on the same folder sees the program run, and sees that it was killed."""
    first = runs(tmp_path, "sleep", "60")
    first.start(INTENT)
    second = runs(tmp_path, "sleep", "60")
    found = second.find(INTENT)
    pid = int((tmp_path / "runs" / "run-1" / "started").read_text().split()[0])
    os.killpg(pid, signal.SIGKILL)

    assert found is not None
    assert JobState.RUNNING is found.state
    assert JobState.FAILED is ended(first, "run-1").state
    assert (
        second.find(Intent(run_id="other", connection="c", route="r", changes=1, baseline=None, at=0)) is None
    )


def test_a_program_may_outlive_its_relay_without_a_warning(tmp_path: Path) -> None:
    """It is meant to run on, so a relay that ends first has not forgotten to wait for it."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        runs(tmp_path, "sleep", "60").start(INTENT)
        gc.collect()
    pid = int((tmp_path / "runs" / "run-1" / "started").read_text().split()[0])
    os.killpg(pid, signal.SIGKILL)

    assert [] == [str(one.message) for one in said]


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """After its time-out the whole group of processes is killed."""
    now = [time.time()]
    target = runs(tmp_path, "sh", "-c", "sleep 60; true", clock=lambda: now[0])
    target.start(INTENT)
    now[0] += 61

    assert JobState.FAILED is ended(target, "run-1").state
    assert 1 == prune_runs(tmp_path / "runs", before=time.time() + 1)


def test_a_program_that_does_not_exist_fails(tmp_path: Path) -> None:
    """It is reported by its exit code like any other failure; a missing directory blocks."""
    target = runs(tmp_path, "no-such-program")
    target.start(INTENT)

    assert JobState.FAILED is ended(target, "run-1").state
    nowhere = CommandTarget(command=("true",), directory=tmp_path / "missing", environment={}, timeout="60s")
    with pytest.raises(BlockedError):
        CommandRuns(nowhere, tmp_path / "others", {}, time.time).start(INTENT)


def test_a_program_that_cannot_be_noted_is_not_left_running(tmp_path: Path) -> None:
    """A disk that fills up at the start ends the program: the schedule is told that nothing runs."""

    def full() -> float:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = runs(tmp_path, "sleep", "60", clock=full)
    with pytest.raises(LaterError, match="No space left on device"):
        target.start(INTENT)

    assert JobState.FAILED is ended(target, "run-1").state


def test_a_child_that_stays_does_not_keep_the_run(tmp_path: Path) -> None:
    """A program that ended has ended, also when something it started goes on with its files open."""
    target = runs(tmp_path, "sh", "-c", "sleep 600 & echo $! > stayed; exit 0")
    target.start(INTENT)
    found = ended(target, "run-1")
    os.kill(int((tmp_path / "stayed").read_text()), signal.SIGKILL)

    assert JobState.SUCCEEDED is found.state


def test_what_a_program_prints_is_for_the_relays_user_alone(tmp_path: Path) -> None:
    """Output, lock and folder."""
    target = runs(tmp_path, "true")
    target.start(INTENT)
    ended(target, "run-1")
    folder = tmp_path / "runs" / "run-1"

    assert 0o700 == folder.stat().st_mode & 0o777
    assert {0o600} == {(folder / name).stat().st_mode & 0o777 for name in ("output.log", "lock")}


class Listener:
    """An HTTP server that answers as told and keeps what came."""

    def __init__(self) -> None:
        self.status = 200
        self.received: list[tuple[dict[str, str], bytes]] = []
        world = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                world.received.append((dict(self.headers), body))
                self.send_response(world.status)
                self.send_header("Location", "http://169.254.169.254/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.stop()


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def calls(listener: Listener) -> SignedCalls:
    url = f"http://127.0.0.1:{listener.server.server_port}/run"
    return SignedCalls(HttpTarget(url=url, secret=SECRET, timeout="5s"), time.time)


def test_a_call_is_signed_and_named_by_its_run(listener: Listener) -> None:
    """The reference library of Standard Webhooks verifies it, and a repeat is known by the id."""
    job = calls(listener).start(INTENT)
    ((headers, body),) = listener.received
    named = {name.lower(): value for name, value in headers.items()}

    assert JobState.SUCCEEDED is job.state
    assert "run-1" == named["webhook-id"]
    assert json.loads(body) == Webhook(SECRET).verify(body, named)
    assert {"type", "timestamp", "data"} == json.loads(body).keys()
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", named)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, LaterError),
        (404, LaterError),
        (410, BlockedError),
        (429, LaterError),
        (500, UnknownOutcomeError),
    ],
)
def test_a_receivers_answers_have_their_meaning(
    listener: Listener, status: int, error: type[Exception]
) -> None:
    """No redirect is followed; 410 disables, other refusals are tried again, trouble is uncertain."""
    listener.status = status

    with pytest.raises(error):
        calls(listener).start(INTENT)
    assert 1 == len(listener.received)


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
    ],
)
def test_commands_say_what_they_did(tmp_path: Path, arguments: list[str], code: int, sentence: str) -> None:
    """One sentence and an exit code: 0 done, 2 wrong usage or configuration."""
    (tmp_path / "relay.toml").write_text(CONFIG)
    command, *rest = arguments
    done = CliRunner().invoke(main, [command, "--config", str(tmp_path / "relay.toml"), *rest])

    assert code == done.exit_code
    assert sentence in done.output


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
        assert 0 == serving.wait(20)


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
