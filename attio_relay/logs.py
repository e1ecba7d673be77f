"""Writes logs as one JSON object a line, and lets no secret through."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

# Names after which a value is secret, in headers, queries, JSON and forms alike.
SECRET = re.compile(
    r"(?i)((?:attio-signature|authorization|client_secret|access_token|secret|token|password|code|state)"
    r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+)?)[^\s\"'&,;}]+"
)
ADDRESS_LOGIN = re.compile(r"(?i)(\w+://[^:/\s]+:)[^@\s]+@")


def masked(text: str) -> str:
    """The text without what looks like a secret: the last net, for messages of libraries."""
    return ADDRESS_LOGIN.sub(r"\1***@", SECRET.sub(r"\1***", text))


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record down."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(stream: TextIO = sys.stderr) -> None:
    """Send the logs of this process there."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # One line for each connection that a stranger breaks off would fill a disk.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
