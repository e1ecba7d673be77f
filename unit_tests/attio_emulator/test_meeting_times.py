"""The start and end of meetings."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_meetings import NEW


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (
            {"datetime": "2026-06-01T14:00:00.000-04:00", "timezone": "America/New_York"},
            {"datetime": "2026-06-01T18:00:00Z", "timezone": "America/New_York"},
        ),
        (
            {"datetime": "2026-06-01T14:00:00.000-04:00", "timezone": "America/New_York"},
            {"datetime": "2026-06-01T14:00:00", "timezone": "America/New_York"},
        ),
        (
            {"datetime": "2026-06-01T18:00:00.000Z", "timezone": None},
            {"datetime": "2026-06-01T14:00:00-04:00"},
        ),
        (
            {"datetime": "2026-06-01T14:00:00.000+00:00", "timezone": "UTC"},
            {"datetime": "2026-06-01T14:00:00", "timezone": "Mars/Olympus"},
        ),
    ],
)
def test_a_moment_is_shown_in_its_zone(api: Api, expected: Any, given: Any) -> None:
    """With a zone the offset is the zone's, without one UTC; a moment without an offset is in its zone.

    A zone that does not exist counts as UTC.
    """
    meeting = api("POST", "/v2/meetings", {"data": {**NEW, "start": given, "end": given}})["data"]

    assert (expected, expected) == (meeting["start"], meeting["end"])


def test_time_zones_come_with_the_emulator() -> None:
    """Windows and small images have none of their own, and a meeting needs at least UTC."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

    assert "tzdata" in {one.partition(">")[0] for one in project["optional-dependencies"]["emulator"]}
