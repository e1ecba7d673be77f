"""The figures of the last run that kept all bars, and the places in the documentation that show them.

`python -m benchmarks --write relay` writes them into `measured.json` and from there into the pages. A test
compares the pages with the file, so that all pages show the same figures.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = Path(__file__).with_name("measured.json")
Figures = Mapping[str, float]


CROWD = "crowd_p99_ms"


def _relay_rows(figures: Figures) -> str:
    rows = {
        "durable acknowledgements at 64 connections": "{rate:,.0f}/s (p99 {p99_busy_ms:.1f} ms)",
        "latency at 250 deliveries a second": "p50 {p50_ms:.1f} ms, p99 {p99_ms:.1f} ms",
        "the same, {crowd_rows:,.0f} messages stored, under scrapes and pruning": "p99 {crowd_p99_ms:.1f} ms",
        "a feed page of 10,000 changes": "{feed_ms:.0f} ms",
    }
    shown = {what: figure for what, figure in rows.items() if CROWD in figures or CROWD not in figure}
    return "".join(f"| relay: {what} | {figure} |\n" for what, figure in shown.items()).format(**figures)


def _relay_sentence(figures: Figures) -> str:
    crowd = (
        ", and {crowd_p99_ms:.1f} ms with {crowd_rows:,.0f} messages stored, thirty scrapers of `/metrics`"
        " and pruning under way"
    )
    return (
        "`python -m benchmarks relay` on two cores shared with the load generator: {rate:,.0f} durable"
        " acknowledgements a second at 64 connections; at 250 a second\np99 {p99_ms:.1f} ms"
        f"{crowd if CROWD in figures else ''}; a feed page of 10,000 changes in {{feed_ms:.0f}} ms."
    ).format(**figures)


# For each benchmark: the page, a pattern of the text to replace, and a function that makes the new text.
Place = tuple[str, re.Pattern[str], Callable[[Figures], str]]
PLACES: Mapping[str, tuple[Place, ...]] = {
    "relay": (
        ("README.md", re.compile(r"(?:^\| relay: .*\n)+", re.MULTILINE), _relay_rows),
        (
            "docs/relay.md",
            re.compile(r"`python -m benchmarks relay` on two cores(?:.|\n)*?changes in \d+ ms\."),
            _relay_sentence,
        ),
    )
}


def known() -> dict[str, dict[str, float]]:
    """The figures of each benchmark, as stored in `measured.json`."""
    found: dict[str, dict[str, float]] = json.loads(FILE.read_text())
    return found


def pages(figures: Mapping[str, Figures], root: Path = ROOT) -> dict[Path, str]:
    """The text of each page with these figures in place; raises LookupError unless each place occurs once."""
    texts: dict[Path, str] = {}
    for name, of_one in figures.items():
        for page, place, written in PLACES[name]:
            path = root / page
            text = texts.get(path) or path.read_text()
            if len(place.findall(text)) != 1:
                raise LookupError(f"{page} has no one place for the figures of {name}")
            texts[path] = place.sub(lambda _, written=written, of_one=of_one: written(of_one), text)
    return texts


def write(name: str, figures: Figures) -> None:
    """Store the figures of a benchmark in `measured.json`, and write them into the pages."""
    together = known() | {name: dict(figures)}
    FILE.write_text(json.dumps(together, indent=2) + "\n")
    for path, text in pages({name: figures}).items():
        path.write_text(text)
