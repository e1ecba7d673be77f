"""Runs `attio-sync` in this process as its users do, against an emulator in a process of its own."""

from __future__ import annotations

import io
import json
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
