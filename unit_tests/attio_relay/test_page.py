"""What the status page makes of what the relay knows."""

import pytest

from attio_relay.serving import page
from attio_relay.store.runs import Outcome, Run


@pytest.mark.parametrize("outcome", Outcome)
def test_every_way_in_which_a_run_ends_can_be_shown(outcome: Outcome) -> None:
    """A run that was cancelled or refused is a row like any other, and takes no page down."""
    shown = page.run(
        Run(
            run_id="r",
            connection="crm",
            changes=1,
            intent_at=0.0,
            started_at=None,
            ended_at=1.0,
            job=None,
            outcome=outcome,
            detail=None,
        ),
        None,
    )

    assert f" {outcome.value}</span>" in shown
