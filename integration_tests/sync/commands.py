"""Runs `attio-sync` in this process as its users do, against an emulator in a process of its own."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attio_emulator.remote import RemoteEmulator
from attio_sync import cli

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Commands:
    """`attio-sync` in a folder of its own, signed in to an emulator."""

    folder: Path

    def __call__(self, *arguments: str | Path) -> Said:
        """Run one command."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.run([str(one) for one in arguments])
        return Said(code=code, out=out.getvalue(), err=err.getvalue())

    def done(self, *arguments: str | Path) -> Said:
        """Run one command that has to succeed."""
        said = self(*arguments)
        assert 0 == said.code, said.err
        return said


@contextmanager
def signed_in(url: str, token: str, folder: Path) -> Iterator[Commands]:
    """Commands in an empty folder, with a home of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("HOME", str(folder))
        patch.delenv("XDG_DATA_HOME", raising=False)
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        patch.delenv("COLUMNS", raising=False)  # the runner's own width, which it hands to its workers
        patch.setenv("ATTIO_API_URL", url)
        patch.setenv("ATTIO_API_TOKEN", token)
        yield Commands(folder=folder)


@contextmanager
def emulator_process() -> Iterator[RemoteEmulator]:
    """An emulator that does not share this process's interpreter: for much data."""
    program = str(Path(sys.executable).parent / "attio-emulator")
    command = [program, "serve", "--port", "0", "--seed", "empty", "--limits", "off"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("listening on ").strip()
        try:
            yield RemoteEmulator(url)
        finally:
            process.terminate()


class Terminal:
    """`attio-sync` as it meets a person: on a terminal, with questions."""

    def __init__(self, *arguments: str | Path, columns: int = 100) -> None:
        program = str(Path(sys.executable).parent / "attio-sync")
        self._mine, theirs = pty.openpty()
        environment = os.environ | {"COLUMNS": str(columns), "TERM": "xterm-256color"}
        self._process = subprocess.Popen(
            [program, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        )
        os.close(theirs)
        self._seen = ""

    def reads(self, text: str) -> str:
        """Read until this is on the screen; returns everything so far."""
        while text not in self._seen:
            assert self._more(), self._seen
        return self._seen

    def forgets(self) -> None:
        """Read the same text anew when it comes again."""
        self._seen = ""

    def types(self, line: str) -> None:
        """Type a line."""
        os.write(self._mine, f"{line}\n".encode())

    def interrupts(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def dies(self) -> None:
        """Kill it."""
        self._process.kill()
        self.ends()

    def ends(self) -> Said:
        """Read to the end."""
        while self._more():
            pass
        os.close(self._mine)
        return Said(code=self._process.wait(), out=self._seen, err="")

    def _more(self) -> bool:
        if not select.select([self._mine], [], [], _PATIENCE)[0]:
            self._process.kill()
            raise AssertionError(f"Nothing more came than this:\n{self._seen}")
        try:
            part = os.read(self._mine, 65536)
        except OSError:  # how Linux says that the other side has closed
            return False
        self._seen += _SEQUENCE.sub("", part.decode(errors="replace")).replace("\r\n", "\n")
        return bool(part)


_PATIENCE = 60.0
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
