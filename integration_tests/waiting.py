"""Waits for what another process or thread does, by looking again and again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_BETWEEN_LOOKS: Final = 0.005


def until(holds: Callable[[], object], seconds: float = 60) -> bool:
    """Whether it holds, at once or after a while; no test depends on how long it took."""
    deadline = time.monotonic() + seconds
    while not (found := bool(holds())) and time.monotonic() < deadline:
        time.sleep(_BETWEEN_LOOKS)
    return found or bool(holds())
