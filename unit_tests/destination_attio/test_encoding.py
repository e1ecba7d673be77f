"""JSON as bytes, whichever writer takes the value."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from destination_attio.model.encoding import encoded


@pytest.mark.parametrize("value", [10**30, "\ud800", "Zürich\n0", 1.5])
def test_what_the_fast_writer_refuses_is_written_too(value: Any) -> None:
    """Numbers keep all their digits and lone surrogates come back, each on one line."""
    line = encoded({"a": value})

    assert {"a": value} == json.loads(line)
    assert b"\n" not in line


@pytest.mark.parametrize("beside", [1, 10**30])
def test_both_writers_ask_for_other_types(beside: int) -> None:
    """A cell of a type that JSON does not have is written as `default` says."""
    line = encoded({"a": date(2026, 1, 2), "b": beside}, default=str)

    assert {"a": "2026-01-02", "b": beside} == json.loads(line)
