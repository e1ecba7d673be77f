"""Imports that are being prepared: a file, where it goes, and what was decided about each of its columns."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from attio_sync import files
from attio_sync.failures import WrongUsage
from attio_sync.proposal import proposed
from attio_sync.rows.form import Form
from attio_sync.rows.readers import READERS, rows_of_file
from attio_sync.ui.samples import Samples, sampled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.rows.rows import Rows

MOST_BYTES: Final = 2_000_000_000
_MOST_NAME: Final = 120


@dataclass(kw_only=True)
class Draft:
    """One import until it is compared with Attio."""

    id: str
    source: Path
    rows: Rows
    attributes: tuple[Attribute, ...]
    samples: dict[str, Samples]
    settings: dict[str, Any]
    remark: str = ""
    is_all: bool = False
    problem: str = ""
    guesses: frozenset[str] = frozenset()
    """Columns whose place is a guess."""
    questions: dict[str, str] = field(default_factory=dict)
    """What the cells of a column leave open about how they are read."""

    @property
    def title(self) -> str:
        """What it is called everywhere."""
        return f"{self.source.name} → {self.settings['target']}"

    @property
    def memory(self) -> Path:
        """Where the mapping is kept; the file that `push --map` reads."""
        return self.source.with_name(f"{self.source.name}.attio.yaml")


@dataclass(kw_only=True)
class Drafts:
    """All imports of this start, and the files they can be made from."""

    folder: Path
    private: Path
    _drafts: dict[str, Draft] = field(default_factory=dict)

    def files(self) -> list[Path]:
        """Files of rows: those that were dropped on the page, and those of the folder."""
        found = [*_readable(self.private), *_readable(self.folder)]
        return sorted(found, key=lambda one: -one.stat().st_mtime)

    def file(self, name: str) -> Path:
        """One of them by its name, as it was listed; a path is no name."""
        for path in self.files():
            if path.name == name:
                return path
        raise WrongUsage(f"There is no file '{name}' among those that are listed.")

    async def take(self, name: str, pieces: AsyncIterator[bytes]) -> Path:
        """Keep a file that was dropped on the page."""
        plain = name.replace("\\", "/").rpartition("/")[2][-_MOST_NAME:].lstrip(".")
        if not plain.lower().endswith(tuple(READERS)):
            raise WrongUsage(f"'{plain}' ends in none of {', '.join(READERS)}, so its format is unknown.")
        with files.private():
            self.private.mkdir(parents=True, exist_ok=True)
            with files.whole(self.private / plain) as part, part.open("wb") as file:
                size = 0
                async for piece in pieces:
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise WrongUsage("The file is larger than 2 GB: import it with 'attio-sync push'.")
                    file.write(piece)
        return self.private / plain

    def begin(self, source: Path, target: str, attributes: Iterable[Attribute], table: str | None) -> Draft:
        """Read a file and propose where its columns go."""
        rows = rows_of_file(source, Form(table=table or target.rpartition("/")[2]))
        usable = tuple(attributes)
        draft = Draft(
            id=secrets.token_hex(6),
            source=source,
            rows=rows,
            attributes=usable,
            samples=sampled(rows),
            settings={"stream": source.stem, "target": target},
        )
        found, draft.remark = proposed(draft.settings, draft.memory, rows, usable)
        draft.settings = found.settings
        draft.questions = {column: one.text for column, one in found.questions.items()}
        draft.guesses = found.guesses
        self._drafts[draft.id] = draft
        return draft

    def get(self, draft_id: str) -> Draft | None:
        """One of them by its id."""
        return self._drafts.get(draft_id)


def _is_rows(path: Path) -> bool:
    """Whether a file can be imported; rows that were refused are tried again by another command."""
    name = path.name.lower()
    return path.suffix.lower() in READERS and not name.startswith(".") and not name.endswith(".rejects.jsonl")


def _readable(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    listed = filter(_is_rows, folder.iterdir())
    return [one for one in listed if one.is_file() and not one.is_symlink()]
