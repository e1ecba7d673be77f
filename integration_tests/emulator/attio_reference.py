"""Where Attio's own documents lie: a folder named by ATTIO_REFERENCE; they are not part of this project.

openapi.json         the OpenAPI document of spring 2026
operations.json      every operation of October 2026 with its answers and errors
webhook-events.json  an example of every event
"""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("ATTIO_REFERENCE", "attio-reference"))
WHY = "ATTIO_REFERENCE names no folder with Attio's {name}"


def needed(name: str) -> Path:
    """One of the documents; the tests of a module that needs it are skipped where it is not at hand."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(WHY.format(name=name), allow_module_level=True)
    return path
