"""Console entry of `destination-attio`: what the process is, its signals and its exit codes."""

import gc
import os
import signal
import sys
from typing import Final

from attio_api.deadline import seconds_left
from destination_attio.airbyte.commands import main

_YOUNG: Final = 50_000
"""Rows, values and answers are trees: seeking cycles after every 700 new objects took a fifth of a run."""
_PRIVATE: Final = 0o077
"""Journal and rejects hold rows: what this process makes is readable by its owner alone."""


class Terminated(KeyboardInterrupt):
    """The platform asks the process to end: writes in flight are waited for and noted."""


def run() -> None:
    """Run one command of Airbyte's."""
    gc.set_threshold(_YOUNG)
    os.umask(_PRIVATE)
    signal.signal(signal.SIGTERM, _terminate)
    status = _status()
    if sys.argv[1:2] == ["check"]:
        # It is answered: threads that still wait for Attio would keep the process until they give up.
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def _status() -> int:
    try:
        return main(sys.argv[1:], seconds_of_a_check=seconds_left)
    except BrokenPipeError:
        # What is left in the buffer goes nowhere; without this the interpreter would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write("Nobody reads the output any more; rows after the last state come again.\n")
        return 1
    except Terminated:
        return 128 + signal.SIGTERM
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _terminate(*_: object) -> None:
    raise Terminated
