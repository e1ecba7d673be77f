"""Console entry of `destination-attio`: process settings, signals and exit codes."""

import gc
import os
import signal
import sys
from typing import Final

from attio_api.deadline import seconds_left
from destination_attio.airbyte.commands import main

_YOUNG: Final = 50_000
"""Allocations between runs of the cycle collector; its default of 700 cost a fifth of a run's time."""
_PRIVATE: Final = 0o077
"""The process's umask: journal and rejects hold rows, so only their owner may read them."""


class Terminated(KeyboardInterrupt):
    """Raised on SIGTERM, by which the platform ends the process; writes in flight are journaled first."""


def run() -> None:
    """Run one of Airbyte's commands."""
    gc.set_threshold(_YOUNG)
    os.umask(_PRIVATE)
    signal.signal(signal.SIGTERM, _terminate)
    status = _status()
    if sys.argv[1:2] == ["check"]:
        # The check has answered; threads that still wait for Attio would keep the process alive.
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def _status() -> int:
    try:
        return main(sys.argv[1:], seconds_of_a_check=seconds_left)
    except BrokenPipeError:
        # The reader is gone, so the buffer is discarded; otherwise the interpreter would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write("Nobody reads the output any more; rows after the last state come again.\n")
        return 1
    except Terminated:
        return 128 + signal.SIGTERM
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _terminate(*_: object) -> None:
    raise Terminated
