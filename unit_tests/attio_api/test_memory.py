from __future__ import annotations

import gc

from attio_api.memory import give_back, tune


def test_garbage_is_looked_for_seldom() -> None:
    """A command looks for garbage after many more new objects than Python does by default."""
    before = gc.get_threshold()
    try:
        tune()
        give_back()
        assert 100_000 == gc.get_threshold()[0]
    finally:
        gc.set_threshold(*before)
