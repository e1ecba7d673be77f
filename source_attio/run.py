"""Starts the command `source-attio`, in an interpreter fit for big pages and many threads."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from source_attio.cdk_import import lean

if TYPE_CHECKING:
    from collections.abc import Callable

    from source_attio.head_start import HeadStart


def run() -> None:
    """Run one command of the Airbyte protocol."""
    gc.disable()
    from attio_api.memory import tune  # noqa: PLC0415 (imported while the collector is off)
    from source_attio.head_start import begin_for  # noqa: PLC0415 (likewise)

    tune()
    begun = begin_for(sys.argv[1:])
    # Imported while the collector is off: it would take half a second for their million lasting objects.
    main = imported_main()
    gc.freeze()
    gc.enable()
    main(sys.argv[1:], begun)
    if sys.argv[1:2] == ["check"]:
        # The check is answered: threads that still wait for Attio would keep the process alive.
        sys.stdout.flush()
        os._exit(0)


def imported_main() -> Callable[[list[str], HeadStart | None], None]:
    """Import the command with the CDK that it needs, and return its function."""
    with lean():
        from source_attio.command import main  # noqa: PLC0415 (imported when the command is run, see `run`)
    return main
