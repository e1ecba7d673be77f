"""What each answer of Airbyte means for the schedule."""

from collections.abc import Iterator

import pytest

from attio_relay.settings import AirbyteTarget
from attio_relay.targets.airbyte import AirbyteJobs
from attio_relay.targets.target import (
    BusyError,
    Intent,
    JobState,
    LaterError,
    RefusedError,
    UnknownOutcomeError,
)
from integration_tests.relay.airbyte_stand_in import AirbyteStandIn

INTENT = Intent(run_id="r", connection="crm", route="acme", changes=1, baseline="0", at=0.0)


@pytest.fixture
def airbyte() -> Iterator[AirbyteStandIn]:
    world = AirbyteStandIn(lambda: None, [])
    yield world
    world.stop()


def jobs(airbyte: AirbyteStandIn, clock: float = 0.0) -> AirbyteJobs:
    target = AirbyteTarget(
        url=airbyte.url, connection_id="c", client_id="id", client_secret="s", token=None, timeout="60s"
    )
    return AirbyteJobs(target, lambda: clock)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("400", RefusedError),
        ("403", RefusedError),
        ("404", RefusedError),
        ("409", BusyError),
        ("422", RefusedError),
        ("429", LaterError),
        ("500", UnknownOutcomeError),
        ("503", UnknownOutcomeError),
        ("302", LaterError),
        ("lost", UnknownOutcomeError),
    ],
)
def test_each_answer_has_its_meaning(airbyte: AirbyteStandIn, trouble: str, error: type[Exception]) -> None:
    """Busy is not done, a lost answer is not a failure, and a refusal may be passing."""
    airbyte.troubles = [trouble]

    with pytest.raises(error):
        jobs(airbyte).start(INTENT)


def test_a_refused_token_is_minted_anew_once(airbyte: AirbyteStandIn) -> None:
    """After a 401 one new token is tried; when that is refused too, a person must look."""
    airbyte.troubles = ["401", "none"]
    started = jobs(airbyte).start(INTENT)
    tokens = airbyte.tokens
    airbyte.troubles = ["401", "401"]

    assert ("1", JobState.SUCCEEDED, 2) == (started.name, started.state, tokens)
    with pytest.raises(RefusedError):
        jobs(airbyte).start(INTENT)


def test_a_token_serves_until_it_ends(airbyte: AirbyteStandIn) -> None:
    """Several requests share one token."""
    target = jobs(airbyte)
    for _ in range(3):
        target.baseline()

    assert 1 == airbyte.tokens


def test_a_lost_answer_is_found_in_the_list(airbyte: AirbyteStandIn) -> None:
    """The job of a lost answer is known by being newer than the baseline; older ones are not ours."""
    target = jobs(airbyte)
    airbyte.begin()
    baseline = target.baseline()
    intent = Intent(run_id="r", connection="crm", route="acme", changes=1, baseline=baseline, at=0.0)
    before = target.find(intent)
    airbyte.troubles = ["lost"]
    with pytest.raises(UnknownOutcomeError):
        target.start(intent)
    found = target.find(intent)

    assert before is None
    assert found is not None
    assert ("2", JobState.SUCCEEDED) == (found.name, found.state)


def test_an_unreachable_airbyte_is_no_verdict() -> None:
    """Nothing was started without a token: looking, listing and starting are tried again later."""
    target = AirbyteJobs(
        AirbyteTarget(
            url="http://127.0.0.1:9",
            connection_id="c",
            client_id="id",
            client_secret="s",
            token=None,
            timeout="60s",
        ),
        lambda: 0.0,
    )
    for ask in (target.baseline, lambda: target.look("1"), lambda: target.start(INTENT)):
        with pytest.raises(LaterError):
            ask()
