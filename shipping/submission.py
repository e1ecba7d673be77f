"""Writes each connector as a folder of Airbyte's monorepo, for a pull request there.

The connectors share `attio_api`, which goes into both folders; everything else is copied as it stands. What
Airbyte's policy says to it is in docs/airbyte-setup.md.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shipping.cards import CONNECTORS, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipping.cards import Connector

BASE_IMAGE: Final = (
    "docker.io/airbyte/python-connector-base:4.1.0"
    "@sha256:1d1aa21d34e851df4e8a87b391c27724c06e2597608e7161f4d167be853bd7b6"
)
"""The base image that Airbyte's builder uses; this repository's images have a smaller one."""
_SHARED = ROOT / "attio_api"
_SETTINGS = {
    "source": ROOT / "acceptance-test-config.yml",
    "destination": ROOT / "destination_attio/acceptance-test-config.yml",
}
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "metadata.yaml", "icon.svg", "acceptance-test-config.yml")


class NoLockError(RuntimeError):
    """Poetry could not lock the dependencies."""


def write(out: Path) -> list[Path]:
    """Write both folders and both pages, in the place of older ones; returns the folders.

    Nothing else in `out` is touched, which may be a checkout of the monorepo.
    """
    return [_connector(one, out) for one in CONNECTORS]


def lock(folder: Path) -> Path | None:
    """Write `poetry.lock`, which Airbyte's checks ask for; None when there is no Poetry on the PATH."""
    poetry = shutil.which("poetry")
    if poetry is None:
        return None
    command = [poetry, "lock", "--no-interaction", "--directory", str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = (ran.stderr or ran.stdout).strip()
        raise NoLockError(f"`poetry lock` failed in {folder}: {said}")
    return folder / "poetry.lock"


def _connector(connector: Connector, out: Path) -> Path:
    folder = out / "airbyte-integrations/connectors" / connector.name
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for package in (_SHARED, connector.package):
        shutil.copytree(package, folder / package.name, ignore=_LEFT_OUT)
    (folder / "metadata.yaml").write_text(_card(connector), encoding="utf-8")
    shutil.copyfile(connector.icon, folder / "icon.svg")
    shutil.copyfile(_SETTINGS[connector.kind], folder / "acceptance-test-config.yml")
    _copy_tests(connector.package.name, folder)
    (folder / "pyproject.toml").write_text(_pyproject(connector), encoding="utf-8")
    (folder / "README.md").write_text(_readme(connector), encoding="utf-8")
    (folder / "main.py").write_text(_main(connector), encoding="utf-8")
    page = out / f"docs/integrations/{connector.kind}s/attio.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(connector.page, page)
    return folder


def _copy_tests(package: str, folder: Path) -> None:
    """Copy the connector's unit tests, without those that need what the folder does not have."""
    own = Path("unit_tests") / package
    (folder / own).mkdir(parents=True)
    for path in (ROOT / own).glob("*.py"):
        if _stands_alone(path, package):
            shutil.copyfile(path, folder / own / path.name)


@cache
def _stands_alone(path: Path, package: str) -> bool:
    """Whether a module of tests imports nothing of this repository but what the folder has."""
    return all(_is_there(name, package) for name in _imported(path))


def _is_there(name: str, package: str) -> bool:
    first = name.split(".", maxsplit=1)[0]
    if first != "unit_tests":
        return first in {_SHARED.name, package} or not (ROOT / first).is_dir()
    beside = ROOT / f"{name.replace('.', '/')}.py"
    is_own = name.startswith(f"unit_tests.{package}")
    return is_own and (not beside.exists() or _stands_alone(beside, package))


def _imported(path: Path) -> Iterator[str]:
    """The names of modules, and of what is taken from them, as it may be a module, too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _card(connector: Connector) -> str:
    """The card, with the base image that Airbyte's builder takes from it."""
    text = connector.card_file.read_text(encoding="utf-8")
    return re.sub(r"(?<=^    baseImage: ).*$", BASE_IMAGE, text, flags=re.MULTILINE)


def _dependencies(connector: Connector, project: dict[str, Any]) -> str:
    """The connector's dependencies as Poetry has them, with the pins of constraints.txt."""
    extra = project["optional-dependencies"][connector.kind]
    needed = [re.split(r"[<>=\[; ]", one)[0] for one in (*project["dependencies"], *extra)]
    pinned = dict(
        line.split(";")[0].strip().split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith("#")
    )
    by_name = {name.lower().replace("_", "-"): version for name, version in pinned.items()}
    return "\n".join(f'{name} = "{by_name[name.lower()]}"' for name in needed)


_PYPROJECT: Final = """[build-system]
requires = ["poetry-core>=1.0.0"]
build-backend = "poetry.core.masonry.api"

[tool.poetry]
name = "airbyte-{name}"
version = "{version}"
description = "Airbyte {kind} for Attio."
authors = ["Airbyte <contact@airbyte.io>"]
license = "{license}"
readme = "README.md"
documentation = "{page}"
homepage = "https://airbyte.com"
repository = "https://github.com/airbytehq/airbyte"
packages = [{{ include = "{package}" }}, {{ include = "attio_api" }}]

[tool.poetry.dependencies]
python = "^3.11,<3.14"
{dependencies}

[tool.poetry.scripts]
{name} = "{package}.run:run"

[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["--import-mode=importlib"]

[tool.poetry.group.dev.dependencies]
pytest = "^8.0"
pytest-randomly = "^3.16"
requests-mock = "^1.12"
hypothesis = "^6.120"
"""
"""A pyproject.toml for Poetry, as Airbyte's connectors have it."""


def _pyproject(connector: Connector) -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return _PYPROJECT.format(
        name=connector.name,
        kind=connector.kind,
        version=project["version"],
        license=connector.card["license"],
        page=connector.card["documentationUrl"],
        package=connector.package.name,
        dependencies=_dependencies(connector, project),
    )


def _readme(connector: Connector) -> str:
    return f"""# Attio {connector.kind}

The {connector.kind} connector of Attio. Its page is `docs/integrations/{connector.kind}s/attio.md`.

```bash
poetry install --with dev
poetry run {connector.name} spec
poetry run pytest unit_tests
```
"""


def _main(connector: Connector) -> str:
    return f"""from {connector.package.name}.run import run

if __name__ == "__main__":
    run()
"""
