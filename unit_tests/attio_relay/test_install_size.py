"""What an installation of the relay brings along."""

import re
from importlib.metadata import distribution

from packaging.requirements import Requirement

MOST_PACKAGES = 25


def closure(name: str, extra: str = "") -> set[str]:
    """The packages that an installation of one brings, itself included, on this machine."""
    found: set[str] = set()
    waiting = [(name, extra)]
    while waiting:
        package, chosen = waiting.pop()
        found.add(re.sub(r"[-_.]+", "-", package).lower())
        for line in distribution(package).requires or []:
            needed = Requirement(line)
            fits = needed.marker is None or needed.marker.evaluate({"extra": chosen})
            if fits and re.sub(r"[-_.]+", "-", needed.name).lower() not in found:
                waiting += [(needed.name, each) for each in needed.extras or {""}]
    return found


def test_the_relay_is_small() -> None:
    """`airbyte-attio[relay]` brings at most 25 packages, itself included, and no Airbyte CDK."""
    packages = closure("airbyte-attio", "relay")

    assert MOST_PACKAGES >= len(packages), sorted(packages)
    assert "airbyte-cdk" not in packages
