"""The objects of one sync, made from its settings and limits."""

import pytest

from source_attio.config import Config
from source_attio.read.context import Limits, connect

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
