"""What was recorded of the real Attio, asked of the emulator."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import attio_emulator
from attio_emulator.calls.request import Request
from attio_emulator.emulator import Emulator
from attio_emulator.facts.runner import FactRun, facts
from unit_tests.attio_emulator.facts_at_emulator import asking

PAGE = Path(attio_emulator.__file__).with_name("COVERAGE.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## Where recorded facts differ\n")[2].partition("\n#")[0]
DIFFERING = set(re.findall(r"^\| `([\w-]+)` \|", SECTION, re.MULTILINE))
RUNNABLE = [fact for fact in facts() if "steps" in fact]


@pytest.fixture(scope="module")
def asked() -> FactRun:
    return asking(Emulator(clock_mode="manual"))


@pytest.mark.parametrize("fact", RUNNABLE, ids=lambda fact: fact["id"])
def test_a_recorded_fact_holds_unless_the_page_says_why_not(asked: FactRun, fact: Mapping[str, Any]) -> None:
    """The emulator answers as Attio did; the facts in which it differs are those that COVERAGE.md lists."""
    finding = asked.ask(fact)

    assert ("differs" if fact["id"] in DIFFERING else "agrees") == finding.verdict, finding.why


SWITCHED: dict[str, tuple[str, Any]] = {
    "attribute-relationship": ("switches", {"relationship": "id"}),
    "option-plain-id": ("switches", {"plain_option_ids": "dropped"}),
    "filter-time-offset": ("switches", {"filter_offsets": "refused"}),
    "filter-text-case": ("switches", {"text_equality": "any_case"}),
    "task-gone-link": ("switches", {"gone_task_links": "dropped"}),
    "company-link": ("echoes", {"company_linking": True}),
}


@pytest.mark.parametrize("name", SWITCHED)
def test_a_fact_that_differs_agrees_once_it_is_switched(name: str) -> None:
    """Behind each row of the page is a switch with which the emulator behaves as recorded."""
    emulator = Emulator(clock_mode="manual")
    control, change = SWITCHED[name]
    emulator.handle(Request.of("POST", f"/_emulator/{control}", body=change))
    fact = next(fact for fact in RUNNABLE if fact["id"] == name)

    assert "agrees" == asking(emulator).ask(fact).verdict
    assert set(SWITCHED) == DIFFERING


def test_the_page_lists_facts_that_exist() -> None:
    """No row of the page names a fact that is not recorded."""
    assert set() == DIFFERING - {fact["id"] for fact in RUNNABLE}


def test_the_page_counts_the_facts() -> None:
    """How many facts are recorded, can be asked, and agree, is what the page says."""
    counted = re.search(r"(\d+) recorded facts.*?; (\d+) of them.*?agrees with (\d+)\.", SECTION, re.DOTALL)
    expected = (len(facts()), len(RUNNABLE), len(RUNNABLE) - len(DIFFERING))

    assert counted
    assert expected == tuple(map(int, counted.groups()))


def test_a_fact_without_steps_could_not_be_asked(asked: FactRun) -> None:
    """What cannot be expressed as calls is neither agreed nor different."""
    finding = asked.ask({"id": "unknown"})

    assert ("could not be asked", "not expressible as calls") == (finding.verdict, finding.why)


def test_a_fact_whose_ground_is_missing_could_not_be_asked(asked: FactRun) -> None:
    """A fact that refers to what the workspace does not have is not taken for a difference."""
    finding = asked.ask({"id": "x", "steps": [{"method": "GET", "path": "/v2/{{nothing}}", "status": 200}]})

    assert ("could not be asked", "{{nothing}} has no value in this workspace") == (
        finding.verdict,
        finding.why,
    )


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"status": 404}, "step 1: status 200, expected 404"),
        (
            {"status": [200], "expect": [{"at": "active", "equals": False}]},
            "step 1: active is 'True', expected equals 'False'",
        ),
        (
            {"status": 200, "expect": [{"at": "header:x-nothing", "matches": "."}]},
            "step 1: header:x-nothing is absent",
        ),
        ({"status": 200, "expect": [{"at": "scope", "exists": False}]}, "step 1: scope is there"),
    ],
)
def test_a_difference_is_told_with_its_place(asked: FactRun, step: dict[str, Any], why: str) -> None:
    """Status, members and headers that are not as recorded are each named with what was found."""
    finding = asked.ask({"id": "x", "steps": [{"method": "GET", "path": "/v2/self", **step}]})

    assert ("differs", why) == (finding.verdict, finding.why)


def test_a_difference_in_words_is_a_difference(asked: FactRun) -> None:
    """Code and message of a refusal are compared, because programs read them."""
    step = {"method": "GET", "path": "/v2/objects/nothing", "status": 404, "code": "gone", "message": "lost"}
    finding = asked.ask({"id": "x", "steps": [step]})

    assert "step 1: code 'not_found', expected 'gone'; the message lacks 'lost'" == finding.why
    assert '"code":"not_found"' in finding.answer


def test_what_a_fact_made_is_deleted_behind_it(asked: FactRun) -> None:
    """After all facts, and after tidying, the workspace holds no record."""
    emulator = Emulator(clock_mode="manual")
    fresh = asking(emulator)
    for fact in RUNNABLE:
        fresh.ask(fact)
    fresh.clean_up()

    people, companies = (emulator.workspace.object(slug).table.rows for slug in ("people", "companies"))
    assert ([], []) == (list(people), list(companies))
