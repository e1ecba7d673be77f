"""The examples for dlt and Dagster run by their own programs, each in its own environment (see `peers/`)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from integration_tests.peers.environments import environment
from integration_tests.platform.workspaces import config, contents

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

pytestmark = [pytest.mark.slow, pytest.mark.peers, pytest.mark.timeout(600)]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
BIN = Path(sys.executable).parent


def test_dagster_shows_what_a_push_wrote(attio: RemoteEmulator, tmp_path: Path) -> None:
    """The example's asset pushes its file, and carries the counts into the asset's metadata."""
    programs = environment("dagster", "dagster>=1.10")
    rows = "name,domains\nOne,one.example.com\nTwo,two.example.com\nBad,not a domain\n"
    (tmp_path / "companies.csv").write_text(rows, encoding="utf-8")
    example = EXAMPLES / "dagster_attio.py"
    script = (
        "import runpy, sys; from dagster import materialize; "
        "found = runpy.run_path(sys.argv[1])['definitions']; "
        "result = materialize(list(found.assets), resources=found.resources); "
        "(event,) = result.get_asset_materialization_events(); "
        "print({name: one.value for name, one in event.materialization.metadata.items()})"
    )
    more = {
        "PATH": f"{programs}:{BIN}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "DAGSTER_HOME": "",
        "ATTIO_API_URL": attio.url,
        "ATTIO_API_TOKEN": attio.token,
    }
    ran = subprocess.run(
        [programs / "python", "-c", script, example],
        cwd=tmp_path,
        env=more,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == ran.returncode, ran.stderr[-2000:]
    assert {"'create': 2", "'rejected': 1"} <= set(re.findall(r"'\w+': \d+", ran.stdout))
    assert {"one.example.com", "two.example.com"} == set(contents(attio, "companies", "domains"))


def test_dlt_carries_what_changed(attio: RemoteEmulator, tmp_path: Path) -> None:
    """The example's dlt source loads a stream into DuckDB; a second run brings the edited row alone."""
    programs = environment("dlt", "dlt[duckdb]>=1.10")
    made = [
        attio.create_record("companies", {"name": f"C {n}", "domains": [f"c{n}.example.com"]})
        for n in range(3)
    ]
    (tmp_path / "config.json").write_text(json.dumps(config(attio)))
    argv = [programs / "python", EXAMPLES / "dlt_attio.py", "companies"]
    more = {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "DLT_DATA_DIR": str(tmp_path / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
    }
    for name in ("C 0", "Edited"):
        attio.api(
            "PATCH",
            f"/v2/objects/companies/records/{made[0]['id']['record_id']}",
            {"data": {"values": {"name": name}}},
        )
        ran = subprocess.run(argv, cwd=tmp_path, env=more, capture_output=True, text=True, check=False)
        assert 0 == ran.returncode, ran.stderr
    with duckdb.connect(tmp_path / "attio.duckdb") as database:
        names = database.sql("SELECT name FROM crm.companies ORDER BY 1").fetchall()
        loads = database.sql("SELECT count(*) FROM crm.companies GROUP BY _dlt_load_id ORDER BY 1").fetchall()

    assert [("C 1",), ("C 2",), ("Edited",)] == names
    assert [(1,), (2,)] == loads
