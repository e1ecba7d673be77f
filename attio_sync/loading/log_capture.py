"""What the source says while it runs here, for people: no platform reads this program's output.

The CDK logs, and prints messages of Airbyte's protocol on stdout when it waits; results alone belong there.
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
    """Who hears remarks."""

    def note(self, text: str) -> None:
        """Say something that stays."""


@contextmanager
def hearing(logger: logging.Logger, listener: Listener) -> Iterator[None]:
    """Tell what the source warns of, and keep everything else from stdout."""
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
    """A stdout that takes protocol messages apart."""

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
