"""Environments for programs nobody here wrote, one each, made when a test first needs one.

They cannot share ours: PyAirbyte pins what the registry models pin differently, the faker pins an older CDK.
They are kept under `.venv-peers/`, so that a second run takes no time; deleting that folder is safe.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".venv-peers"
UV = Path(sys.executable).parent / "uv"


def environment(name: str, *requirements: str) -> Path:
    """The folder with the programs of an environment that holds these requirements and what they need."""
    FOLDER.mkdir(exist_ok=True)
    made, wanted = FOLDER / name / ".made", "\n".join(requirements)
    with (FOLDER / f"{name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists() or made.read_text(encoding="utf-8") != wanted:
            _make(FOLDER / name, requirements)
            made.write_text(wanted, encoding="utf-8")
    return FOLDER / name / "bin"


def _make(folder: Path, requirements: tuple[str, ...]) -> None:
    _uv("venv", "--clear", "--python", sys.executable, folder)
    _uv("pip", "install", "--python", folder / "bin/python", *requirements)


def _uv(*arguments: str | Path) -> None:
    run = subprocess.run(
        [UV, "--quiet", "--system-certs", *arguments], capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"uv {arguments[0]} failed: {run.stderr.strip()}")
