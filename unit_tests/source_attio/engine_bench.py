"""The bench with pages of full size and companies to read, for tests of the engine."""

from dataclasses import replace
from typing import Any

import orjson

from attio_emulator.calls.request import Request
from attio_emulator.emulator import Emulator
from source_attio.read.context import Limits
from unit_tests.source_attio.harness import Bench


def bench(companies: int = 0, **config: Any) -> Bench:
    made = Bench(Emulator(clock_mode="manual"), **config)
    made.limits = Limits()
    grow(made, companies)
    return made


def grow(made: Bench, companies: int) -> None:
    for number in range(companies):
        values = {"name": f"Company {number}", "domains": [f"c{number}-{made.emulator.clock.now_ns()}.com"]}
        made.api("POST", "/v2/objects/companies/records", {"data": {"values": values}})


def edit(made: Bench, record_id: str, **values: Any) -> None:
    made.api("PATCH", f"/v2/objects/companies/records/{record_id}", {"data": {"values": values}})


class Deaf:
    """An emulator that does not heed a filter by the ids of records."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def handle(self, request: Request) -> Any:
        body = orjson.loads(request.body or b"{}")
        body.get("filter", {}).pop("record_id", None)
        return self.emulator.handle(replace(request, body=orjson.dumps(body)))


class Stricter:
    """An emulator that does not know the ids of rows as attributes, neither in sorts nor in filters."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def handle(self, request: Request) -> Any:
        body = orjson.loads(request.body or b"{}")
        if len(body.get("sorts", ())) > 1:
            body["sorts"][1]["attribute"] = "nowhere"
        if "record_id" in body.get("filter", {}):
            body["filter"]["nowhere"] = body["filter"].pop("record_id")
        return self.emulator.handle(replace(request, body=orjson.dumps(body)))
