"""Attio into DuckDB every hour, then a file's companies into Attio: an Airflow DAG, beside companies.csv."""

import json
from datetime import datetime
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HERE = str(Path(__file__).parent)
PULL = "attio-sync pull --to crm.duckdb --stream companies --stream people --json"
PUSH = "attio-sync push --from companies.csv --object companies --match domains --yes --rejects-ok --json"


def outcome(line):
    """The printed JSON document, so that the next task finds the counts in XCom."""
    return json.loads(line)


# One run at a time: DuckDB lets one process write, and two pushes of one file would do the work twice.
with DAG("attio", schedule="@hourly", start_date=datetime(2026, 1, 1), catchup=False, max_active_runs=1):
    pull = BashOperator(task_id="pull", bash_command=PULL, cwd=HERE, output_processor=outcome)
    push = BashOperator(task_id="push", bash_command=PUSH, cwd=HERE, output_processor=outcome)
    pull >> push
