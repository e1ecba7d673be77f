"""Every recipe of docs/relay-targets.md, against the recorded shapes of the API that it is for."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from attio_relay.api_target import ApiTarget
from attio_relay.config import parse
from attio_relay.reading import ConfigError
from attio_relay.targets.target import (
    Intent,
    JobState,
    UnknownOutcomeError,
)
from attio_relay.targets.templated_http import ApiJobs
from integration_tests.relay.recorded_apis import PROGRAMS, Api

PAGE = (Path(__file__).parents[2] / "docs" / "relay-targets.md").read_text()
RECIPES = dict(re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?```toml\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
FRAME = '[[routes]]\nname = "acme"\n[[connections]]\nname = "crm"\nroute = "acme"\n'
INTENT = Intent(run_id="65-ab", connection="crm", route="acme", changes=7, baseline=None, at=1000.0)
SECRET = "a-secret-that-no-log-shows"
VARIABLES = re.findall(r'_env = "(\w+)"', PAGE)


def parsed(recipe: str) -> ApiTarget:
    config = parse(tomllib.loads(FRAME + recipe), dict.fromkeys(VARIABLES, SECRET), folder=Path())
    target = config.connections["crm"].target
    assert isinstance(target, ApiTarget)
    return target


def jobs_of(program: str, **how: Any) -> tuple[ApiJobs, Api]:
    api = Api(PROGRAMS[program], **how)
    return ApiJobs(parsed(RECIPES[program]), api), api  # type: ignore[arg-type] # as much of a session as is used


def test_every_program_has_its_recipe() -> None:
    """The page describes exactly the programs that are tested here."""
    assert PROGRAMS.keys() == RECIPES.keys()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_job_is_followed_to_its_end(program: str) -> None:
    """It is started once, runs for as long as the API says so, and is done when the API says so."""
    jobs, api = jobs_of(program)
    job = jobs.start(INTENT)
    running = jobs.look(job.name)
    api.state = "succeeded"

    assert (JobState.RUNNING, JobState.RUNNING) == (job.state, running.state)
    assert JobState.SUCCEEDED is jobs.look(job.name).state
    assert 1 == len(api.jobs)
    assert "65-ab" in api.jobs[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_job_that_failed_covers_nothing(program: str) -> None:
    """What the API calls failed is failed, with a word to say which."""
    jobs, api = jobs_of(program)
    name = jobs.start(INTENT).name
    api.state = "failed"
    found = jobs.look(name)

    assert JobState.FAILED is found.state
    assert name in (found.detail or "")


@pytest.mark.parametrize("program", [name for name in PROGRAMS if "cancelled" in RECIPES[name]])
def test_a_cancelled_job_is_no_failure(program: str) -> None:
    """A person's cancel is told from a failure."""
    jobs, api = jobs_of(program)
    name = jobs.start(INTENT).name
    api.state = "cancelled"

    assert JobState.CANCELLED is jobs.look(name).state


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_lost_answer_leads_to_no_second_job(program: str) -> None:
    """The job is found again, or the same request is known as a repeat."""
    jobs, api = jobs_of(program, lost=True)
    with pytest.raises(UnknownOutcomeError):
        jobs.start(INTENT)
    found = jobs.find(INTENT)
    if found is None:
        assert 0.0 == jobs.settle
        found = jobs.start(INTENT)

    assert 1 == len(api.jobs)
    assert JobState.RUNNING is jobs.look(found.name).state


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_job_that_was_never_made_is_not_found(program: str) -> None:
    """Somebody else's jobs are none of ours."""
    jobs, _ = jobs_of(program)

    assert jobs.find(INTENT) is None


@pytest.mark.parametrize("program", PROGRAMS)
def test_secrets_go_to_the_api_and_nowhere_else(program: str) -> None:
    """They are in the headers, no placeholder is left, and nothing that is printed or stored shows them."""
    jobs, api = jobs_of(program)
    jobs.look(jobs.start(INTENT).name)
    uses = "secrets." in RECIPES[program]

    assert all(uses == any(SECRET in value for value in asked[2].values()) for asked in api.asked)
    assert "{{" not in repr(api.asked)
    assert SECRET not in jobs.identity + repr(parsed(RECIPES[program]))


MISTAKES = {
    'job = "data.id"': ('job_name = "a"\njob = "data.id"', "needs one of job, job_name and find"),
    "{{ run }}": ("{{ rnu }}", "{{ rnu }} is not a placeholder here. Did you mean run?"),
    "{{ secrets.token }}": ("{{ secrets.tokn }}", "Did you mean secrets.token?"),
    "{{ job }}": ("{{ run }}", "progress: {{ run }} is not a placeholder here."),
    "https://cloud.getdbt.com/api/v2/accounts/1234/jobs": (
        "https://{{ run }}.example",
        "without placeholders",
    ),
    "succeeded = [10]": ("succeeded = []", "at least 1 item"),
    'token_env = "DBT_CLOUD_TOKEN"': ('token_env = "NOT_SET"', "NOT_SET, which is not set"),
    '_env = "DBT_CLOUD_TOKEN"': (' = " "', "secrets: token: must not be empty."),
}


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_in_a_recipe_is_named(right: str) -> None:
    """Each is found at start, with its place and what to write instead."""
    wrong, sentence = MISTAKES[right]
    with pytest.raises(ConfigError) as raised:
        parsed(RECIPES["dbt Cloud"].replace(right, wrong, 1))

    assert sentence in str(raised.value)
    assert str(raised.value).startswith("connections[0].target")
