"""Starts a command, or says which line installs what it needs; uses nothing that has to be installed.

Whatever it imports is imported by every command, so it imports as little as can be: `typing` alone takes
longer than the rest of it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

OURS = frozenset({"attio_api", "attio_relay", "attio_sync", "destination_attio", "source_attio"})
_FAILED = 1
_WRONG_USAGE = 2
_STOPPED = 130
_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def start(
    module: str,
    function: str,
    *,
    command: str,
    extra: str,
    at_once: Callable[[list[str]], str | None] | None = None,
    needs: str = "",
) -> None:
    """Run a command's function; without the packages of its extra, print the line that installs them.

    When the package `needs` is installed, a text that `at_once` returns for the arguments is printed instead.
    `--version` prints the version of the package, in the same words for every command.
    """
    open_streams()
    speak_utf_8()
    if sys.argv[1:] == ["--version"]:
        _print(f"{command}, version {installed_version()}\n")
        return
    answer = at_once(sys.argv[1:]) if at_once and is_installed(needs) else None
    if answer is not None:
        _print(answer)
        return
    try:
        getattr(import_module(module), function)()
    except ModuleNotFoundError as missing:
        sentence = lacking(missing, command=command, extra=extra)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        sys.exit(_WRONG_USAGE)
    except KeyboardInterrupt:  # while modules are imported, before the command handles Ctrl-C itself
        sys.stderr.write("Stopped.\n")
        sys.exit(_STOPPED)
    except OSError:
        # What could not be printed is still in the buffer, so that this ends the command with a sentence.
        _print("")
        raise


def open_streams() -> None:
    """Open the standard streams that the command was started without, as with `<&-` or `>&-`.

    The next file to be opened would take such a stream's number, and what is printed would go into it.
    """
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def speak_utf_8() -> None:
    """Print UTF-8 into pipes and files on Windows, too: the encoding that Python takes there lacks letters.

    A terminal shows every letter there, whatever its encoding; `PYTHONIOENCODING` chooses another one.
    """
    if sys.platform == "win32" and not os.environ.get("PYTHONIOENCODING"):
        for stream in (sys.stdout, sys.stderr):
            if not stream.isatty():
                stream.reconfigure(encoding="utf-8")


def _print(text: str) -> None:
    """Print a text; where the output takes none, such as a file on a full disk, end with a sentence."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # A reader that has enough, such as `head`, is told nothing.
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"The output cannot be written: {error.strerror}.\n")
        sys.exit(_FAILED)


def installed_version() -> str:
    """The version of this package, as its installer noted it."""
    from importlib.metadata import version  # noqa: PLC0415 -- takes longer to import than the rest of this module

    return version("airbyte-attio")


def ask_for_help() -> None:
    """Take `--help` where no argument was given, as the Airbyte CDK prints a trace for the platform then."""
    if not sys.argv[1:]:
        sys.argv.append("--help")


def lacking(missing: ModuleNotFoundError, *, command: str, extra: str) -> str | None:
    """The sentence on what to install; None where the missing module is one of ours, which is a bug.

    A module of Python's own is missing on other systems, and where Python was built without a library.
    """
    name = (missing.name or "").partition(".")[0]
    if name in OURS or not name:
        return None
    if name in sys.stdlib_module_names:
        return f"{command} needs Python's own module {name}, which this Python lacks. Use one that has it."
    return (
        f"{command} needs the extra '{extra}', which is not installed ({name} is missing). "
        f"Run: pip install 'airbyte-attio[{extra}]'"
    )


def text_beside(module: str, *steps: str) -> str | None:
    """The text of a file beside a module; None where there is none."""
    folder = module.rpartition("/" if "/" in module else "\\")[0]
    try:
        with open("/".join((folder, *steps)), encoding="utf-8") as file:  # noqa: PTH123 -- pathlib takes longer to import
            return file.read()
    except FileNotFoundError:
        return None


def specification_beside(module: str, arguments: list[str]) -> str | None:
    """The line that a connector's `spec` prints, from the file beside its module; None for other arguments.

    It is kept in a file since making it imports every model of the settings.
    """
    text = text_beside(module, "spec.json") if arguments == ["spec"] else None
    return text and f'{{"type": "SPEC", "spec": {text.replace(chr(10), " ")}}}\n'


def is_installed(package: str) -> bool:
    """Whether a package can be imported, without importing it."""
    if package in sys.modules:
        return sys.modules[package] is not None
    return any(finder.find_spec(package, None) for finder in sys.meta_path)
