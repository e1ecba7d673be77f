"""The objects of one sync, made from its settings and limits."""

from datetime import UTC, datetime

import pytest

from attio_api.errors import Misconfigured
from source_attio.config import Config
from source_attio.read.context import Limits, connect
from unit_tests.attio_api.at_once import AtOnce

CREDENTIALS = {"credentials": {"auth_type": "access_token", "access_token": "t"}}


@pytest.mark.parametrize(("bytes_ahead", "pages"), [(1 << 20, 3), (3 << 20, 9), (1 << 30, 20)])
def test_the_limit_of_bytes_ahead_decides_how_many_pages_are_in_flight(bytes_ahead: int, pages: int) -> None:
    """With answers of a megabyte, of which the rows take a third; never more than twenty."""
    context = connect(Config.parse(CREDENTIALS), limits=Limits(bytes_ahead=bytes_ahead))
    context.prefetch.weigh(1 << 20)
    holder = object()
    while context.prefetch.has_room(holder):
        context.prefetch.take(holder)
        pages -= 1

    assert pages == 0


@pytest.mark.parametrize(("start", "taken"), [("2026-11-28", True), ("2026-11-29", False), ("2062", False)])
def test_a_start_that_is_still_to_come_is_refused(start: str, taken: bool) -> None:
    """By a misspelt date, an incremental sync would mark every row; our clock may be slow by hours."""
    config = Config.parse({**CREDENTIALS, "start_date": start})
    now = datetime(2026, 11, 27, 12, tzinfo=UTC).timestamp()
    if taken:
        connect(config, wall=lambda: now, pool=AtOnce())
        return
    with pytest.raises(Misconfigured, match=r"`start_date` 20.* is in the future"):
        connect(config, wall=lambda: now, pool=AtOnce())
