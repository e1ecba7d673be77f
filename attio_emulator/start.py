"""The command `attio-emulator` as it is installed: it names the missing extra where it is not installed."""

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
