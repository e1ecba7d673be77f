"""The promise: after any history, an incremental sync deduplicated by key is what a full refresh would be.

A random history of creates, edits, cleared values, deletes, merges, bulk imports and schema changes runs on
the emulator, between syncs and in the middle of them; syncs are killed at any message and meet pages that are
cut. The warehouse keeps, per key, the row with the newest `_changed_at`. One machine looks through everything
in each sync, one follows a relay, one reads the streams that cost a request per row.
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from unit_tests.source_attio.followed_promise import FollowedPromise
from unit_tests.source_attio.histories import Histories
from unit_tests.source_attio.per_row_promise import PerRowPromise
from unit_tests.source_attio.scanning_promise import Promise, TightPromise

EXAMPLES = int(os.environ.get("ATTIO_PROMISE_EXAMPLES", "300"))
# A history takes a third of a second or so: the guard against hanging has to grow with their number.
pytestmark = pytest.mark.timeout(600 + 5 * EXAMPLES)


def case(machine: type[Histories], examples: int) -> type[Any]:
    """A machine as a test, which prints how to get a failure again."""
    found: type[Any] = machine.TestCase
    found.settings = settings(
        max_examples=max(examples, 1),
        stateful_step_count=8,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    return pytest.mark.slow(seconds=max(examples // 3, 1))(found)


TestPromise = case(Promise, EXAMPLES)
TestTightPromise = case(TightPromise, EXAMPLES // 6)
TestFollowedPromise = case(FollowedPromise, EXAMPLES // 4)
TestPerRowPromise = case(PerRowPromise, EXAMPLES // 10)
