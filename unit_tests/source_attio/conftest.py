"""A workspace for the manifest's classes; and pytest explains what fails in the machines of the promise."""

from typing import Any

import pytest
import requests

from source_attio import components
from source_attio.config import Config
from source_attio.read.context import Context, connect
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import TOKEN, URL, Bench

pytest.register_assert_rewrite(
    "unit_tests.source_attio.histories",
    "unit_tests.source_attio.per_row_promise",
    "unit_tests.source_attio.scanning_promise",
)
CONFIG: dict[str, Any] = {"credentials": {"access_token": TOKEN}, "api_url": URL, "include_comments": True}
CONFIG["history_attributes"] = ["companies.name"]


@pytest.fixture
def through_the_cdk(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Some companies, and the manifest's classes talking to them."""
    found = bench(3)

    def context(config: Any) -> Context:
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", found.adapter)
        return connect(Config.parse(config), session=session, pool=AtOnce(), sleep=found.clock.sleep)

    monkeypatch.setattr(components, "_context", context)
    components._discovered_with.cache_clear()  # noqa: SLF001 (another workspace)
    return found
