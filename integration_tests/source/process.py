"""The command `source-attio` as tests run it: as a process of its own, or in theirs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from attio_api.deadline import SECONDS_OF_A_CHECK
from source_attio import command

COMMAND = str(Path(sys.executable).parent / "source-attio")


class Command:
    """The source on the command line, with its files in a folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.config: dict[str, Any] = {
            "credentials": {"auth_type": "access_token", "access_token": "emulator-token"},
            "api_url": url,
        }

    def file(self, name: str, content: object) -> str:
        path = self.folder / name
        path.write_text(json.dumps(content))
        return str(path)

    def arguments(self, command: str, *more: str) -> list[str]:
        return [COMMAND, command, "--config", self.file("config.json", self.config), *more]

    def run(self, command: str, *more: str) -> "Outcome":
        return self.ran(self.arguments(command, *more))

    def ran(self, arguments: list[str]) -> "Outcome":
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        return Outcome(done.returncode, done.stdout.splitlines())

    def reading(self, streams: list[str], mode: str, state: list[Any] | None) -> list[str]:
        chosen = [
            {
                "stream": {"name": name, "json_schema": {}, "supported_sync_modes": [mode]},
                "sync_mode": mode,
                "destination_sync_mode": "append",
            }
            for name in streams
        ]
        more = ["--catalog", self.file("catalog.json", {"streams": chosen})]
        return [*more, *(["--state", self.file("state.json", state)] if state else [])]

    def read(self, *streams: str, mode: str = "incremental", state: list[Any] | None = None) -> "Outcome":
        return self.run("read", *self.reading(list(streams), mode, state))


class InThisProcess(Command):
    """The same without a process of its own, which spends two seconds on its start."""

    def __init__(self, folder: Path, url: str, printed: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder, url)
        self.printed = printed

    def ran(self, arguments: list[str]) -> "Outcome":
        self.printed.readouterr()
        code = 0
        with pytest.MonkeyPatch.context() as patch:
            # A check has half a minute from the start of its process, and this one runs for longer.
            patch.setattr(command, "seconds_left", lambda: SECONDS_OF_A_CHECK)
            patch.setattr(sys, "excepthook", sys.excepthook)
            try:
                command.main(arguments[1:])
            except SystemExit as end:
                code = int(end.code or 0)
            except Exception:  # noqa: BLE001 (as the interpreter does with what nobody catches)
                sys.excepthook(*sys.exc_info())
                code = 1
        return Outcome(code, self.printed.readouterr().out.splitlines())


class Outcome:
    """What a process printed, and how it ended."""

    def __init__(self, code: int, lines: list[str]) -> None:
        self.code = code
        self.messages = [json.loads(line) for line in lines]

    def rows(self, stream: str) -> list[dict[str, Any]]:
        records = [each["record"] for each in self.messages if each["type"] == "RECORD"]
        return [each["data"] for each in records if each["stream"] == stream]

    def state(self) -> list[Any]:
        states = [each["state"] for each in self.messages if each["type"] == "STATE"]
        by_stream = {each["stream"]["stream_descriptor"]["name"]: each for each in states}
        return [{"type": "STREAM", "stream": each["stream"]} for each in by_stream.values()]

    def errors(self) -> list[tuple[str | None, str, str]]:
        traces = [
            each["trace"]["error"]
            for each in self.messages
            if each["type"] == "TRACE" and "error" in each["trace"]
        ]
        found = [each for each in traces if each]
        return [
            ((each.get("stream_descriptor") or {}).get("name"), each["failure_type"], each["message"])
            for each in found
        ]

    def statuses(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.messages:
            status = each.get("trace", {}).get("stream_status") if each["type"] == "TRACE" else None
            if status:
                found.setdefault(status["stream_descriptor"]["name"], []).append(status["status"])
        return found
