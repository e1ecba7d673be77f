"""The folder that `attio-sync demo --keep` leaves, with three programs that keep running.

Nothing outside the folder is written. Programs are ended by process id and start time, so that no other
program with the same id is ended.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attio_api.deadline import BEGAN_AT, stat_fields
from attio_sync import files
from attio_sync.demo.relay import ADMIN_TOKEN
from attio_sync.demo.stage import SECONDS_TO_STOP, end_runs, program, wait_for
from attio_sync.failures import Failed, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_sync.demo.stage import Stage

FOLDER: Final = "attio-demo"
_PROGRAMS: Final = "programs.json"
_README: Final = """\
What 'attio-sync demo --keep' left here

crm.duckdb    the pulled tables             open it with any client of DuckDB
plan.html     the plan as a page            open it in a browser
plan.json     the same plan as a file       attio-sync push --plan plan.json
.local/       the journal of the pushes     attio-sync history
relay.toml    the settings of the relay     attio-relay status --config relay.toml
env.sh        tokens, address and folders   . ./env.sh

With '. ./env.sh' every command of the documentation works in this folder, on the local Attio.
'attio-sync demo --stop', where the demo was started, ends the programs and removes the folder.
"""


def new_folder(parent: Path) -> Path:
    """A new folder for the demo; raises WrongUsage where one exists already."""
    folder = parent / FOLDER
    if folder.exists():
        raise WrongUsage(
            f"{folder} is there already. Look around in it, or remove it: attio-sync demo --stop"
        )
    folder.mkdir(mode=0o700)
    return folder


def leave(stage: Stage) -> None:
    """Write a description of the folder, settings for a shell, and the list of running programs."""
    names = ("ATTIO_API_URL", "ATTIO_API_TOKEN", ADMIN_TOKEN, "HOME", "TMPDIR")
    settings = {name: stage.environment[name] for name in names}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
    lines.append(f'export PATH={shlex.quote(str(Path(program("attio-sync")).parent))}:"$PATH"')
    files.save(stage.folder / "env.sh", "\n".join(lines) + "\n")
    files.save(stage.folder / "README.txt", _README)
    programs = {name: {"pid": pid, "started": _started(pid)} for name, pid in stage.programs.items()}
    files.save(stage.folder / _PROGRAMS, json.dumps(programs))


def commands(stage: Stage) -> list[str]:
    """Commands to try next in the folder, one per line."""
    first = stage.run("attio-sync", "history", "--json").json()[-1]["run_id"]
    return [
        "attio-sync history",
        f"attio-sync revert {first} --plan",
        'attio-sync plan --db crm.duckdb --sql "FROM enriched" --object companies',
        "attio-sync export deals --to deals.csv",
        "attio-relay status --config relay.toml",
    ]


def stop(parent: Path) -> int:
    """End the folder's programs and remove it; returns how many programs were ended."""
    folder = parent / FOLDER
    if not (folder / _PROGRAMS).is_file():
        raise WrongUsage(
            f"There is no {folder} of 'attio-sync demo --keep'. Run this where the demo was started."
        )
    programs = json.loads((folder / _PROGRAMS).read_text(encoding="utf-8"))
    running = [one for one in programs.values() if _runs(one)]
    for one in running:
        os.kill(one["pid"], signal.SIGTERM)
    for one in running:
        _await_end(one)
    end_runs(folder)
    shutil.rmtree(folder)
    return len(running)


def _runs(one: Mapping[str, Any]) -> bool:
    return bool(one["started"]) and _started(one["pid"]) == one["started"]


def _await_end(one: Mapping[str, Any]) -> None:
    """Wait until the program has ended, as it may write into the folder until then; kills it in the end."""

    def gone() -> bool | None:
        return None if _runs(one) else True

    try:
        wait_for("The end of a program", gone, SECONDS_TO_STOP)
    except Failed:
        os.kill(one["pid"], signal.SIGKILL)
        wait_for("The end of a program", gone, SECONDS_TO_STOP)


def _started(pid: int) -> str:
    """When a process began, since ids are reused; empty where there is no such process.

    Linux tells it in `/proc` (proc_pid_stat(5)): images of containers often lack `ps`. macOS has `ps` alone.
    """
    if not Path("/proc/self/stat").exists():
        return _started_by_ps(pid)
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = stat_fields(told)
    return _unless_ended(fields[0], fields[BEGAN_AT])


def _started_by_ps(pid: int) -> str:
    told = subprocess.run(  # noqa: S603 -- our own words
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],  # noqa: S607 -- wherever it is
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, began = told.stdout.strip().partition(" ")
    return _unless_ended(state, began.strip())


def _unless_ended(state: str, began: str) -> str:
    """Nothing for a process that has ended, but that its parent has not collected."""
    return "" if state.startswith("Z") else began
