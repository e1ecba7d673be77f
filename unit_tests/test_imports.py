"""Imports go one way: what the contracts of `pyproject.toml` say of packages, said of every single module."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from unit_tests.test_architecture import MODULES, ROOT

HELPERS = [
    path
    for folder in ("unit_tests", "integration_tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not path.name.startswith("test_")
]
"""What tests import of each other."""


def module_names() -> dict[str, str]:
    """The name of each module, and of each helper of tests, as an import writes it, with its text."""
    named = {}
    for path in [*MODULES, *HELPERS]:
        parts = path.relative_to(ROOT).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text()
    return named


def imports(text: str, known: set[str]) -> Iterator[str]:
    """The modules among `known` that the text imports anywhere: late and for types only as well."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in known)
        elif isinstance(node, ast.ImportFrom):
            inside = [f"{node.module}.{one.name}" for one in node.names]
            yield from ((one if one in known else str(node.module)) for one in inside)


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of the graph, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(one) for one in error.args[1]]
    return []


def graph_of(texts: dict[str, str]) -> dict[str, set[str]]:
    """Who imports whom."""
    known = set(texts)
    return {name: (set(imports(text, known)) & known) - {name} for name, text in texts.items()}


def test_no_module_imports_itself_by_way_of_others() -> None:
    """No circle of imports exists, not even one of late imports or of imports for types only."""
    assert [] == circle(graph_of(module_names()))


def test_a_circle_is_found_wherever_the_import_stands() -> None:
    """An import for types only and an import inside of a function close a circle too."""
    texts = {
        "pack.one": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.two import Two\n",
        "pack.two": "def late():\n    from pack import one\n",
    }

    assert {"pack.one", "pack.two"} == set(circle(graph_of(texts)))
