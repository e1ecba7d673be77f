"""`attio-emulator serve` as a process: what it prints, what it serves, how it ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from attio_emulator.remote import RemoteEmulator

COMMAND = [sys.executable, "-c", "from attio_emulator.cli import main; main()", "serve"]


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], RemoteEmulator]]:
    """A running emulator at the address it prints."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(2)]
    assert lines[0].startswith("listening on http://127.0.0.1:")
    assert "token: emulator-token" == lines[1]
    try:
        yield process, RemoteEmulator(lines[0].removeprefix("listening on "))
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_a_seed_and_ends_quietly(how: signal.Signals) -> None:
    """Address and token first; asked to end, it ends with 0 and without a word."""
    with serving("--seed", "demo", "--companies", "7", "--limits", "off") as (process, attio):
        companies = attio.records("companies")
        process.send_signal(how)
        out, err = process.communicate(timeout=60)

    assert 7 == len(companies)
    assert (0, "", "") == (process.returncode, out, err)


def test_it_begins_with_a_dumped_workspace(attio: RemoteEmulator, tmp_path: Path) -> None:
    """--seed takes the file of a dump."""
    record = attio.create_record("companies", {"name": "Kept"})
    file = tmp_path / "dump.json"
    file.write_text(json.dumps(attio.dump()))
    with serving("--seed", str(file)) as (_, other):
        records = other.records("companies")

    assert [record] == records


@pytest.mark.parametrize(
    ("seed", "sizes", "object_slug", "count"),
    [
        ("light", ["--size", "readings=7"], "readings", 7),
        ("hostile", ["--size", "crowd=9"], "crowd", 9),
        ("demo", ["--size", "companies=3", "--size", "projects=4", "--people", "5"], "projects", 4),
    ],
)
def test_every_seed_can_be_told_its_size(seed: str, sizes: list[str], object_slug: str, count: int) -> None:
    """--size names what a seed makes, and how many."""
    with serving("--seed", seed, *sizes, "--limits", "off") as (_, attio):
        assert count == len(attio.records(object_slug))


def test_switches_are_set_from_the_start() -> None:
    """--switch answers a question about Attio otherwise."""
    with serving("--switch", "plan=free", "--switch", "meetings=off") as (_, attio):
        switches = attio.control("GET", "switches")

    assert ("free", "off") == (switches["plan"], switches["meetings"])


def test_its_limits_are_attios_unless_told_otherwise() -> None:
    """They are on by default: what is too much is answered 429."""
    with serving("--seed", "empty") as (_, attio):
        attio.limits(writes_per_second=0.01)
        body = {"data": {"values": {}}}
        answers = [attio.call("POST", "/v2/objects/people/records", body)[0] for _ in range(2)]

    assert [200, 429] == answers


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
    """No traceback, and an exit code that says so."""
    ended = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60, check=False)

    assert 2 == ended.returncode
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_named(attio: RemoteEmulator) -> None:
    """The address is said and why it cannot be had."""
    port = attio.url.rpartition(":")[2]
    ended = subprocess.run(
        [*COMMAND, "--port", port], capture_output=True, text=True, timeout=60, check=False
    )

    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use." in ended.stderr
    assert 1 == ended.returncode
