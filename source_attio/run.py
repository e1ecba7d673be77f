"""Starts the command `source-attio`, in an interpreter fit for big pages and many threads."""

import gc
import os
import sys


def run() -> None:
    """Run one command of the Airbyte protocol."""
    gc.disable()
    # Imported while the collector is off: it would take half a second for their million lasting objects.
    from attio_api.memory import tune  # noqa: PLC0415
    from source_attio.command import main  # noqa: PLC0415

    gc.freeze()
    tune()
    gc.enable()
    main(sys.argv[1:])
    if sys.argv[1:2] == ["check"]:
        # The check is answered: threads that still wait for Attio would keep the process alive.
        sys.stdout.flush()
        os._exit(0)
