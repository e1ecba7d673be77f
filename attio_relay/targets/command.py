"""The target that runs a program on this machine and keeps the program's output.

Each run has a folder named by the run's id. The folder shows, also after a crash of the relay, whether the
program was started, is running or has ended.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from attio_relay.private_files import private
from attio_relay.targets.target import BlockedError, Intent, Job, JobState, LaterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from attio_relay.settings import CommandTarget

# Exit codes of a finished sync; 3 means that rejected rows were reported elsewhere.
COVERED = frozenset({"0", "3"})
# Errors of a machine that lacks something for a time; any other error must be corrected by a person.
PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE})
# The shell only stores the program's exit code, which would be lost if the relay died meanwhile.
NOTE_THE_END = '"$@"; code=$?; echo "$code" > "$0/exit.new" && mv "$0/exit.new" "$0/exit"'


# Variables that a program needs to run, to find its user's settings and, as `attio-sync`, to call Attio.
PASSED_ON = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "LC_*", "TZ", "TMPDIR"),
    *("VIRTUAL_ENV", "PYTHON*", "XDG_*", "SSL_CERT_*", "REQUESTS_CA_BUNDLE", "*_PROXY", "*_proxy"),
    *("ATTIO_API_TOKEN", "ATTIO_API_URL"),
)


def passed_on(environment: Mapping[str, str], more: Iterable[str]) -> dict[str, str]:
    """The variables that a command gets of the relay's environment: those of PASSED_ON and of `more`.

    The relay's keys and tokens are among them only if the file names them.
    """
    patterns = (*PASSED_ON, *more)
    return {
        name: value
        for name, value in environment.items()
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    }


class Program(subprocess.Popen[bytes]):
    """A program that may outlive the relay, so a relay that ends first has not forgotten to wait for it."""

    def __del__(self) -> None:
        """Collect the exit status if there is one; Popen would warn of a program that runs on."""
        if getattr(self, "returncode", 0) is None:
            self.poll()


class CommandRuns:
    """Starts the program and reads its folder; the program holds the folder's lock until it ends."""

    def __init__(
        self, target: CommandTarget, folder: Path, environment: Mapping[str, str], clock: Callable[[], float]
    ) -> None:
        self._target = target
        self._folder = folder
        self._environment = {**passed_on(environment, target.pass_environment), **target.environment}
        self._clock = clock
        self._children: dict[str, Program] = {}

    @property
    def identity(self) -> str:
        """The same for every command, since the run's folder identifies the job whatever the command is."""
        return "command"

    @property
    def settle(self) -> float:
        """0, since the folder is made before the program starts: a missing job will not appear later."""
        return 0.0

    def baseline(self) -> str | None:
        """None, since the run's folder identifies its job."""
        return None

    def start(self, intent: Intent) -> Job:
        """Start the program; its arguments are not parsed by a shell. Raises LaterError or BlockedError."""
        folder = self._folder / intent.run_id
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = private(str(folder / "lock"), os.O_CREAT | os.O_RDWR)
            try:
                _hold(lock)
                self._children[intent.run_id] = self._spawn(intent, folder, lock)
            finally:
                os.close(lock)
        except OSError as error:
            kind = LaterError if error.errno in PASSING else BlockedError
            raise kind(f"The command cannot be started: {error.strerror}.") from error
        return Job(name=intent.run_id, state=JobState.RUNNING)

    def find(self, intent: Intent) -> Job | None:
        """The state of the run's program; None without a folder, which is made before the program starts."""
        if not (self._folder / intent.run_id).is_dir():
            return None
        return self.look(intent.run_id)

    def look(self, job: str) -> Job:
        """The program's state: running while the lock is held, unless its exit code was stored or it is gone.

        A child of the program may hold the lock longer.
        """
        folder = self._folder / job
        if not (folder / "exit").is_file() and _is_locked(folder / "lock"):
            pid, _, started = (_read(folder / "started") or "").partition(" ")
            if self._is_there(job, pid):
                self._end_after_deadline(pid, started)
                return Job(name=job, state=JobState.RUNNING)
        child = self._children.pop(job, None)
        if child is not None:
            # The lock is free, so the program is ending; its exit status is collected here.
            child.wait()
        code = _read(folder / "exit")
        if code in COVERED:
            return Job(name=job, state=JobState.SUCCEEDED)
        how = f"ended with exit code {code}" if code else "was killed before it ended"
        return Job(
            name=job, state=JobState.FAILED, detail=f"The command {how}; its output is kept with the run."
        )

    def _spawn(self, intent: Intent, folder: Path, lock: int) -> Program:
        facts = {
            "ATTIO_RELAY_CONNECTION": intent.connection,
            "ATTIO_RELAY_RUN": intent.run_id,
            "ATTIO_RELAY_CHANGES": str(intent.changes),
        }
        with open(folder / "output.log", "wb", opener=private) as output:
            child = Program(
                ["/bin/sh", "-c", NOTE_THE_END, str(folder.resolve()), *self._target.command],
                cwd=self._target.directory,
                env=self._environment | facts,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(lock,),
                start_new_session=True,
            )
        try:
            (folder / "started").write_text(f"{child.pid} {self._clock()}", encoding="utf-8")
        except OSError:
            # The error tells the scheduler that nothing was started, so the program must not go on.
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise
        return child

    def _is_there(self, job: str, pid: str) -> bool:
        """Whether a process of the program's group is there; a child that left the group does not count."""
        if job in self._children:
            # A process that ended stays in its group until its exit status is collected.
            self._children[job].poll()
        try:
            os.killpg(int(pid), 0)
        except (ProcessLookupError, PermissionError):
            # A group of another user has only the same number.
            return False
        except ValueError:
            # The relay died before it noted the number, so the lock is all that tells.
            return True
        return True

    def _end_after_deadline(self, pid: str, started: str) -> None:
        if started and self._clock() > float(started) + self._target.timeout:
            # The lock is held, so the process group lives and the pid still belongs to it.
            os.killpg(int(pid), signal.SIGKILL)


def kept_output(folder: Path, run_id: str, *, limit: int) -> str | None:
    """The last `limit` bytes of a run's output; None without output."""
    path = folder / run_id / "output.log"
    if not path.is_file():
        return None
    with path.open("rb") as output:
        output.seek(max(0, path.stat().st_size - limit))
        return output.read().decode("utf-8", "replace")


def prune_runs(folder: Path, *, before: float) -> int:
    """Delete the folders of runs that were last changed before a moment; returns their number."""
    old = [run for run in folder.glob("*") if run.is_dir() and run.stat().st_mtime < before]
    for run in old:
        shutil.rmtree(run)
    return len(old)


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    lock = os.open(path, os.O_RDWR)
    try:
        _hold(lock, wait=False)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _hold(lock: int, *, wait: bool = True) -> None:
    """Take the lock of a run's folder; raises BlockingIOError with `wait=False` while another holds it."""
    import fcntl  # noqa: PLC0415 -- Windows has none, and there a program is no target

    fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None
