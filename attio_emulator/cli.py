"""`attio-emulator serve`: a local Attio on a port."""

import signal
import socket
import sys
from difflib import get_close_matches
from pathlib import Path
from types import FrameType
from typing import Any

import click
import uvicorn

from attio_emulator.contract.refusals import AttioRefusal
from attio_emulator.contract.wire import loads
from attio_emulator.control.dump import load_all
from attio_emulator.emulator import Emulator
from attio_emulator.facts.command import ask_facts
from attio_emulator.model.tokens import DEFAULT_TOKEN
from attio_emulator.seeds import SEEDS, seed_server
from attio_emulator.serving.server import configured, listen, url_of


class Whole(click.ParamType):  # type: ignore[type-arg]  # takes type arguments in later releases only
    """A whole number within bounds; the error for anything else names the bounds in words."""

    name = "integer"

    def __init__(self, least: int, most: int = 1_000_000_000) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 -- click's signature
        """The number; fails for anything else."""
        try:
            found = int(value)
        except ValueError:
            found = self._least - 1
        if not self._least <= found <= self._most:
            self.fail(f"'{value}' is not a whole number from {self._least} to {self._most:,}.", param, ctx)
        return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="airbyte-attio")
def main() -> None:
    """A local Attio for demos, tests and CI."""


main.add_command(ask_facts, "facts")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=Whole(0, 65535),
    default=8377,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--seed", default="empty", show_default=True, help=f"{', '.join(SEEDS)}, or a dump's file.")
@click.option(
    "--size", multiple=True, metavar="NAME=N", help="How many of a thing the seed makes; repeatable."
)
@click.option("--companies", type=Whole(0), help="How many companies the seed makes.")
@click.option("--people", type=Whole(0), help="How many people the seed makes.")
@click.option("--deals", type=Whole(0), help="How many deals the seed makes.")
@click.option("--switch", multiple=True, metavar="NAME=WORD", help="Behave otherwise; repeatable.")
@click.option(
    "--limits", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Rate limits."
)
@click.option("--clock", type=click.Choice(["real", "manual"]), default="real", show_default=True)
def serve(  # noqa: PLR0913, PLR0917 - one argument an option
    host: str,
    port: int,
    seed: str,
    size: tuple[str, ...],
    companies: int | None,
    people: int | None,
    deals: int | None,
    switch: tuple[str, ...],
    limits: str,
    clock: str,
) -> None:
    """Serve until interrupted."""
    emulator = Emulator(clock_mode=clock, limits=limits == "on")
    sizes = {"companies": companies, "people": people, "deals": deals}
    given = {name: number for name, number in sizes.items() if number is not None}
    fill(emulator, seed, given | {name: whole(name, text) for name, text in pairs("size", size).items()})
    set_switches(emulator, pairs("switch", switch))
    listener = bound(host, port)
    signal.signal(signal.SIGTERM, quietly)
    signal.signal(signal.SIGINT, quietly)
    click.echo(f"listening on {url_of(listener)}")
    click.echo(f"token: {DEFAULT_TOKEN}")
    uvicorn.Server(configured(emulator)).run(sockets=[listener])


def pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """What a repeated option says: a name and what it is."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--{option} is written as NAME=VALUE, not as {text!r}.")
        found[name] = value
    return found


def whole(name: str, text: str) -> int:
    """A size."""
    if not text.isdecimal():
        raise click.UsageError(f"--size {name} is a whole number, not {text!r}.")
    return int(text)


def set_switches(emulator: Emulator, words: dict[str, str]) -> None:
    """Let the emulator behave otherwise, or say in one sentence which switch it does not know."""
    try:
        emulator.switches.set(words)
    except AttioRefusal as refusal:
        raise click.UsageError(refusal.message) from None


def quietly(_signal: int, _frame: FrameType | None) -> None:
    """End without a traceback, once the server has finished what it was answering."""
    sys.exit(0)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket, or one sentence about why not."""
    try:
        return listen(host, port)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}.") from None


def fill(emulator: Emulator, seed: str, sizes: dict[str, int]) -> None:
    """Plant a seed by its name, or load a dump."""
    if seed in SEEDS:
        seed_or_fail(emulator, seed, sizes)
        return
    if sizes:
        raise click.UsageError("Sizes go with a seed that is generated, not with the file of a dump.")
    try:
        load_all(emulator, loads(Path(seed).read_bytes()))
    except OSError as error:
        near = get_close_matches(seed, SEEDS, n=1)
        meant = f" Did you mean '{near[0]}'?" if near else ""
        raise click.UsageError(f"Cannot read the seed {seed}: {error.strerror}.{meant}") from None
    except ValueError:
        raise click.UsageError(f"{seed}: This is not a dump of an emulator.") from None
    except AttioRefusal as refusal:
        raise click.UsageError(f"{seed}: {refusal.message}") from None


def seed_or_fail(emulator: Emulator, seed: str, sizes: dict[str, int]) -> None:
    """Plant a seed, or say in one sentence which size it does not know."""
    try:
        seed_server(emulator.workspace, seed, dict(sizes))
    except AttioRefusal as refusal:
        raise click.UsageError(refusal.message) from None
