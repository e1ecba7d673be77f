"""Durations as people write them: `500ms`, `10s`, `5m`, `2h`, `14d`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
PATTERN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)", re.ASCII)
# A hundred years: the system's timers take no number of seconds without end.
LONGEST = 36_500 * 86400.0


def seconds(text: object) -> float:
    """Read a duration; raises ValueError with a sentence that shows how to write one."""
    found = PATTERN.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{text!r} is not a duration; write for example 500ms, 10s, 5m, 2h or 14d")
    length = float(found[1]) * SECONDS[found[2]]
    if length > LONGEST:
        raise ValueError("is too long; the longest duration is 36500d")
    return length


def some_time(length: float) -> float:
    """Return a duration; raises ValueError for none at all."""
    if not length:
        raise ValueError("must be longer than 0")
    return length


# A member of the configuration that is written as a duration and becomes a number of seconds.
Seconds = Annotated[float, BeforeValidator(seconds)]
# One that would let nothing through, or never rest, if it were 0.
SomeSeconds = Annotated[Seconds, AfterValidator(some_time)]


def spoken(length: float) -> str:
    """Write a duration for a person, in the largest unit of which there is at least one."""
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0)):
        if length >= size:
            return f"{length / size:.3g} {unit}"
    return f"{length * 1000:.0f} ms"
