"""The installed command `attio-sync`: names the missing extra where it is not installed."""

from __future__ import annotations

from attio_api.installed import start, text_beside

_HELP = frozenset({"-h", "--help"})


def main() -> None:
    """Console entry point."""
    start("attio_sync.cli", "main", command="attio-sync", extra="sync", at_once=_help, needs="click")


def _help(arguments: list[str]) -> str | None:
    """The output of `--help`, kept in files: making it would import everything that a command uses."""
    if not arguments or arguments[-1] not in _HELP:
        return None
    command = "".join(arguments[:-1]) or "attio-sync"
    is_name = len(arguments) < 3 and command.replace("-", "").isalpha()  # noqa: PLR2004 -- a command and --help
    return text_beside(__file__, "help", f"{command}.txt") if is_name else None
