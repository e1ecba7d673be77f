"""A source of the numbers 1 to `count`, ten to a state, to try the simulated platform on."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

EVERY = 10


def main() -> None:
    """Continue after the number in the state, with the faults that the configuration asks for."""
    arguments = _arguments()
    config = json.loads(Path(arguments.config).read_text(encoding="utf-8"))
    saved = json.loads(Path(arguments.state).read_text(encoding="utf-8"))
    seen = saved[0]["stream"]["stream_state"]["seen"] if saved else 0
    for number in range(seen + 1, config["count"] + 1):
        if number == config.get("silent_from"):
            signal.pause()
        data = {} if config.get("without_key") else {"number": number}
        record = {"stream": "numbers", "data": {**data, "even": number % 2 == 0}, "emitted_at": 1}
        _say({"type": "RECORD", "record": record})
        if number % EVERY == 0:
            stream = {"stream_descriptor": {"name": "numbers"}, "stream_state": {"seen": number}}
            _say({"type": "STATE", "state": {"type": "STREAM", "stream": stream}})
    if config.get("completes"):
        descriptor = {"name": config["completes"]}
        status = {"stream_descriptor": descriptor, "status": "COMPLETE"}
        _say({"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 1, "stream_status": status}})
    sys.exit(config.get("exit_code", 0))


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    if message["type"] == "STATE":
        sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["read"])
    for option in ("--config", "--catalog", "--state"):
        parser.add_argument(option, required=True)
    return parser.parse_args()


main()
