"""Starts the demo's programs in a folder, talks to them, and always stops them.

`story` decides what is shown. The emulator and the relay run only as programs of their own.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import requests

from attio_sync.demo import relay
from attio_sync.failures import Failed, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

TOKEN = "emulator-token"  # noqa: S105 -- opens nothing but the emulator
_READY = "listening on "
# Only a program that hangs takes this long: one that ends is noticed at once.
_SECONDS_TO_START = 180.0
SECONDS_TO_STOP = 10.0
_LOOK_EVERY = 0.1

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A command's output and exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 -- whatever JSON the command prints
        """The output as JSON."""
        return json.loads(self.out)


class Interruption:
    """Turns SIGINT and SIGTERM into KeyboardInterrupt, but not while a program is started and noted.

    An exception at that moment would leave a program running that nobody could stop.
    """

    def __init__(self) -> None:
        self._held = False
        self._asked = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt, at once or at the end of `held`."""
        if not self._held:
            raise KeyboardInterrupt
        self._asked = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Delay signals to the end of the block."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._asked:
                self._asked = False
                raise KeyboardInterrupt

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle the signals inside the block."""
        before = {number: signal.signal(number, self) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@dataclass(kw_only=True)
class Stage:
    """A folder, an emulated Attio and a relay, which exist while the demo runs."""

    folder: Path
    interruption: Interruption
    attio_url: str = ""
    relay_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    programs: dict[str, int] = field(default_factory=dict)
    """Process ids of the servers, by name."""
    is_left: bool = False
    """Whether programs and files stay afterwards; set only by a story that ended well."""

    @property
    def database(self) -> Path:
        """The warehouse's path."""
        return self.folder / "crm.duckdb"

    def run(self, *command: str, accept: Sequence[int] = (0,)) -> Said:
        """Run one of our commands; an exit code that `accept` lacks ends the demo."""
        with _program(self, command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            out, err = process.communicate()
        if process.returncode not in accept:
            said = (err or out).decode().strip()
            raise Failed(f"'{' '.join(command)}' ended with {process.returncode}: {said}")
        return Said(code=process.returncode, out=out.decode(), err=err.decode())

    def attio(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 -- whatever JSON it answers
        """Send a request to the emulator; returns its JSON."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.request(method, self.attio_url + path, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def calls(self) -> dict[str, int]:
        """How many requests the emulator has answered since the count began anew."""
        calls = self.attio("GET", "/_emulator/calls")["calls"]
        kinds = [call["kind"] for call in calls if call["path"].startswith("/v2/")]
        return {kind: kinds.count(kind) for kind in ("read", "write")}

    def relay(self) -> dict[str, Any]:
        """The relay's state of its only connection."""
        status = self.run("attio-relay", "status", "--config", "relay.toml", "--json").json()
        found: dict[str, Any] = status["connections"][0]
        return found


def program(name: str) -> str:
    """The path of one of our commands: beside this Python, else on PATH."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise WrongUsage(
            f"The demo needs '{name}'. Install everything: pip install 'airbyte-attio[sync,emulator,relay]'"
        )
    return found


def typed(name: str) -> str:
    """The command as it is typed in this shell: its name where the shell finds it, else its path."""
    own, found = program(name), shutil.which(name)
    if found and Path(found).samefile(own):
        return name
    is_below = Path.cwd() in Path(own).parent.parents
    return shlex.quote(str(Path(own).relative_to(Path.cwd())) if is_below else own)


@contextmanager
def staged(*, width: int, has_colour: bool, keep: Path | None = None) -> Iterator[Stage]:
    """Start everything for the block, and stop and remove everything after it.

    With a folder to keep, programs and files stay once the block has ended well.
    """
    with ExitStack() as stack:
        interruption = Interruption()
        stack.enter_context(interruption.listening())
        if keep:
            stack.callback(shutil.rmtree, keep)
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attio-demo-")))
        environment = _environment(folder, width=width, has_colour=has_colour)
        stage = Stage(folder=folder, interruption=interruption, environment=environment)
        command = ["attio-emulator", "serve", "--port", "0", "--seed", "empty"]
        stage.attio_url = stack.enter_context(serving(stage, "emulator", command))
        stage.environment |= {"ATTIO_API_TOKEN": TOKEN, "ATTIO_API_URL": stage.attio_url}
        stack.callback(_end_runs_unless_left, stage)
        stage.relay_url = stack.enter_context(_relay(stage))
        yield stage
        if stage.is_left:
            stack.pop_all()


@contextmanager
def _relay(stage: Stage) -> Iterator[str]:
    """Run the relay for the block; yields its address."""
    stage.environment[relay.ADMIN_TOKEN] = secrets.token_urlsafe()
    settings = relay.configuration(program("attio-sync"), stage.database)
    (stage.folder / "relay.toml").write_text(settings, encoding="utf-8")
    with serving(stage, "relay", ["attio-relay", "serve", "--config", "relay.toml", "--port", "0"]) as url:
        feed = {"change_feed": {"url": f"{url}/feeds/demo", "token": relay.FEED_TOKEN}}
        (stage.folder / "pull.json").write_text(json.dumps(feed), encoding="utf-8")
        yield url


def end_runs(folder: Path) -> None:
    """End the pulls that the relay has started and left running, as the relay does when it stops."""
    import fcntl  # noqa: PLC0415 -- Windows has none, and no demo

    for run in folder.glob("runs/*"):
        started = run / "started"
        if started.is_file() and not (run / "exit").is_file():
            with suppress(ProcessLookupError):
                os.killpg(int(started.read_text(encoding="utf-8").split()[0]), signal.SIGKILL)
            with (run / "lock").open("rb") as lock:
                # The lock is free once the last process of the run has ended.
                fcntl.flock(lock, fcntl.LOCK_SH)


def _end_runs_unless_left(stage: Stage) -> None:
    if not stage.is_left:
        with stage.interruption.held():
            end_runs(stage.folder)


def wait_for(what: str, look: Callable[[], Found | None], seconds: float) -> Found:
    """The first result of `look` that is not None; raises Failed when `seconds` pass without one."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(_LOOK_EVERY)
    raise Failed(f"{what} did not happen within {seconds:.0f} seconds.")


def _environment(folder: Path, *, width: int, has_colour: bool) -> dict[str, str]:
    """The environment of the programs, without the user's own settings and with files in the folder only."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("ATTIO_", "XDG_"))}
    colour = {"FORCE_COLOR": "1"} if has_colour else {"NO_COLOR": "1"}
    places = {"HOME": str(folder), "TMPDIR": str(folder), "COLUMNS": str(width)}
    # The demo reads UTF-8, in whatever encoding it writes itself.
    return mine | colour | places | {"PYTHONIOENCODING": "utf-8"}


@contextmanager
def serving(stage: Stage, name: str, command: Sequence[str], *, ready: str = _READY) -> Iterator[str]:
    """Run a server for the block; yields its address once it answers."""
    log = stage.folder / f"{name}.log"
    with (
        log.open("wb") as output,
        log.with_suffix(".err").open("wb") as errors,
        _program(stage, command, stdout=output, stderr=errors) as process,
    ):
        stage.programs[name] = process.pid
        yield wait_for(
            f"The start of '{command[0]}'", lambda: _address(process, log, ready), _SECONDS_TO_START
        )


@contextmanager
def _program(
    stage: Stage, command: Sequence[str], *, stdout: IO[bytes] | int, stderr: IO[bytes] | int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of our programs for the block."""
    process = None
    try:
        with stage.interruption.held():
            process = subprocess.Popen(  # noqa: S603 -- our own commands
                [program(command[0]), *command[1:]],
                cwd=stage.folder,
                env=stage.environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                # Ctrl-C reaches only the demo, which then stops its programs in order.
                start_new_session=True,
            )
        yield process
    finally:
        if process is not None and not stage.is_left:
            with stage.interruption.held():
                _stop(process)


def _address(process: subprocess.Popen[bytes], log: Path, ready: str) -> str | None:
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
        if line.startswith(ready) and line.endswith("\n"):
            return line.removeprefix(ready).strip().rstrip("/")
    if process.poll() is not None:
        errors = log.with_suffix(".err").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise Failed(f"{log.stem} ended at once: {errors[-1] if errors else 'it said nothing'}")
    return None


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Terminate the process; if it does not end, kill it and all that it has started."""
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
