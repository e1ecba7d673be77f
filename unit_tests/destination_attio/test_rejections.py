"""The catalogue of refusals, and the table of it that users read."""

import re
from pathlib import Path

import pytest

from attio_api.errors import AttioError, Misconfigured, Rejected
from destination_attio.rows import refused_runs, rejections
from destination_attio.rows.rejections import Refusal

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "destination-rejects.md"
ROWS, RUNS = (
    {name: one for name, one in vars(module).items() if isinstance(one, Refusal)}
    for module in (rejections, refused_runs)
)
FACTS = {
    "count": 2,
    "row": 3,
    "rejected": 1,
    "rows": 9,
    "most": 5.0,
    "absent": 1,
    "total": 2,
    "reason": "It is odd.",
}
OWN = re.compile(
    r"raise (?:Rejected|InvalidValue|ValueNotFound|MissingValue|UniquenessConflict|ImmutableValue|Ambiguous"
    r"|Gone|AlreadyExists|LimitReached|Misconfigured|MissingScope|UnknownObject|Forbidden)\("
)


def told(one: Refusal[AttioError]) -> AttioError:
    """The refusal with facts for all its names."""
    names = re.findall(r"\{(\w+)[^}]*\}", one.sentence + one.remedy)
    return one("slug", **{name: FACTS.get(name, name) for name in names if name != "attribute"})


def shown(text: str) -> str:
    """A sentence of the catalogue as the page prints it: facts are dots."""
    return re.sub(r"'?\{[^}]*\}'?", "…", text).replace("|", "\\|")


def table() -> str:
    """The catalogue as a table."""
    lines = [
        f"| `{one.code}` | {shown(one.sentence)} | {shown(one.remedy)} |"
        for one in sorted(ROWS.values(), key=lambda one: (str(one.code), one.sentence))
    ]
    return "\n".join(["| code | reason | remedy |", "|---|---|---|", *lines])


@pytest.mark.parametrize("name", sorted(ROWS | RUNS))
def test_each_refusal_tells_what_and_what_to_do(name: str) -> None:
    """Whatever it is told about, sentence and remedy are whole, and it ends what its place says."""
    one = (ROWS | RUNS)[name]
    error = told(one)

    assert error.message.endswith(".")
    assert error.remedy
    assert "{" not in error.message + error.remedy
    assert isinstance(error, Rejected if name in ROWS else Misconfigured)
    assert one.ends == ("row" if name in ROWS else "run")
    assert (error.code is not None) == (name in ROWS)


def test_nothing_is_refused_outside_the_catalogue() -> None:
    """No module of the destination words a refusal of its own, and none of the catalogue is unused."""
    modules = {
        path: path.read_text()
        for path in (ROOT / "destination_attio").rglob("*.py")
        if path.name not in {"rejections.py", "refused_runs.py"}
    }
    worded = [str(path) for path, text in modules.items() if OWN.search(text) and path.name != "config.py"]
    everything = "\n".join(modules.values())
    unused = [name for name in ROWS | RUNS if not re.search(rf"\b{name}\b", everything)]

    assert [] == worded
    assert [] == unused


def test_the_page_lists_the_catalogue() -> None:
    """docs/destination-rejects.md has the table that the catalogue makes, word for word."""
    assert table() in PAGE.read_text()
