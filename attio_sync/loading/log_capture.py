"""Turns the source's log and protocol messages into remarks for people, since no platform reads them here.

The CDK logs, and prints Airbyte messages on stdout while it waits; here stdout is for results alone.
"""

from __future__ import annotations

import io
import json
import logging
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORTH_TELLING = {"WARN", "ERROR", "FATAL"}


class Listener(Protocol):
    """Receives remarks."""

    def note(self, text: str) -> None:
        """Show a remark that stays."""


@contextmanager
def hearing(logger: logging.Logger, listener: Listener) -> Iterator[None]:
    """Pass the source's warnings on, and keep all its other output from stdout."""
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [_Remarks(listener)], False
    try:
        with redirect_stdout(_Protocol(listener)):
            yield
    finally:
        logger.handlers, logger.propagate = handlers, propagate


class _Remarks(logging.Handler):
    def __init__(self, listener: Listener) -> None:
        super().__init__(level=logging.WARNING)
        self._listener = listener

    def emit(self, record: logging.LogRecord) -> None:
        self._listener.note(record.getMessage())


class _Protocol(io.TextIOBase):
    """A stdout that handles protocol messages line by line."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._rest = ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._line(line)
        return len(text)

    def _line(self, line: str) -> None:
        try:
            log = json.loads(line).get("log") or {}
        except (ValueError, AttributeError):
            log = {"level": "WARN", "message": line}
        if log.get("level") in _WORTH_TELLING and str(log.get("message", "")).strip():
            self._listener.note(str(log["message"]))
