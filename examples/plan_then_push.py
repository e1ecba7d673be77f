"""Show what a CSV file would change in Attio, and write it once somebody has said yes.

    ATTIO_API_TOKEN=… python examples/plan_then_push.py companies.csv companies domains

The columns are named like the attributes; the last argument is the attribute by which a row finds its record.
Without an account: `attio-emulator serve --seed demo`, ATTIO_API_URL=http://127.0.0.1:8377 and
ATTIO_API_TOKEN=emulator-token.
"""

import csv
import os
import sys
from pathlib import Path

from destination_attio.config import DestinationConfig, StreamConfig
from destination_attio.model.plan import Change
from destination_attio.session import Session


def main(path: str, target: str, match: str) -> None:
    """Plan, ask, push exactly the plan."""
    config = DestinationConfig.parse(
        {
            "credentials": {"auth_type": "access_token", "access_token": os.environ["ATTIO_API_TOKEN"]},
            "api_url": os.environ.get("ATTIO_API_URL", "https://api.attio.com"),
        }
    )
    stream = StreamConfig(stream=Path(path).stem, target=target, match=(match,))
    with Path(path).open(newline="", encoding="utf-8-sig") as file, Session.open(config) as session:
        plan = session.plan(stream, csv.DictReader(file))
        for change in plan.changes:
            show(change)
        print(f"{plan.counts.written} writes; {plan.unchanged} rows would change nothing.")
        if plan.counts.written and input("Write them? [y/N] ").lower() == "y":
            print(f"{session.push_plan(plan).counts.written} written.")


def show(change: Change) -> None:
    """Print one change, field by field."""
    print(change.kind, change.key, change.reason or "")
    for field in change.fields:
        print(f"    {field.attribute}: {field.before!r} -> {field.after!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
