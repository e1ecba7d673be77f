"""The examples for schedulers that run commands: each command works as it is written, a second time too.

Those for dlt and Dagster are run by their own programs, in `test_interop_examples`.
"""

from __future__ import annotations

import ast
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from integration_tests.sync.commands import Said

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ROWS = "name,domains\nAcme,acme.example.com\nBad,no domain\n"


def _of_airflow() -> list[list[str]]:
    """The command lines of the DAG, which is read and not imported: Airflow is not installed here."""
    tree = ast.parse((EXAMPLES / "airflow_attio.py").read_text(encoding="utf-8"))
    texts = [one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)]
    return [shlex.split(one)[1:] for one in texts if isinstance(one, str) and one.startswith("attio-sync ")]


def _of_meltano() -> list[list[str]]:
    project = yaml.safe_load((EXAMPLES / "meltano.yml").read_text(encoding="utf-8"))
    (utility,) = project["plugins"]["utilities"]
    assert "attio-sync" == utility["executable"]
    return [shlex.split(one) for one in utility["commands"].values()]


def _twice(attio: Any, folder: Path, commands: list[list[str]]) -> list[Said]:
    """What each command says the second time; both times it succeeds."""
    (folder / "companies.csv").write_text(ROWS, encoding="utf-8")
    attio.create_record("companies", {"name": "Here", "domains": ["here.example.com"]})
    with signed_in(attio.url, attio.token, folder) as commanded:
        for command in commands:
            commanded.done(*command)
        return [commanded.done(*command) for command in commands]


@pytest.mark.parametrize("commands", [_of_airflow(), _of_meltano()], ids=["airflow", "meltano"])
def test_a_pull_and_a_push_work_as_written(attio: Any, tmp_path: Path, commands: list[list[str]]) -> None:
    """One pull and one push, which end well although a row is rejected; the second push writes nothing."""
    _twice(attio, tmp_path, commands)
    written = {record["values"]["name"][0]["value"] for record in attio.records("companies")}

    assert ["pull", "push"] == [command[0] for command in commands]
    assert {"Here", "Acme"} == written
    assert (tmp_path / "crm.duckdb").exists()


def test_airflow_finds_the_counts_in_the_last_line(attio: Any, tmp_path: Path) -> None:
    """`BashOperator` hands a command's last line to `json.loads`; it is the whole outcome."""
    pulled, pushed = (
        json.loads(said.out.splitlines()[-1]) for said in _twice(attio, tmp_path, _of_airflow())
    )

    assert 1 == pulled["streams"]["companies"]["added"]
    assert (1, 1) == (pushed["counts"]["unchanged"], pushed["counts"]["rejected"])
