"""Imports go one way: what the contracts of `pyproject.toml` say of packages, said of every single module."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from unit_tests.test_architecture import MODULES, ROOT

STILL_IN_A_CIRCLE: frozenset[str] = frozenset()
"""Packages and modules that are left out until their circle is undone; none may be added."""


def module_names() -> dict[str, str]:
    """Each module's name as an import writes it, with its text."""
    named = {}
    for path in MODULES:
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


def is_left_out(name: str, left_out: set[str]) -> bool:
    return name in left_out or name.partition(".")[0] in left_out


def without(graph: dict[str, set[str]], left_out: set[str]) -> dict[str, set[str]]:
    kept = {name for name in graph if not is_left_out(name, left_out)}
    return {name: graph[name] & kept for name in kept}


def test_no_module_imports_itself_by_way_of_others() -> None:
    """No circle of imports exists, not even one of late imports or of imports for types only."""
    assert [] == circle(without(graph_of(module_names()), STILL_IN_A_CIRCLE))


def reached_from(graph: dict[str, set[str]], start: str) -> set[str]:
    """Every module that `start` imports, directly or by way of others."""
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        new = graph[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached


def test_what_is_left_out_stands_in_a_circle() -> None:
    """Nobody is left out of the rule above once his circle is undone."""
    graph = graph_of(module_names())
    in_circles = {name for name in graph if name in reached_from(graph, name)}

    freed = [name for name in STILL_IN_A_CIRCLE if not any(is_left_out(one, {name}) for one in in_circles)]
    assert [] == freed


def test_a_circle_is_found_wherever_the_import_stands() -> None:
    """An import for types only and an import inside of a function close a circle too."""
    texts = {
        "pack.one": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.two import Two\n",
        "pack.two": "def late():\n    from pack import one\n",
    }

    assert {"pack.one", "pack.two"} == set(circle(graph_of(texts)))
