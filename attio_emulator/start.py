"""The console entry point of `attio-emulator`; names the extra to install where a package is missing."""

import sys
from importlib import import_module

_WRONG_USAGE = 2


def main() -> None:
    """Console entry point."""
    try:
        cli = import_module("attio_emulator.cli")
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        if name in {"", "attio_emulator"}:
            raise
        sys.stderr.write(
            f"attio-emulator needs the extra 'emulator', which is not installed ({name} is missing). "
            "Run: pip install 'airbyte-attio[emulator]'\n"
        )
        sys.exit(_WRONG_USAGE)
    cli.main()
