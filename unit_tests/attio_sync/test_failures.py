from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from attio_api.errors import BadToken, Unreachable
from attio_sync import cli
from attio_sync.failures import CommandEnded, Failed, WrongUsage, explain, explained, unreadable_database
from destination_attio.storage.journal import JournalError

LOCKED = (
    'IO Error: Could not set lock on file "/tmp/crm.duckdb": Conflicting lock is held in /usr/bin/python3.11 '
    "(PID 4711). See also https://duckdb.org/docs/connect/concurrency"
)


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (BadToken(), WrongUsage, "Attio does not accept the access token. Make a new token in Attio"),
        (Unreachable(), Failed, "Attio cannot be reached. Check the network"),
        (duckdb.Error("IO Error: disk full\nat line 3"), Failed, "DuckDB refused: disk full"),
        (
            duckdb.Error(
                'Async write failed: {"exception_type":"IO","exception_message":"No \\"space\\" left"}'
            ),
            Failed,
            'DuckDB refused: No "space" left',
        ),
        (PermissionError(13, "Permission denied", "a.csv"), Failed, "a.csv: Permission denied."),
    ],
)
def test_what_libraries_raise_is_one_sentence(
    error: Exception, kind: type[CommandEnded], sentence: str
) -> None:
    """Each error that can be foreseen has a sentence and the code of its kind."""
    stop = explain(error)

    assert isinstance(stop, kind)
    assert str(stop).startswith(sentence)
    assert "\n" not in str(stop)


def test_a_locked_database_names_who_holds_it() -> None:
    """The process that has to be closed is named; the same command works afterwards."""
    stop = unreadable_database("crm.duckdb", duckdb.Error(LOCKED))

    assert isinstance(stop, Failed)
    assert str(stop).startswith("crm.duckdb is open in another program (process 4711).")


def test_a_folder_with_a_lock_in_its_name_is_no_lock() -> None:
    """The disk's own reason is told."""
    refused = duckdb.Error('IO Error: Cannot open file "/srv/blocks/crm.duckdb": Read-only file system')
    stop = unreadable_database("/srv/blocks/crm.duckdb", refused)

    assert isinstance(stop, WrongUsage)
    assert "Read-only file system" in str(stop)


def test_an_unforeseen_error_is_still_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever happens, a user sees no traceback and a script sees a failure."""

    class Broken:
        def main(self, **_: object) -> None:
            raise KeyError("secret row content")

    monkeypatch.setattr(cli, "root", Broken())
    code = cli.run(["pull"])
    said = capsys.readouterr().err

    assert 1 == code
    assert "KeyError" in said
    assert "Traceback" not in said
    assert "secret row content" not in said


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--help"], 0), (["--version"], 0), (["nonsense"], 2), ([], 2)]
)
def test_exit_codes_of_usage(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Help is a success, and an unknown command is wrong usage."""
    assert code == cli.run(arguments)


def test_every_kind_in_the_table_is_there() -> None:
    """A name in the table that no module has would let an error through unexplained."""
    assert {CommandEnded, OSError, duckdb.Error, JournalError} <= set(explained())


def test_a_command_that_is_refused_imports_no_database() -> None:
    """A misspelt command is answered without what only a command that runs needs."""
    script = (
        "import sys; from attio_sync import cli; cli.run(['plam']); "
        "print({'duckdb', 'rich', 'pydantic'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "set()" == said.stdout.strip()
    assert "plan" in said.stderr
