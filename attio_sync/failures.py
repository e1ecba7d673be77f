"""The failures of commands, each as one sentence for a person and an exit code.

The table at the end turns libraries' errors into such failures by their kind alone. It names the kinds and
imports none of them: an error can only be of a kind whose module is imported already, and DuckDB takes longer
to import than a refused command takes.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from attio_api.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

DONE = 0
FAILED = 1
WRONG_USAGE = 2
DONE_WITH_REJECTS = 3
STOPPED = 130

_LOCK_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")

# DuckDB passes on some failures of its threads as JSON inside a sentence.
_INNER_MESSAGE = re.compile(r'"exception_message":(?P<message>"(?:[^"\\]|\\.)*")')


class CommandEnded(Exception):  # noqa: N818 -- an end of the program, not always an error of it
    """Ends the command; its message is all that the user sees."""

    exit_code = FAILED
    label = "Error:"


class Failed(CommandEnded):
    """Something outside failed; the same command may work later."""


class Stopped(CommandEnded):
    """A person ended the command, by an answer or with Ctrl-C."""

    exit_code = STOPPED
    label = "Stopped."


class WrongUsage(CommandEnded):
    """A person has to change something first: an option, a file, a token, a setting."""

    exit_code = WRONG_USAGE


def explain(error: Exception) -> CommandEnded | None:
    """The failure for a library's error; None for an error that the table does not know."""
    if isinstance(error, CommandEnded):
        return error
    for module, name, tell in _TELLERS:
        if module in sys.modules and isinstance(error, getattr(sys.modules[module], name)):
            return tell(error)
    return None


def explained() -> tuple[type[Exception], ...]:
    """The kinds of errors that `explain` knows; imports the modules of all of them."""
    return (CommandEnded, *(getattr(import_module(module), name) for module, name, _ in _TELLERS))


def unreadable_database(path: str, error: duckdb.Error) -> CommandEnded:
    """The failure for a DuckDB file that could not be opened."""
    from destination_attio.storage.database import is_locked  # noqa: PLC0415 -- see above: it imports DuckDB

    text = str(error)
    if is_locked(error):
        who = _holder(text)
        return Failed(f"{path} is open in another program{who}. Close it there, then run this again.")
    if "does not exist" in text:
        return WrongUsage(f"There is no file {path}.")
    if "not a valid DuckDB database" in text:
        return WrongUsage(f"{path} is not a DuckDB database.")
    return WrongUsage(f"{path} cannot be opened as a DuckDB database: {first_sentence(text)}")


def journal_in_use(path: str, error: duckdb.Error) -> CommandEnded:
    """The failure for a journal that could not be opened, mostly since a push is writing to it."""
    from destination_attio.storage.database import is_locked  # noqa: PLC0415 -- as above

    if not is_locked(error):
        return unreadable_database(path, error)
    return Failed(
        f"Another push or revert is writing to {path}{_holder(str(error))}. Run this again when it is done."
    )


def _holder(text: str) -> str:
    holder = _LOCK_HOLDER.search(text)
    return f" (process {holder['pid']})" if holder else ""


def first_sentence(text: str) -> str:
    """The first line of a library's message, without its class name."""
    inner = _INNER_MESSAGE.search(text)
    text = str(json.loads(inner["message"])) if inner else text.strip()
    line = text.splitlines()[0] if text else "no reason was given"
    return re.sub(r"^(?:[A-Z]\w*(?: [A-Z]\w*)* Error: )", "", line)


def _attio(error: Exception) -> CommandEnded:
    sentence = _with_remedy(error)
    return WrongUsage(sentence) if isinstance(error, Misconfigured) else Failed(sentence)


def _with_remedy(error: Exception) -> str:
    remedy = getattr(error, "remedy", None)
    return f"{error} {remedy}" if remedy else str(error)


def _destination(error: Exception) -> CommandEnded:
    return WrongUsage(_with_remedy(error))


def _database(error: Exception) -> CommandEnded:
    return Failed(f"DuckDB refused: {first_sentence(str(error))}")


def _file(error: Exception) -> CommandEnded:
    name = getattr(error, "filename", None)
    reason = getattr(error, "strerror", None) or str(error)
    return Failed(f"{name}: {reason}." if name else f"{reason}.")


_TELLERS: tuple[tuple[str, str, Callable[[Exception], CommandEnded]], ...] = (
    (
        "destination_attio.engine.signals",
        "RunStopped",
        lambda _: Stopped("What was written so far is in the history."),
    ),
    ("attio_api.errors", "AttioError", _attio),
    ("destination_attio.storage.journal", "JournalInUseError", lambda error: Failed(_with_remedy(error))),
    ("destination_attio.storage.journal", "JournalError", _destination),
    ("destination_attio.model.plan", "PlanError", _destination),
    ("destination_attio.storage.rejects", "StorageError", _destination),
    ("duckdb", "Error", _database),
    ("builtins", "OSError", _file),
)
"""The module and name of each kind of error, and the sentence for it; the first that fits counts."""
