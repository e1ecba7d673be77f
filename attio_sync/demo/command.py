"""`attio-sync demo`: the whole product on a made-up workspace."""

from __future__ import annotations

import time
import webbrowser
from contextlib import ExitStack
from pathlib import Path

import click

from attio_api.installed import is_installed
from attio_sync.demo import kept
from attio_sync.demo.narration import Narration
from attio_sync.demo.stage import Stage, serving, staged, typed
from attio_sync.demo.story import Story
from attio_sync.failures import DONE, FAILED, Stopped, WrongUsage
from attio_sync.show.terminal import counted, is_watched, results

_ROOM = "The review room: "
_NEEDED = ("cryptography", "h11", "httptools", "phonenumbers", "python_multipart", "tldextract", "uvicorn")
"""What the relay and the emulator need beside the extra of this command."""


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave a folder, a running local Attio and the review room.")
@click.option("--stop", "is_end", is_flag=True, help="End what --keep left, and remove its folder.")
@click.option("--no-browser", is_flag=True, help="With --keep: print the address, and open nothing.")
def command(*, keep: bool, is_end: bool, no_browser: bool) -> int:
    """See everything work on a made-up workspace, from pull to undo. Needs no Attio account."""
    if keep and is_end:
        raise WrongUsage("--keep and --stop exclude each other.")
    return _end() if is_end else _tell(keep=keep, opens=not no_browser)


def _tell(*, keep: bool, opens: bool) -> int:
    """Tell the story; returns FAILED where one of its claims did not hold."""
    _need_programs()
    began = time.monotonic()
    narration = Narration(results())
    narration.say("attio-sync demo: Attio and a warehouse, both ways. Takes about half a minute.")
    folder = kept.new_folder(Path.cwd()) if keep else None
    colour = narration.console.is_terminal
    with staged(width=narration.inner_width, has_colour=colour, keep=folder) as stage:
        Story(stage, narration, is_kept=keep).tell()
        if narration.broken:
            narration.say(
                f"\n{len(narration.broken)} of the claims did not hold. This is a bug; please report it."
            )
            return FAILED
        seconds = time.monotonic() - began
        narration.say(f"\nAll {narration.held} claims held. {seconds:.0f} seconds.")
        if keep:
            _leave(stage, narration, opens=opens)
            return DONE
    narration.say("Every program and file is gone again.\n")
    command = typed("attio-sync")
    narration.say(f"Keep it next time:   {command} demo --keep")
    narration.say(f"Your own workspace:  {command} login, then {command} pull --to crm.duckdb")
    return DONE


def _need_programs() -> None:
    """Raise WrongUsage before anything is started where the demo's other programs cannot run."""
    if not is_installed("fcntl"):  # the relay of the demo has a command as its target
        raise WrongUsage(
            "The demo needs Linux or macOS; on Windows it runs inside WSL. Without it: start a local Attio "
            "with `attio-emulator serve --seed demo`, and try the other commands on that."
        )
    missing = next((one for one in _NEEDED if not is_installed(one)), None)
    if missing:
        raise WrongUsage(
            f"The demo runs the relay and the emulator too, and they are not installed ({missing} is "
            "missing). Run: pip install 'airbyte-attio[all]'"
        )


def _leave(stage: Stage, narration: Narration, *, opens: bool) -> None:
    """Keep the demo's programs running, open the review room, and print what to try next."""
    room = ["attio-sync", "ui", "--to", "crm.duckdb", "--relay", stage.relay_url, "--no-browser"]
    with ExitStack() as running:
        address = running.enter_context(serving(stage, "room", room, ready=_ROOM))
        kept.leave(stage)
        if opens:
            webbrowser.open(address)
        _tell_what_is_left(stage, narration, address)
        # Last: what fails before ends every program and removes the folder.
        stage.is_left = True
        running.pop_all()


def _tell_what_is_left(stage: Stage, narration: Narration, address: str) -> None:
    narration.say(f"It is all still there, in ./{kept.FOLDER}:\n")
    for what, where in (
        ("The review room", address),
        ("The plan as a page", f"{kept.FOLDER}/plan.html"),
        ("The tables", f"{kept.FOLDER}/crm.duckdb"),
        ("The local Attio", stage.attio_url),
        ("Stop and remove", f"{typed('attio-sync')} demo --stop"),
    ):
        line = f"  {what:<20}{where}"
        # An address without a line break can be clicked on.
        narration.say(line if len(line) <= narration.width else f"  {what}\n    {where}")
    narration.say("\nTry this: find the push under Runs, look at its patterns, and undo one attribute of it.")
    narration.say(f"Or these five, after: cd {kept.FOLDER} && . ./env.sh\n")
    for line in kept.commands(stage):
        narration.say(f"  {line}")


def _end() -> int:
    """End the kept programs; asks first where somebody can answer."""
    question = f"End its programs and remove ./{kept.FOLDER} with everything in it?"
    if is_watched() and not click.confirm(question):
        raise Stopped("Everything stays.")
    ended = kept.stop(Path.cwd())
    click.echo(f"{counted(ended, 'program')} ended, ./{kept.FOLDER} removed.")
    return DONE
