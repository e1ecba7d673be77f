"""The import of the Airbyte CDK, which describes no JSON schema that nobody reads."""

from __future__ import annotations

import subprocess
import sys

import attributes_doc
import pytest

from source_attio.cdk_import import without_descriptions

STARTED = """
import inspect

def refuse(_):
    raise AssertionError("source code was read")

inspect.getsource = refuse

from source_attio.run import imported_main

imported_main()
"""


class Described:
    """A class with a member that is described."""

    member: int = 1
    """What the member is."""


def test_the_command_starts_without_reading_source_code() -> None:
    """Whatever the command imports before it begins, no class's source code is read and parsed for it."""
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)


def fail_to_import() -> None:
    """Find no description, and end as an import that fails."""
    with without_descriptions():
        assert {} == attributes_doc.get_attributes_doc(Described)
        raise ImportError


def test_descriptions_are_back_after_the_block() -> None:
    """Other users of the library get their descriptions before and after, also when the import fails."""
    assert {"member": "What the member is."} == attributes_doc.get_attributes_doc(Described)
    with pytest.raises(ImportError):
        fail_to_import()
    assert {"member": "What the member is."} == attributes_doc.get_attributes_doc(Described)


def test_a_library_that_is_not_there_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library there is nothing to leave out, and the block runs all the same."""
    monkeypatch.setitem(sys.modules, "attributes_doc", None)
    ran = []
    with without_descriptions():
        ran.append(1)
    assert [1] == ran
