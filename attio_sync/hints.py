"""Commands as hints show them: quoted for copying, and with the journal of the run that they are about."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def command(*words: object, journal: Path | None = None) -> str:
    """The command; `journal` is another journal than this user's usual one, None where the usual is meant."""
    place = ["--journal", str(journal)] if journal else []
    return shlex.join(["attio-sync", *map(str, words), *place])
