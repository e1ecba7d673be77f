"""The review room as a program: asked for by a push, stopped by a button or by Ctrl-C."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from integration_tests.sync.commands import Terminal, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

ROWS = 60
PUSH = ("push", "--from", "companies.csv", "--object", "companies", "--match", "domains", "--accept-guess")


@pytest.fixture
def commands(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """A folder with sixty new companies in a file; a browser that opens nothing."""
    with signed_in(attio.url, attio.token, tmp_path) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BROWSER", "true")
        rows = "".join(f"Company {number},c{number}.com\n" for number in range(ROWS))
        Path("companies.csv").write_text(f"name,domains\n{rows}")
        yield made


@dataclass
class Visitor:
    """What a browser does that came by the printed address."""

    entrance: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.page = self.session.get(self.entrance, timeout=60)

    def sends(self, path: str, **form: str) -> requests.Response:
        """Send one of the forms of the page, as its button does."""
        (csrf, *_) = re.findall(r'name="csrf" value="([^"]+)"', self.page.text)
        origin = "/".join(self.entrance.split("/")[:3])
        headers = {"origin": origin, "sec-fetch-site": "same-origin"}
        self.page = self.session.post(origin + path, data={"csrf": csrf, **form}, headers=headers, timeout=60)
        return self.page

    def action(self, last: str) -> str:
        """The address of the form on the page that ends so."""
        (found, *_) = re.findall(rf'action="([^"]+/{last})"', self.page.text)
        return str(found)

    def approves(self) -> None:
        (digest,) = re.findall(r'name="digest" value="([^"]+)"', self.page.text)
        self.sends(self.action("approve"), digest=digest)

    def sees_writes(self) -> None:
        """Listen to the page's events until something was written."""
        (path,) = re.findall(r'data-events="([^"]+)"', self.page.text)
        origin = "/".join(self.entrance.split("/")[:3])
        with self.session.get(origin + path, stream=True, timeout=60) as events:
            for line in events.iter_lines():
                if line.startswith(b"data: ") and json.loads(line.removeprefix(b"data: "))["done"]:
                    return
        raise AssertionError("It ended without a write.")


def entered(terminal: Terminal) -> Visitor:
    """Go where the terminal says."""
    seen = terminal.reads("Ctrl-C ends it.")
    (entrance, *_) = re.findall(r"http://127\.0\.0\.1:\d+/enter\?key=[\w-]+", re.sub(r"\s*\r\n", "\n", seen))
    return Visitor(entrance)


def test_a_push_can_be_decided_in_the_browser(attio: RemoteEmulator, commands: Commands) -> None:
    """The printed address leads to the plan; what is approved there is written, and the exit code says so."""
    terminal = Terminal(*PUSH, "--review")
    visitor = entered(terminal)
    assert "Write 60 changes" in visitor.page.text
    assert [] == attio.records("companies")

    visitor.approves()
    terminal.reads("60 created")
    terminal.interrupts()

    assert 0 == terminal.ends().code
    assert ROWS == len(attio.records("companies", limit=100))
    assert "done" == commands.done("history", "--json").json()[0]["status"]


def test_a_push_that_is_discarded_in_the_browser_wrote_nothing(
    attio: RemoteEmulator, commands: Commands
) -> None:
    """The terminal says so, and the command ends as after a no."""
    terminal = Terminal(*PUSH, "--review")
    visitor = entered(terminal)
    visitor.sends(visitor.action("discard"))
    terminal.reads("discarded. Nothing was written.")
    terminal.interrupts()

    assert 130 == terminal.ends().code
    assert [] == attio.records("companies")


def test_who_leaves_without_a_decision_finds_the_plan_again(
    attio: RemoteEmulator, commands: Commands
) -> None:
    """Ctrl-C writes nothing, and the next room has the plan that waits."""
    terminal = Terminal(*PUSH, "--review")
    entered(terminal)
    terminal.interrupts()
    assert 130 == terminal.ends().code

    room = Terminal("ui", "--no-browser")
    assert "companies → companies" in entered(room).page.text
    room.interrupts()
    assert 0 == room.ends().code
    assert [] == attio.records("companies")


@pytest.mark.parametrize("option", ["--yes", "--json"])
def test_a_question_that_is_answered_already_is_not_asked_in_the_browser(
    commands: Commands, option: str
) -> None:
    """The two ways to decide exclude each other, before anything is read."""
    said = commands(*PUSH, "--review", option)

    assert 2 == said.code
    assert "--review asks in the browser" in said.err


def hold_writes(attio: RemoteEmulator) -> None:
    """Let some writes through, and hold the others, so that the push is stopped among them."""
    attio.fault("hold", method="PUT", path="/v2/objects/companies/records*", skip=5)


def settled(commands: Commands, attio: RemoteEmulator) -> None:
    """The run ended between two writes: what the journal says was written is what Attio holds."""
    run = commands.done("history", "--json").json()[0]
    found = commands.done("history", run["run_id"], "--json").json()["changes"]
    written = [one for one in found if one["status"] == "written"]

    assert "stopped" == run["status"]
    assert 0 < len(written) < ROWS
    assert len(written) == len(attio.records("companies", limit=100))
    assert not [one for one in found if one["status"] in {"intended", "unknown"}]


def test_a_push_is_stopped_between_two_writes(attio: RemoteEmulator, commands: Commands) -> None:
    """The button ends the push after the writes in flight, and leaves none of which nobody knows."""
    terminal = Terminal(*PUSH, "--review")
    visitor = entered(terminal)
    hold_writes(attio)
    visitor.approves()
    visitor.sees_writes()
    visitor.sends(visitor.action("stop"))
    attio.clear_faults()
    terminal.reads("The writes in flight were ended and noted.")
    terminal.interrupts()

    assert 1 == terminal.ends().code
    settled(commands, attio)


def test_the_second_ctrl_c_stops_a_push(attio: RemoteEmulator, commands: Commands) -> None:
    """The first one only tells of it; the second one waits for the writes in flight."""
    terminal = Terminal(*PUSH, "--review")
    visitor = entered(terminal)
    hold_writes(attio)
    visitor.approves()
    visitor.sees_writes()
    terminal.interrupts()
    terminal.reads("A push is running")
    terminal.interrupts()
    terminal.reads("Waiting for '")
    attio.clear_faults()

    assert 1 == terminal.ends().code
    settled(commands, attio)
