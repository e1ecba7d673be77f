"""What was recorded of Attio, asked again: of an emulator, or with ATTIO_API_TOKEN of a real workspace.

Only facts that do no harm to a workspace are asked. A disputed fact that differs, and one that this token or
workspace cannot be asked, is skipped with what was found.
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from attio_emulator.facts import over_http
from attio_emulator.facts.over_http import sender
from attio_emulator.facts.runner import FactRun, facts
from attio_emulator.model.tokens import DEFAULT_TOKEN
from integration_tests.contract.conftest import TOKEN

SAFE = [fact for fact in facts() if fact.get("real") and fact.get("steps")]
# Off in the emulator until it is ordered, on in Attio.
ORDERED = {"company-link"}


@pytest.fixture(scope="module")
def asking(api_url: str) -> Iterator[FactRun]:
    pause = over_http.PAUSE_SECONDS if TOKEN else 0.0
    send = sender(api_url, pause=pause)
    made = FactRun(send=send, token=TOKEN or DEFAULT_TOKEN, run=secrets.token_hex(4))
    made.prepare()
    yield made
    made.clean_up()


@pytest.mark.parametrize("fact", SAFE, ids=lambda fact: fact["id"])
def test_a_recorded_fact_still_holds(asking: FactRun, fact: Mapping[str, Any]) -> None:
    """Attio, or what stands for it here, answers as it was recorded."""
    finding = asking.ask(fact)
    news = fact.get("disputed") or (fact["id"] in ORDERED and not TOKEN)
    if finding.verdict == "could not be asked" or (finding.verdict == "differs" and news):
        pytest.skip(f"{finding.verdict}: {finding.why}")

    assert "agrees" == finding.verdict, finding.why
