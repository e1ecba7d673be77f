"""Runs that were killed: what Attio says of their last writes is noted before the history is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.errors import AttioError
from attio_sync import files, journals, rejects, workspace
from attio_sync.failures import Stop, explain
from attio_sync.push_options import Terms, destination_config
from attio_sync.show.terminal import remarks
from destination_attio.session import Session
from destination_attio.storage.journal import JournalError

if TYPE_CHECKING:
    from pathlib import Path


def settle(path: Path) -> None:
    """Look up what became of writes that a dead run announced; where that fails, the history is shown anyway.

    A run of another workspace stays as it is, for only its own workspace can tell.
    """
    with journals.reading(path) as opened:
        rejects.clear(path)
        if not opened.dead_runs():
            return
    try:
        connection = workspace.connected()
        config = destination_config(connection, {}, Terms(journal=path))
        with files.private(), Session.open(config, max_tries=workspace.TRIES) as session:
            session.settle_dead_runs()
    except (AttioError, JournalError, Stop) as error:
        remarks().print(f"What became of a run that broke off could not be found out: {explain(error)}")
