"""Every command of every page exists with the options shown; and where a page tells a story, it works.

A block fenced as `bash` is a story: the blocks of a page are run in order, in an empty folder, by one shell,
and must end well. Other blocks and commands within sentences need what a test has not (an Attio account,
a container engine, your Airbyte); of those it is checked that the command and its options exist.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import attio_emulator.cli
import attio_relay.cli
import attio_sync.cli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BIN = Path(sys.executable).parent
CLICK: dict[str, click.Command] = {
    "attio-sync": attio_sync.cli.root,
    "attio-relay": attio_relay.cli.main,
    "attio-emulator": attio_emulator.cli.main,
}
CONNECTORS = {
    "source-attio": {"spec", "check", "discover", "read"},
    "destination-attio": {"spec", "check", "discover", "write"},
}
CONNECTOR_OPTIONS = {"--config", "--catalog", "--state", "--debug"}
# Ports that the pages use; a test takes free ones.
PORTS = ("8377", "8378")
PATIENCE_SECONDS = 500
HERE_DOCUMENT = re.compile(r"<<'?(\w+)'?.*?^\1$", re.DOTALL | re.MULTILINE)


def _page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _blocks(page: Path, language: str = r"\w*") -> list[str]:
    """The fenced blocks of a page, in order, without the indentation of the list they stand in."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def _commands(page: Path) -> Iterator[list[str]]:
    """Each command line on the page that starts one of our programs, in blocks and within sentences."""
    inline = re.findall(r"(?<!`)`((?:attio|source|destination)-[^`]+)`", page.read_text(encoding="utf-8"))
    for text in [*_blocks(page), *inline]:
        without_documents = HERE_DOCUMENT.sub("", text.replace("\\\n", " "))
        for part in re.split(r"\n|\||&&|;|&$|\s#|[<>]", without_documents):
            words = _words(part)
            if words and Path(words[0]).name in {*CLICK, *CONNECTORS}:
                yield [Path(words[0]).name, *words[1:]]


def _words(part: str) -> list[str]:
    try:
        words = shlex.split(part)
    except ValueError:
        return []
    while words and re.fullmatch(r"\w+=.*", words[0]):
        words = words[1:]
    return words


def _complaint(words: list[str]) -> str | None:
    """What is wrong with a command line, if anything."""
    program, *rest = words
    options = {word.split("=")[0] for word in rest if word.startswith("--")}
    if program in CONNECTORS:
        if rest == ["--version"]:
            return None
        unknown = ({rest[0]} if rest else set()) - CONNECTORS[program] | options - CONNECTOR_OPTIONS
        return f"{program}: {unknown}" if unknown else None
    return _click_complaint(CLICK[program], program, rest, options - {"--help", "--version"})


def _click_complaint(command: click.Command, program: str, rest: list[str], options: set[str]) -> str | None:
    if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        inner = command.get_command(click.Context(command), rest[0])
        if inner is None:
            return f"{program} has no command {rest[0]}"
        return _click_complaint(inner, f"{program} {rest[0]}", rest[1:], options)
    known = {
        option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]
    }
    unknown = options - known
    return f"{program} has no option {sorted(unknown)}" if unknown else None


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def _run(script: str, folder: Path) -> tuple[int, str]:
    """Run a story in a shell of its own; whatever it left running ends with it."""
    environment = {"PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    output = folder / ".output"
    with output.open("w", encoding="utf-8") as written:
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=environment,
            stdout=written,
            stderr=written,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            status = shell.wait(PATIENCE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGTERM)
            shell.wait(PATIENCE_SECONDS)
    return status, output.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_commands_on_the_page_exist(page: Path) -> None:
    """Each command, sub-command and option that the page shows is one that the program knows."""
    assert [] == [complaint for words in _commands(page) if (complaint := _complaint(words))]


@pytest.mark.slow(seconds=20)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", [page for page in PAGES if _blocks(page, "bash")], ids=_page_id)
def test_story_on_the_page_works(page: Path, tmp_path: Path) -> None:
    """Followed literally, in order, from an empty folder, the page's commands end well."""
    script = "\n".join(_blocks(page, "bash"))
    for port in PORTS:
        script = re.sub(rf"\b{port}\b", _free_port(), script)
    status, output = _run(script, tmp_path)

    assert 0 == status, output


@pytest.mark.parametrize(
    "page",
    ["README.md", "docs/local-runner.md", "docs/review-room.md", "docs/relay.md", "docs/emulator.md"],
)
def test_the_page_of_a_command_says_how_it_is_installed(page: str) -> None:
    """Whoever was sent a link to it finds the line before the first command of the project."""
    text = (ROOT / page).read_text(encoding="utf-8")
    first = re.search(r"^attio-\w+ ", text, re.MULTILINE)

    assert first
    assert "pip install 'airbyte-attio[" in text[: first.start()]
