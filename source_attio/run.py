"""Starts the command `source-attio`, in an interpreter fit for big pages and many threads.

Each branch imports what it needs: the CDK takes two seconds, which `spec` can do without.
"""

import gc
import os
import sys


def run() -> None:
    """Run one command of the Airbyte protocol."""
    if sys.argv[1:] == ["spec"]:
        from source_attio.specification import tell  # noqa: PLC0415 (see above)

        tell(sys.stdout.buffer)
        return
    gc.disable()
    # Here, because its modules make a million objects that stay: looking through them takes half a second.
    from attio_api.memory import tune  # noqa: PLC0415
    from source_attio.command import main  # noqa: PLC0415

    gc.freeze()
    tune()
    gc.enable()
    main(sys.argv[1:])
    if sys.argv[1] == "check":
        # It is answered: threads that still wait for Attio would keep the process until they give up.
        sys.stdout.flush()
        os._exit(0)
