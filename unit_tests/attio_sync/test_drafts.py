from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.ui.drafts import Drafts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    """A folder with a file, and another file of its name that was dropped on the page."""
    for folder in ("mine", "uploads"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text(folder)
    return Drafts(folder=tmp_path / "mine", private=tmp_path / "uploads")


def test_of_two_files_of_one_name_the_chosen_one_is_read(drafts: Drafts) -> None:
    """Each is listed under a name of its own."""
    assert {"a.csv": "mine", "dropped/a.csv": "uploads"} == {
        name: drafts.file(name).read_text() for name in drafts.named()
    }


def test_a_dropped_file_alone_is_listed_by_its_name(drafts: Drafts) -> None:
    """No path is shown where none is needed."""
    (drafts.folder / "a.csv").unlink()

    assert ["a.csv"] == list(drafts.named())


def test_two_files_of_one_name_do_not_mix_while_they_are_sent(drafts: Drafts) -> None:
    """The second one is refused with a sentence; the first one is whole, and then another can come."""

    async def first() -> AsyncIterator[bytes]:
        yield b"fir"
        with pytest.raises(WrongUsage, match=r"Another file called 'b.csv' is being sent"):
            await drafts.take("b.csv", rest(b"second"))
        yield b"st"

    async def rest(*pieces: bytes) -> AsyncIterator[bytes]:
        for one in pieces:
            yield one

    assert "first" == asyncio.run(drafts.take("b.csv", first())).read_text()
    assert "third" == asyncio.run(drafts.take("b.csv", rest(b"third"))).read_text()
