"""Two runs never write to one target of one workspace at once on a machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from destination_attio.storage.leases import TargetBusy, leased

HOLDER = """
import sys
from pathlib import Path
from destination_attio.storage.leases import leased
with leased("w", ["companies", "lists/sales"], Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lease_is_refused_until_its_holder_has_gone(tmp_path: Path) -> None:
    """Busy names the process that holds it; other targets are free; killed, it is free again."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert b"held" in holder.stdout.readline()
        with (
            pytest.raises(TargetBusy, match=str(holder.pid)),
            leased("w", ["people", "lists/sales"], tmp_path),
        ):
            raise AssertionError("it was held")
        with leased("w", ["people"], tmp_path), leased("another", ["companies"], tmp_path):
            pass
        holder.kill()
        holder.wait()
        with leased("w", ["companies", "lists/sales"], tmp_path):
            pass
