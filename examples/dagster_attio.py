"""A Dagster asset that is a push into Attio: `dagster dev -f dagster_attio.py`, beside companies.csv."""

import json
import subprocess
import sys

import dagster as dg
from dagster_pipes import open_dagster_pipes

PUSH = "attio-sync push --from companies.csv --object companies --match domains --yes --rejects-ok --json"


@dg.asset
def companies_in_attio(context, pipes: dg.PipesSubprocessClient):
    """The push runs in a process of its own, and says through Dagster Pipes what it wrote."""
    return pipes.run(command=[sys.executable, __file__], context=context).get_materialize_result()


definitions = dg.Definitions(assets=[companies_in_attio], resources={"pipes": dg.PipesSubprocessClient()})

if __name__ == "__main__":
    with open_dagster_pipes() as pipes:
        pushed = subprocess.run(PUSH.split(), stdout=subprocess.PIPE, check=True)
        pipes.report_asset_materialization(metadata=json.loads(pushed.stdout)["counts"])
