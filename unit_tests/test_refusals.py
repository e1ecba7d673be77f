"""The catalogue of refusals: every one is whole and in use, and nobody words another."""

import ast
from collections.abc import Iterator
from string import Formatter
from types import ModuleType

import pytest

from attio_api import refusals
from attio_api.errors import AttioError, Misconfigured, Rejected
from attio_api.refusals import Refusal
from destination_attio.rows import refused_runs, rejections
from source_attio import refusals as refusals_of_source
from unit_tests.test_architecture import MODULES, named, tree

CATALOGUES = [refusals, rejections, refused_runs, refusals_of_source]
FACTS = {
    "count": 2,
    "row": 3,
    "rejected": 1,
    "rows": 9,
    "most": 5.0,
    "absent": 1,
    "total": 2,
    "gone": 1,
    "before": 2,
    "reason": "It is odd.",
}
"""Facts that are no plain words."""
DECLARING = {"Refusal", "misfit"}


def catalogue(module: ModuleType) -> dict[str, Refusal[AttioError]]:
    return {name: one for name, one in vars(module).items() if isinstance(one, Refusal)}


EVERY = {f"{module.__name__}.{name}": one for module in CATALOGUES for name, one in catalogue(module).items()}


def place(module: ModuleType) -> str:
    return module.__name__.replace(".", "/") + ".py"


def kinds_below(kind: type[AttioError]) -> Iterator[type[AttioError]]:
    """The kind, and all that are made from it."""
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_below(below)


ENDINGS = {kind.__name__ for family in (Rejected, Misconfigured) for kind in kinds_below(family)}
"""Every name under which a row or a run ends."""


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def told(one: Refusal[AttioError]) -> AttioError:
    """The refusal with facts for all its names."""
    names = names_in(one.sentence + (one.remedy or "")) - {"attribute", "status"}
    return one("slug", status=400, **{name: FACTS.get(name, name) for name in names})


def last_name(node: ast.expr | None) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def worded(parsed: ast.Module) -> list[int]:
    """Lines that end a row or a run by words of their own: by calling such a name, or raising it bare."""
    found = []
    for node in ast.walk(parsed):
        if isinstance(node, ast.Call):
            of = node.func.value if isinstance(node.func, ast.Attribute) else None
            found += [node.lineno] if {last_name(node.func), last_name(of)} & ENDINGS else []
        elif isinstance(node, ast.Raise) and last_name(node.exc) in ENDINGS:
            found.append(node.lineno)
    return found


def declared(parsed: ast.Module) -> list[int]:
    """Lines that declare a refusal."""
    calls = (node for node in ast.walk(parsed) if isinstance(node, ast.Call))
    return [node.lineno for node in calls if last_name(node.func) in DECLARING]


def trees() -> dict[str, ast.Module]:
    """Every module that may refuse: the emulator speaks for Attio, and shares no word with what it tests."""
    found = {named(path): tree(path) for path in MODULES}
    return {name: parsed for name, parsed in found.items() if not name.startswith("attio_emulator/")}


@pytest.mark.parametrize("name", sorted(EVERY))
def test_each_refusal_tells_what_and_what_to_do(name: str) -> None:
    """Whatever it is told about, sentence and remedy are whole, and it ends either its row or the run."""
    one = EVERY[name]
    error = told(one)

    assert error.message.endswith(".")
    assert error.remedy
    assert not names_in(error.message)
    assert isinstance(error, Rejected if one.ends == "row" else Misconfigured)


@pytest.mark.parametrize(
    ("module", "ends"), [(rejections, "row"), (refused_runs, "run"), (refusals_of_source, "run")]
)
def test_a_catalogue_holds_one_kind(module: ModuleType, ends: str) -> None:
    """What ends a row stands apart from what ends the run; a refused row has a code, as it is kept."""
    found = catalogue(module)

    assert {ends} == {one.ends for one in found.values()}
    assert [] == [name for name, one in found.items() if (told(one).code is not None) != (ends == "row")]


def test_nothing_is_refused_outside_the_catalogue() -> None:
    """No module words a refusal of its own or declares one elsewhere."""
    places = {place(module) for module in CATALOGUES}
    outside = {name: parsed for name, parsed in trees().items() if name not in places}

    assert {} == {name: lines for name, parsed in outside.items() if (lines := worded(parsed))}
    assert {} == {name: lines for name, parsed in outside.items() if (lines := declared(parsed))}


def test_every_refusal_is_used() -> None:
    """None of the catalogue waits for somebody who would raise it."""
    used = {
        node.attr
        for parsed in trees().values()
        for node in ast.walk(parsed)
        if isinstance(node, ast.Attribute)
    }

    assert [] == [name for name in EVERY if name.rpartition(".")[2] not in used]


@pytest.mark.parametrize(
    "line",
    [
        'raise Rejected("No.")',
        'raise errors.InvalidValue("No.", attribute="a")',
        'error = MissingScope("No.")',
        'raise InvalidValue.of("a", "is odd")',
        "raise BadToken",
        "raise errors.UnknownObject from None",
    ],
)
def test_a_refusal_worded_by_hand_is_found(line: str) -> None:
    """However it is written."""
    assert [1] == worded(ast.parse(line))


def test_asking_for_a_kind_is_no_refusal() -> None:
    """Catching an error, or asking for its kind, words nothing."""
    text = "try:\n    go()\nexcept Rejected as error:\n    isinstance(error, BadToken)\n    raise\n"
    parsed = ast.parse(text)

    assert [] == worded(parsed) + declared(parsed)
