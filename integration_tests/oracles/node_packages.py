"""Packages of the npm registry, each in a folder of its own that is kept between runs."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def node_package(folder: Path, name: str, requirement: str) -> Path:
    """The folder of a package, installed on the first run; raises RuntimeError without Node.js and npm."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise RuntimeError(f"{name} needs Node.js and npm; install them.")
    package = folder / "node_modules" / name
    if not package.exists():
        folder.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", requirement]
        subprocess.run(install, cwd=folder, check=True)
    return package
