"""The command `attio-sync` as it is installed: says what is missing where its extra is not."""

from __future__ import annotations

from attio_api.installed import start, text_beside

_HELP = frozenset({"-h", "--help"})


def main() -> None:
    """Console entry point."""
    start("attio_sync.cli", "main", command="attio-sync", extra="sync", at_once=_help, needs="click")


def _help(arguments: list[str]) -> str | None:
    """What `--help` prints. It is kept in files: to make it, all that a command stands on is imported."""
    if not arguments or arguments[-1] not in _HELP:
        return None
    command = "".join(arguments[:-1]) or "attio-sync"
    is_name = len(arguments) < 3 and command.replace("-", "").isalpha()  # noqa: PLR2004 -- a command and --help
    return text_beside(__file__, "help", f"{command}.txt") if is_name else None
