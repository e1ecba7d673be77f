"""A destination that keeps numbers in a file, well or in one of the ways destinations fail."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Store what came before a state, then return the state; a `fault` in the configuration spoils it."""
    arguments = _arguments()
    config = json.loads(Path(arguments.config).read_text(encoding="utf-8"))
    fault = config.get("fault")
    if fault == "takes nothing":
        signal.pause()
    held: list[int] = []
    with Path(config["path"]).open("a", encoding="utf-8") as kept:
        for message in map(json.loads, sys.stdin):
            if message["type"] == "RECORD":
                held.append(message["record"]["data"].get("number"))
            elif message["type"] == "STATE":
                stored = held[1:] if fault == "drops a record" else held
                kept.write("".join(f"{number}\n" for number in stored))
                kept.flush()
                sys.stdout.write(json.dumps(_answer(message, len(stored), fault)) + "\n")
                sys.stdout.flush()
                held = []
            else:
                kept.write(f"{message['trace']['stream_status']['status']}\n")


def _answer(message: dict[str, Any], stored: int, fault: str | None) -> dict[str, Any]:
    message["state"]["destinationStats"] = {"recordCount": float(stored)}
    if fault == "loses the id":
        del message["state"]["id"]
    if fault == "repeats an id":
        message["state"]["id"] = 1
    return message


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["write"])
    for option in ("--config", "--catalog"):
        parser.add_argument(option, required=True)
    return parser.parse_args()


main()
