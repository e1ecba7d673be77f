"""Airbyte's `check`: whether a configuration works, answered in one sentence within a time limit."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from attio_api.auth import needed_by, require_scopes
from attio_api.deadline import SECONDS_OF_A_CHECK, UNFORESEEN_IN_A_CHECK, OverdueError, within
from attio_api.errors import AttioError
from destination_attio.airbyte.protocol import BadInput
from destination_attio.airbyte.warnings import KEPT_NOWHERE
from destination_attio.config import DestinationConfig
from destination_attio.engine.mirror import try_scope
from destination_attio.session import Session
from destination_attio.storage.journal import JournalError
from destination_attio.storage.rejects import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOG: Final = logging.getLogger(__name__)
TROUBLE: Final = (AttioError, JournalError, StorageError, BadInput)
"""Errors that `check` reports in their own sentence; any other is a bug, whose traceback is logged."""
_TRIES_OF_A_CHECK: Final = 2
"""Tries of one request during `check`, few since a person is waiting for the answer."""
_NO_ANSWER: Final = (
    "Attio or the storage of rejected rows did not answer within {seconds:.0f} seconds. "
    "Check the network, its proxy and firewall, and the addresses in the settings."
)
_USES: Final = {
    "objects": "write_records",
    "lists": "write_entries",
    "notes": "write_notes",
    "tasks": "write_tasks",
}


def connection_trouble(
    read: Callable[[], Mapping[str, Any]], seconds: float = SECONDS_OF_A_CHECK
) -> tuple[str | None, list[str]]:
    """The configuration's fault with its remedy (None when it works), and a list of warnings.

    Returns within `seconds` even when Attio or a storage hangs, and raises nothing: of a check that does not
    return in time the platform shows nothing, and of one that fails without an answer the exit code.
    """
    try:
        return None, within(seconds, lambda: check(DestinationConfig.parse(read())))
    except OverdueError:
        return _NO_ANSWER.format(seconds=seconds), []
    except TROUBLE as error:
        remedy = getattr(error, "remedy", None)
        return (f"{error} {remedy}" if remedy else str(error)), []
    except Exception as error:  # noqa: BLE001 (logged, and answered)
        _LOG.exception("The check failed.")
        return UNFORESEEN_IN_A_CHECK.format(kind=type(error).__name__), []


def check(config: DestinationConfig) -> list[str]:
    """Check the token and its scopes, each stream's settings, and that rejected rows can be stored.

    Returns warnings; raises the first fault.
    """
    with Session.open(config, max_tries=_TRIES_OF_A_CHECK) as session:
        identity = session.identity()
        uses = {_USES[stream.kind] for stream in config.streams if stream.target} or {"write_records"}
        uses |= {
            "create_list_options" if stream.kind == "lists" else "create_options"
            for stream in config.streams
            if "create" in {stream.on_unknown_option, *(one.on_unknown_option for one in stream.fields)}
        }
        require_scopes(identity, needed_by(*sorted(uses)))
        for stream in config.streams:
            if stream.target:
                try_scope(session.bind(stream), session.catalog)
        session.rejects.check()
        return [] if session.rejects.place else [KEPT_NOWHERE]
