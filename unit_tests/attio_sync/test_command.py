from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner

from attio_sync.cli import root
from attio_sync.demo import command as demo
from attio_sync.demo.stage import Interruption, Stage
from attio_sync.failures import Failed, WrongUsage
from attio_sync.ui import command
from attio_sync.ui.serving import listening
from destination_attio.model.plan import Change, Plan
from destination_attio.storage.plan_file import write_plan
from unit_tests.attio_sync.asgi import DOOR, room_in

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from attio_sync.ui.room import Room

PLAN = Plan(changes=(Change(kind="create", stream="s", target="companies"),))


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of somebody with a home there; the umask is given back."""
    monkeypatch.setenv("HOME", str(folder))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    before = os.umask(0o022)
    yield folder
    os.umask(before)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Room]:
    """The rooms that the command serves, in place of their server."""
    found: list[Room] = []

    def serve(room: Room, place: socket.socket, *, opens: bool) -> None:
        assert opens
        place.close()
        found.append(room)

    monkeypatch.setattr(command, "open_and_serve", serve)
    return found


def test_a_room_keeps_its_files_with_those_of_the_other_commands(home: Path) -> None:
    """Beside the usual journal, also where another one is given."""
    data = home / ".local" / "share" / "attio-sync"
    usual, other = command.room_at(1), command.room_at(1, journal=home / "j.duckdb")

    assert (data / "journal.duckdb", home / "j.duckdb") == (usual.journal, other.journal)
    assert {data / "plans"} == {usual.plans.folder, other.plans.folder}
    assert data / "uploads" == usual.drafts.private
    assert not data.exists()


def test_a_saved_plan_waits_where_the_browser_is_led_to(home: Path, served: list[Room]) -> None:
    """One damaged plan among those that were kept is no reason to end."""
    write_plan(PLAN, home / "plan.json")
    damaged = command.room_at(1).plans.keep(PLAN, title="x", by=None)
    (home / ".local/share/attio-sync/plans" / damaged.id / "about.json").write_text("{")
    done = CliRunner().invoke(root, ["ui", "plan.json"])

    assert done.exception is None, done.output
    ((room,), (kept,)) = served, served[0].plans.all()
    assert ("plan.json", ("plans", kept.id)) == (kept.title, room.opens_at)
    assert [True] == [damaged.id in one for one in room.plans.damaged()]


def test_the_key_stands_in_no_list_of_processes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser is led by a file that only its owner reads, and that goes with the room."""
    opened: list[Path] = []
    read: list[tuple[int, str]] = []

    def browse(address: str) -> bool:
        assert DOOR.key not in address.rpartition("/")[2]
        opened.append(Path(unquote(urlsplit(address).path)))
        read.append((opened[0].stat().st_mode & 0o777, opened[0].read_text()))
        return True

    monkeypatch.setattr(command.webbrowser, "open", browse)
    monkeypatch.setattr(command, "serve", lambda *_: None)
    with listening(0) as place:
        command.open_and_serve(room_in(home), place, opens=True)

    ((mode, page),) = read
    assert (0o600, True, False) == (mode, DOOR.entrance in page, opened[0].exists())


def test_a_port_that_another_program_has_is_named() -> None:
    """With what to do about it."""
    with listening(0) as place:
        port = place.getsockname()[1]
        with pytest.raises(WrongUsage, match=rf"Port {port} cannot be used: .* Choose another"):
            listening(port)


def test_a_demo_does_not_begin_without_its_programs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the line that installs them; of two orders that exclude each other it takes none."""
    monkeypatch.setattr(demo, "is_installed", lambda name: name != "uvicorn")
    for options, said in (
        ([], "(uvicorn is missing). Run: pip install 'airbyte-attio[all]'"),
        (["--keep"], "(uvicorn is missing)"),
        (["--keep", "--stop"], "--keep and --stop exclude each other."),
    ):
        assert said in str(CliRunner().invoke(root, ["demo", *options]).exception)
    assert [] == list(home.iterdir())


def test_a_demo_that_cannot_be_kept_leaves_no_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder goes, so that nothing else could end them."""
    stage = Stage(folder=folder, interruption=Interruption(), environment={})
    ended: list[str] = []

    @contextmanager
    def serving(_: Stage, name: str, *_command: object, **_ready: object) -> Iterator[str]:
        try:
            yield "http://127.0.0.1:1"
        finally:
            ended.append(name)

    def full(_: Stage) -> None:
        raise Failed("No space left on device.")

    monkeypatch.setattr(demo, "staged", lambda **_: nullcontext(stage))
    monkeypatch.setattr(demo, "serving", serving)
    monkeypatch.setattr(demo, "Story", lambda *_, **__: SimpleNamespace(tell=lambda: None))
    monkeypatch.setattr(demo.kept, "leave", full)
    said = CliRunner().invoke(root, ["demo", "--keep", "--no-browser"])

    assert isinstance(said.exception, Failed)
    assert (["room"], False) == (ended, stage.is_left)
