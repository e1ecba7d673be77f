"""Modules that need Airbyte's models of its registry, which not every Python has."""

from __future__ import annotations

from typing import Any

import pytest


def imported(name: str) -> Any:
    """The module; where the models are missing, the tests that import it are skipped."""
    return pytest.importorskip(
        name, reason="airbyte-connector-models has no release for Python 3.13 and later"
    )
