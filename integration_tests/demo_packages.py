"""What the demo's environment holds, and a Python of these tests that has no more than that."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

_OWN = "airbyte-attio"
_HOOK = '''"""Hides modules that another environment does not have."""

import sys

ABSENT = {absent!r}


class Absent:
    """Finds nothing under these names."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Absent())
'''


def demo_packages() -> frozenset[str]:
    """The packages that `make demo` installs by name."""
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^DEMO_PACKAGES := ((?:.*\\\n)*.*)$", makefile, re.MULTILINE)
    return frozenset(listed.replace("\\\n", " ").split())


def without_others(folder: Path) -> str:
    """A PYTHONPATH under which programs find these packages and no other; made in `folder`."""
    there = {*demo_packages(), _OWN}
    absent = {
        module
        for module, holders in packages_distributions().items()
        if not there & {re.sub(r"[-_.]+", "-", one).lower() for one in holders}
    }
    (folder / "sitecustomize.py").write_text(_HOOK.format(absent=absent), encoding="utf-8")
    return str(folder)
