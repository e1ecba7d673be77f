"""The options of `attio-emulator serve`: what it would serve, and what it says of wrong use."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from click.testing import CliRunner, Result

from attio_emulator import cli
from attio_emulator.contract.wire import dumps
from unit_tests.attio_emulator.calling import Api

if TYPE_CHECKING:
    from attio_emulator.emulator import Emulator

Serve: TypeAlias = Callable[..., Api]


class Server:
    """Stands for the server: takes the sockets and ends at once."""

    def __init__(self, _config: object) -> None:
        """Needs nothing."""

    def run(self, sockets: list[socket.socket]) -> None:
        for each in sockets:
            each.close()


def run(*options: str) -> Result:
    return CliRunner().invoke(cli.main, ["serve", *options])


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """The emulator that the command would serve with some options."""
    served: list[Emulator] = []
    monkeypatch.setattr(cli, "configured", served.append)
    monkeypatch.setattr(cli.uvicorn, "Server", Server)
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def serve(*options: str) -> Api:
        ended = run("--port", "0", *options)
        assert (0, ["listening", "token:"]) == (
            ended.exit_code,
            [line.split()[0] for line in ended.output.splitlines()],
        )
        return Api(served[-1])

    return serve


@pytest.mark.parametrize(
    ("seed", "sizes", "object_slug", "count"),
    [
        ("light", ["--size", "readings=7"], "readings", 7),
        ("hostile", ["--size", "crowd=9"], "crowd", 9),
        ("demo", ["--size", "companies=3", "--size", "projects=4", "--people", "5"], "projects", 4),
        ("demo", ["--companies", "7"], "companies", 7),
    ],
)
def test_every_seed_can_be_told_its_size(
    serve: Serve, seed: str, sizes: list[str], object_slug: str, count: int
) -> None:
    """--size names what a seed makes, and how many."""
    api = serve("--seed", seed, *sizes, "--limits", "off")

    assert count == len(api("POST", f"/v2/objects/{object_slug}/records/query", {})["data"])


def test_it_begins_with_a_dumped_workspace(api: Api, serve: Serve, tmp_path: Path) -> None:
    """--seed takes the file of a dump."""
    record = api.record("companies", {"name": "Kept"})
    file = tmp_path / "dump.json"
    file.write_bytes(dumps(api("GET", "/_emulator/dump")))
    records = serve("--seed", str(file))("POST", "/v2/objects/companies/records/query", {})["data"]

    assert [record] == [each["id"]["record_id"] for each in records]


def test_switches_are_set_from_the_start(serve: Serve) -> None:
    """--switch answers a question about Attio otherwise."""
    switches = serve("--switch", "plan=free", "--switch", "meetings=off")("GET", "/_emulator/switches")

    assert ("free", "off") == (switches["plan"], switches["meetings"])


def test_its_limits_are_attios_unless_told_otherwise(serve: Serve) -> None:
    """They are on by default: what is too much is answered 429."""
    api = serve()
    api("POST", "/_emulator/limits", {"writes_per_second": 0.01})
    body = {"data": {"values": {}}}

    assert [200, 429] == [api.raw("POST", "/v2/objects/people/records", body).status for _ in range(2)]
    assert not serve("--limits", "off").emulator.limits.enabled


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--seed", "nowhere.json"], "Cannot read the seed nowhere.json: No such file or directory."),
        (["--seed", "dmo"], "No such file or directory. Did you mean 'demo'?"),
        (["--seed", __file__], "is not a dump of an emulator."),
        (["--port", "99999"], "'--port': '99999' is not a whole number from 0 to 65,535."),
        (["--port", "web"], "'web' is not a whole number from 0 to 65,535."),
        (["--people", "-1"], "'-1' is not a whole number from 0 to"),
        (["--seed", "hostile", "--companies", "5"], "The only option of this seed is crowd."),
        (["--seed", "empty", "--people", "5"], "This seed has no options."),
        (["--seed", __file__, "--people", "5"], "Sizes go with a seed that is generated"),
        (["--seed", "light", "--size", "ships=5"], 'This seed has one option, "readings"'),
        (["--seed", "light", "--size", "readings"], "--size is written as NAME=VALUE, not as 'readings'."),
        (["--seed", "light", "--size", "readings=-1"], "--size readings is a whole number, not '-1'."),
        (["--switch", "weather=fine"], 'There is no switch "weather"; there are constraint_values,'),
        (["--switch", "plan=gold"], 'The switch "plan" is one of unlimited, free.'),
        (["--seed", "/"], "Cannot read the seed /: Is a directory."),
    ],
)
def test_wrong_use_is_one_clear_sentence(options: list[str], sentence: str) -> None:
    """No unexpected error, and an exit code that says so."""
    ended = run(*options)

    assert (2, SystemExit) == (ended.exit_code, type(ended.exception))
    assert sentence in ended.output


def test_a_damaged_dump_is_told_by_its_place(tmp_path: Path, api: Api) -> None:
    """A file that somebody edited is refused with the fault, as the control plane refuses it."""
    dumped = api("GET", "/_emulator/dump")
    dumped["tokens"] *= 2
    file = tmp_path / "dump.json"
    file.write_bytes(dumps(dumped))

    assert "This dump is damaged: tokens 0 and 1 are the same." in run("--seed", str(file)).output


def test_a_port_in_use_is_named() -> None:
    """The address is said and why it cannot be had."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))

    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use." in ended.output
    assert 1 == ended.exit_code
