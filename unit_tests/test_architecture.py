"""What the tree promises about itself: sizes, names and words that must not drift."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ["attio_api", "source_attio", "destination_attio", "attio_relay", "attio_sync", "attio_emulator"]
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
TOOLS = [path for folder in ("benchmarks", "shipping") for path in sorted((ROOT / folder).rglob("*.py"))]
DRAWERS = {"utils", "util", "helpers", "common", "base", "misc", "constants", "manager"}
THEMES = {
    "attio_api/test_transport_repeats.py": "which calls the transport sends again, and when",
    "attio_emulator/test_coverage_page.py": "a page is held against the table of routes",
    "attio_emulator/test_deliveries_promise.py": "what holds of deliveries after any history",
    "attio_emulator/test_invariants.py": "what holds of a workspace after any history of writes",
    "attio_relay/test_install_size.py": "what the whole package brings along",
    "source_attio/test_hostile_answers.py": "what a proxy spoils meets every module between answer and row",
    "source_attio/test_per_row_streams.py": "histories, comments and recordings cost a call per row alike",
    "source_attio/test_planted_bugs.py": "bugs all over the source are caught by the test of the promise",
    "source_attio/test_promise.py": "what holds of all streams after any history",
}
"""Tests that are named by a theme, as no one module holds it, with what the theme is."""
LONGEST_MODULE = 300
LONGEST_FUNCTION = 25


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@cache
def tree(path: Path) -> ast.Module:
    """A module, parsed once for all tests that look at it."""
    return ast.parse(path.read_text())


def test_a_module_can_be_read_in_one_sitting() -> None:
    """No module is longer than 300 lines, no function body than 25."""
    long_functions = {
        f"{named(path)}:{node.name}": lines
        for path in [*MODULES, *TOOLS]
        for node in functions(tree(path))
        if (lines := body_length(node)) > LONGEST_FUNCTION
    }
    long_modules = {
        named(path): lines
        for path in [*MODULES, *TOOLS]
        if (lines := path.read_text().count("\n")) > LONGEST_MODULE
    }

    assert ({}, {}) == (long_functions, long_modules)


def test_a_module_says_its_duty() -> None:
    """Every module opens with a docstring and is named by a noun, never by a drawer."""
    assert [] == [named(path) for path in MODULES if not ast.get_docstring(tree(path))]
    assert [] == [named(path) for path in MODULES if path.stem in DRAWERS]


def test_no_error_is_swallowed() -> None:
    """No handler catches an error only to drop it, and nothing is left for later."""
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    dropped = [
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(step, ast.Pass) for step in node.body)
    ]

    assert [] == dropped
    assert [] == [named(path) for path in MODULES if later.search(path.read_text())]


def test_a_text_file_has_an_encoding() -> None:
    """Before Python 3.15 a text that names no encoding is read in another one on Windows."""
    unsaid = [
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"read_text", "write_text"}
        and "encoding" not in {keyword.arg for keyword in node.keywords}
    ]

    assert [] == unsaid


def imported_at_once(node: ast.AST) -> Iterator[str]:
    """The modules that are imported along with a module, also by `if` and `try`, and not by its functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (one.name for one in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield child.module or ""
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imported_at_once(child)


def test_one_module_imports_what_not_every_system_has() -> None:
    """Windows lacks most of them, so a second module that names one could not be imported there."""
    lacking = {"_winapi", "crypt", "curses", "fcntl", "grp", "msvcrt", "nis", "nt", "ossaudiodev", "posix"}
    lacking |= {"pty", "pwd", "readline", "resource", "spwd", "syslog", "termios", "tty", "uvloop", "winreg"}
    found = {named(path) for path in MODULES if not lacking.isdisjoint(imported_at_once(tree(path)))}

    assert {"attio_api/file_locks.py"} == found


def test_no_file_names_a_machine() -> None:
    """The project speaks of itself alone: no absolute path of somebody's computer is committed."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [
        ROOT / name
        for name in listed.stdout.split("\n")
        if name.endswith((".py", ".md", ".toml", ".yaml", ".yml"))
    ]
    pattern = re.compile(r"/(?:home|Users|root|wo" + r"rk)/")

    assert [] == [named(path) for path in paths if path.is_file() and pattern.search(path.read_text())]


def test_no_file_holds_both_sides_of_a_merge() -> None:
    """A merge conflict that was committed unresolved is found in any file, also in prose."""
    marks = ["-e", r"^<{7} ", "-e", r"^>{7} "]
    found = subprocess.run(
        ["git", "grep", "--line-number", "-I", "-E", *marks],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.returncode, found.stdout) == (1, "")


def test_the_tests_of_a_module_are_found_by_its_name() -> None:
    """A file of tests is named by a module or a folder of its package, or by a theme that is listed here."""
    folder = ROOT / "unit_tests"
    tests = {
        f"{path.relative_to(folder).parts[0]}/{path.name}": path.stem.removeprefix("test_")
        for path in folder.glob("*/**/test_*.py")
    }
    known = {
        f"{path.relative_to(ROOT).parts[0]}/{name}"
        for path in MODULES
        for name in (path.stem, path.parent.name)
    }
    strange = {name for name, stem in tests.items() if f"{name.partition('/')[0]}/{stem}" not in known}

    assert set(THEMES) == strange


def test_no_test_sleeps() -> None:
    """One helper looks again and again at what another process does; nothing else waits for a time."""
    sleeping = {
        named(path)
        for folder in ("unit_tests", "integration_tests")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep"
    }

    assert {"integration_tests/waiting.py"} == sleeping


def classes() -> Iterator[tuple[str, str, str]]:
    """Every class: its package, its name and its file."""
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                yield path.relative_to(ROOT).parts[0], node.name, named(path)


def test_a_class_name_stands_for_one_thing() -> None:
    """No package has two classes of one name, and none reuses a name of `attio_api` that it imports."""
    places: dict[tuple[str, str], set[str]] = {}
    for package, name, file in classes():
        places.setdefault((package, name), set()).add(file)
    shared = {name for package, name in places if package == "attio_api"}

    assert {} == {name: files for name, files in places.items() if len(files) > 1}
    assert [] == [one for one in places if one[0] not in {"attio_api", "attio_emulator"} and one[1] in shared]


def test_docstrings_say_who_does_what() -> None:
    """No docstring calls a thing somebody's business: it says who does it."""
    idle = [
        f"{named(path)}:{getattr(node, 'name', 'module')}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and "business" in (ast.get_docstring(node) or "")
    ]

    assert [] == idle
