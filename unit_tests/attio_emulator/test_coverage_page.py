"""COVERAGE.md and the table of routes say the same."""

import re
from pathlib import Path

import attio_emulator
from attio_emulator.endpoints import ROUTES
from attio_emulator.routes.left_out import LEFT_OUT
from unit_tests.attio_emulator.calling import Api

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

    assert sorted(LEFT_OUT) == sorted(listed(section))


def test_what_is_left_out_is_refused_loudly(api: Api) -> None:
    """A call of what is left out says that Attio has it and the emulator has not."""
    for method, path in LEFT_OUT:
        answer = api.raw(method, re.sub(r"\{\w+\}", "x", path))

        assert (404, True) == (answer.status, b"does not emulate" in answer.body)


def test_every_row_says_on_whose_word() -> None:
    """Each emulated endpoint names the reference, a guide, or what was seen."""
    emulated = PAGE.partition("\n## Left out\n")[0]
    words = [row.rpartition("|")[2].strip() for _, _, row in ENDPOINT.findall(emulated)]

    assert set() == {word for words in words for word in words.split(", ")} - {"reference", "guide", "seen"}
