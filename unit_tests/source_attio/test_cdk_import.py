"""The import of the Airbyte CDK, which leaves out what the command does not use."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import attributes_doc
import pytest

from source_attio.cdk_import import defer, without_descriptions

if TYPE_CHECKING:
    from pathlib import Path

STARTED = """
import inspect

def refuse(_):
    raise AssertionError("source code was read")

inspect.getsource = refuse

from source_attio.run import imported_main

imported_main()

import sys

whole = {"airbyte_cdk.destinations", "airbyte_cdk.sources.declarative"} & {*sys.modules}
assert not whole, whole
"""
OUTER = """
from .inner import nearest
made = [nearest]
"""
INNER = """
import {0}.inner as itself
nearest = itself.__name__
"""


class Described:
    """A class with a member that is described."""

    member: int = 1
    """What the member is."""


def test_the_command_imports_no_more_than_it_uses() -> None:
    """Before it begins, no class's source code is read, and neither of the CDK's frameworks is imported."""
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


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package that imports its own module, which refers to itself by the package."""
    name = "package_put_off"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text(OUTER)
    (tmp_path / name / "inner.py").write_text(INNER.format(name))
    monkeypatch.syspath_prepend(str(tmp_path))
    for each in (name, f"{name}.inner"):
        # Set and taken away, so that the test's end takes away what is imported meanwhile.
        monkeypatch.setitem(sys.modules, each, None)
        del sys.modules[each]
    return name


def test_a_package_put_off_runs_when_it_is_asked_for_what_it_makes(package: str) -> None:
    """Its modules are imported without it; a name that only its own code makes is there all the same."""
    defer(package)
    inner = import_module(f"{package}.inner")
    outer = sys.modules[package]

    assert "made" not in vars(outer)
    assert not hasattr(outer, "__wrapped__")
    assert "made" not in vars(outer)
    assert [inner.nearest] == outer.made
    assert not hasattr(outer, "nowhere")


def test_a_package_that_is_there_or_is_not_installed_is_left_alone(package: str) -> None:
    """One that was imported stays as it is; one that is not installed fails to import as ever."""
    outer = import_module(package)
    defer(package)
    defer("package_of_nobody")

    assert outer is sys.modules[package]
    with pytest.raises(ModuleNotFoundError, match="package_of_nobody"):
        import_module("package_of_nobody")
