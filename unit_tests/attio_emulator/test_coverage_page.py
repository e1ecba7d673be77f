"""COVERAGE.md and the table of routes say the same."""

import re
from collections import defaultdict
from pathlib import Path

import attio_emulator
from attio_emulator.calls.routing import Router
from attio_emulator.endpoints import ROUTES
from attio_emulator.facts.runner import facts
from attio_emulator.model.switches import CHOICES
from attio_emulator.routes.unsupported import UNSUPPORTED

PAGE = Path(attio_emulator.__file__).with_name("COVERAGE.md").read_text(encoding="utf-8")
ENDPOINT = re.compile(r"^\| `([A-Z]+) (/\S+)` \| (\S.*\S) \|$", re.MULTILINE)


def listed(text: str) -> list[tuple[str, str]]:
    return [(method, path) for method, path, _ in ENDPOINT.findall(text)]


def test_every_endpoint_is_on_the_page_once() -> None:
    """What is routed is listed, what is listed is routed, and nothing stands there twice."""
    routed = [(route.method, route.path) for route in ROUTES]

    assert sorted(routed) == sorted(listed(PAGE))


def test_what_is_left_out_is_listed_apart() -> None:
    """The section of what is left out names exactly the endpoints that are refused for that reason."""
    section = PAGE.partition("\n## Left out\n")[2].partition("\n## ")[0]

    assert sorted(UNSUPPORTED) == sorted(listed(section))


def test_the_facts_of_each_endpoint_are_listed() -> None:
    """The page names, for each endpoint, the recorded facts that call it."""
    router, calling = Router(ROUTES), defaultdict(set)
    for fact in facts():
        for step in fact.get("steps", []):
            path = re.sub(r"\{\{\w+\}\}", "x", step["path"]).partition("?")[0]
            found = router.find(step["method"], tuple(path.strip("/").split("/")))
            if found is not None:
                calling[found[0].method, found[0].path].add(fact["id"])
    lines = re.findall(r"^- `([A-Z]+) (/\S+)`: (.+)$", PAGE, re.MULTILINE)

    assert calling == {(method, path): set(re.findall(r"[\w-]+", ids)) for method, path, ids in lines}


def test_the_facts_that_are_no_calls_are_listed() -> None:
    """The page says of each fact that cannot be asked what the emulator does."""
    section = PAGE.partition("\n### Recorded facts that are not calls\n")[2].partition("\n#")[0]
    silent = {fact["id"] for fact in facts() if "steps" not in fact}

    assert silent == set(re.findall(r"^\| `([\w-]+)` \| \S", section, re.MULTILINE))
    assert f"The other {len(silent)} " in section


def test_every_switch_is_explained() -> None:
    """The page lists each switch with its words, the default first."""
    rows = re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \| \S", PAGE, re.MULTILINE)

    assert {name: tuple(re.findall(r"\w+", words)) for name, words in rows} == CHOICES


def test_every_row_says_on_whose_word() -> None:
    """Each emulated endpoint names the reference, a guide, or what was seen."""
    emulated = PAGE.partition("\n## Left out\n")[0]
    words = [row.rpartition("|")[2].strip() for _, _, row in ENDPOINT.findall(emulated)]

    assert set() == {word for words in words for word in words.split(", ")} - {"reference", "guide", "seen"}
