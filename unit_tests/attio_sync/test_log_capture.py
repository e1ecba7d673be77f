from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

from attio_sync.loading.log_capture import hearing

if TYPE_CHECKING:
    import pytest


class Notes:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, text: str) -> None:
        self.texts.append(text)


def protocol(kind: str, level: str, message: str) -> str:
    return json.dumps({"type": kind, "log": {"level": level, "message": message}}) + "\n"


def test_stdout_is_for_results_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Of Airbyte's messages that the source prints, warnings are told, and the rest is not."""
    notes = Notes()
    with hearing(logging.getLogger("test-hearing"), notes):
        sys.stdout.write(protocol("LOG", "INFO", "Starting"))
        sys.stdout.write(protocol("LOG", "WARN", "Slow"))
        sys.stdout.write('{"type": "TRACE", "trace": {"type": "STREAM_STATUS"}}\n')
        sys.stdout.write("something else\n")
    sys.stdout.write("result\n")

    assert ["Slow", "something else"] == notes.texts
    assert "result\n" == capsys.readouterr().out


def test_warnings_of_the_log_are_told() -> None:
    """What the source logs as a warning reaches the person in front; its small talk does not."""
    notes, logger = Notes(), logging.getLogger("test-hearing")
    with hearing(logger, notes):
        logger.info("Reading page 7")
        logger.warning("The stream %s is left out", "notes")

    assert ["The stream notes is left out"] == notes.texts
    assert [] == logger.handlers
