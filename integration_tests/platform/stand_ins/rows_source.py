"""A full-refresh source of the rows in its configuration: one stream, `customers`, one state at its end."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def main() -> None:
    """Print the rows, then the state; fail before the end when the configuration asks for it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["read"])
    for option in ("--config", "--catalog", "--state"):
        parser.add_argument(option, required=True)
    config = json.loads(Path(parser.parse_args().config).read_text(encoding="utf-8"))
    for number, row in enumerate(config["rows"]):
        if number == config.get("fail_after"):
            sys.exit(1)
        _say({"type": "RECORD", "record": {"stream": "customers", "data": row, "emitted_at": 1}})
    stream = {"stream_descriptor": {"name": "customers"}, "stream_state": {"done": True}}
    _say({"type": "STATE", "state": {"type": "STREAM", "stream": stream}})


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


main()
