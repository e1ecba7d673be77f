"""The parts of a run, and what its streams share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from destination_attio.engine.assembly import Counting
from unit_tests.destination_attio.bindings import binding
from unit_tests.destination_attio.contexts import context

if TYPE_CHECKING:
    from pathlib import Path

    import requests_mock


def test_requests_are_counted_by_their_kind() -> None:
    """Also one that fails."""
    governor = Counting(1e6, 1e6)
    with governor.turn("read"), governor.turn("write"):
        pass
    with pytest.raises(ValueError), governor.turn("read"):  # noqa: PT011 (raised here)
        raise ValueError

    assert {"read": 2, "write": 1} == governor.made


def test_streams_of_one_run_share_what_they_learn_and_no_lane(
    requests_mock: requests_mock.Mocker, tmp_path: Path
) -> None:
    """The references that one has looked up are known to the other; each has its own records and rows."""
    with context(requests_mock, tmp_path) as made:
        first, second = (made.stream_push_counted_by(binding(stream=one), lambda _: None) for one in "ab")
        tools, others = first.pipeline.tools, second.pipeline.tools

        assert tools.references is others.references
        assert tools.scratch is others.scratch
        assert tools.waiting is others.waiting
        assert tools.snapshot is not others.snapshot
        assert first.pipeline.lane != second.pipeline.lane
