"""Writes logs as one JSON object per line, with secrets masked."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

# Names whose value is masked, in headers, queries, JSON and forms.
SECRET = re.compile(
    r"(?i)((?:attio-signature|authorization|client_secret|access_token|secret|token|password|code|state)"
    r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+)?)[^\s\"'&,;}]+"
)
ADDRESS_LOGIN = re.compile(r"(?i)(\w+://[^:/\s]+:)[^@\s]+@")


def masked(text: str) -> str:
    """Mask values that look like secrets; a last safeguard for messages of libraries."""
    return ADDRESS_LOGIN.sub(r"\1***@", SECRET.sub(r"\1***", text))


class JsonLines(logging.Formatter):
    """Formats each log record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The JSON line of a record, with message and trace masked."""
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
    """Send the logs of this process to a stream, as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # uvicorn logs each broken connection, so a stranger could fill the disk.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
