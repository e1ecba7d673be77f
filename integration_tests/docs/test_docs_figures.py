"""The figures that pages show are those of one run."""

from pathlib import Path

import pytest

from benchmarks import measured


def test_every_page_shows_the_figures_of_the_last_run() -> None:
    """`python -m benchmarks --write NAME` is what changes them."""
    shown = {path: path.read_text() for path in measured.pages(measured.known())}

    assert measured.pages(measured.known()) == shown


def test_other_figures_would_change_every_page_and_nothing_else(tmp_path: Path) -> None:
    """Each place is found and rewritten, also from the new figures back to the old ones."""
    old = measured.known()
    new = {"relay": old["relay"] | {"rate": 1.0, "feed_ms": 2.0, "crowd_p99_ms": 3.0, "crowd_rows": 4e7}}
    for path, text in measured.pages(new).items():
        page = tmp_path / path.relative_to(measured.ROOT)
        page.parent.mkdir(exist_ok=True)
        page.write_text(text)
        assert "40,000,000 messages" in text
    back = {path.relative_to(tmp_path): text for path, text in measured.pages(old, tmp_path).items()}

    assert {path.relative_to(measured.ROOT): text for path, text in measured.pages(old).items()} == back


def test_a_place_that_is_gone_is_named(tmp_path: Path) -> None:
    """A page that was rewritten by hand must say where the figures belong."""
    (tmp_path / "README.md").write_text("nothing measured")

    with pytest.raises(LookupError, match=r"README\.md has no one place for the figures of relay"):
        measured.pages(measured.known(), tmp_path)
