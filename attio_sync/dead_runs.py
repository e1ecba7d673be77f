"""Asks Attio about writes of unknown outcome before the history is shown.

Such writes are left by a run that was killed, and by one whose answers were lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_api.errors import AttioError
from attio_api.silence import impatient
from attio_sync import files, journals, rejects, workspace
from attio_sync.failures import CommandEnded, explain
from attio_sync.push_options import RunLimits, destination_config
from destination_attio.session import Session
from destination_attio.storage.journal import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_sync.config import Connection


PATIENCE: Final = 20.0
"""Seconds of silence after which Attio is not asked any more, since a person waits for the history."""


def settle(path: Path, connected: Callable[[], Connection] = workspace.connected) -> str:
    """Look up the writes of unknown outcome in Attio; returns "", or the sentence on why that failed.

    Writes of another workspace stay as they are, since only a token of that workspace can settle them.
    """
    with journals.reading(path) as opened:
        rejects.clear(path)
        is_dead, is_open = bool(opened.dead_runs()), opened.has_unsettled()
    if not is_dead and not is_open:
        return ""
    try:
        config = destination_config(connected(), {}, RunLimits(journal=path))
        web, left = impatient(PATIENCE), list[str]()
        with files.private(), Session.open(config, max_tries=workspace.TRIES, web=web) as session:
            session.settle_dead_runs(left.append)
    except (AttioError, JournalError, CommandEnded) as error:
        what = "a run that broke off" if is_dead else "an unanswered write"
        return f"Attio could not be asked about {what}: {explain(error)}"
    return " ".join(left)
