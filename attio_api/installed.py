"""Starts a command, or says which line installs what it needs; uses nothing that has to be installed."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

OURS: Final = frozenset({"attio_api", "attio_relay", "attio_sync", "destination_attio", "source_attio"})
_WRONG_USAGE: Final = 2


def start(module: str, function: str, *, command: str, extra: str) -> None:
    """Run a command's own entry; a plain installation lacks the packages of its extra."""
    try:
        getattr(import_module(module), function)()
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        if name in OURS or not name:
            raise
        sys.stderr.write(
            f"{command} needs the extra '{extra}', which is not installed ({name} is missing). "
            f"Run: pip install 'airbyte-attio[{extra}]'\n"
        )
        sys.exit(_WRONG_USAGE)
