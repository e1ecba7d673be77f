"""Imports in preparation: each has a file, a target, and a decision about each column of the file."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attio_sync import files
from attio_sync.failures import WrongUsage
from attio_sync.mapping.draft import prepare
from attio_sync.proposal import proposed
from attio_sync.push_options import lacks_match
from attio_sync.rows.form import Form
from attio_sync.rows.readers import READERS, ending_of, rows_of_file
from attio_sync.rows.rows import FileChanged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from attio_api.attributes import Attribute
    from attio_sync.mapping.draft import Draft as Mapping
    from attio_sync.rows.rows import OnRead, Rows

MOST_BYTES: Final = 2_000_000_000
_DROPPED: Final = "dropped"
_MOST_NAME: Final = 120
"""Bytes of the name of a dropped file; a file system takes 255, and the part in the making needs some."""


@dataclass(kw_only=True)
class NewImport:
    """One import in preparation; `is_all` when somebody said that the file holds all records."""

    id: str
    source: Path
    mapping: Mapping
    table: str | None = None
    """The table of a DuckDB file, where somebody named one."""
    remark: str = ""
    is_all: bool = False

    @property
    def settings(self) -> dict[str, Any]:
        """The settings in the form that `push --map` reads."""
        return self.mapping.settings

    @property
    def rows(self) -> Rows:
        """The rows of the file."""
        return self.mapping.rows

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The attributes of the target."""
        return self.mapping.attributes

    @property
    def title(self) -> str:
        """The import's name on screens and in plans: file → target."""
        return f"{self.source.name} → {self.settings['target']}"

    @property
    def match(self) -> list[str]:
        """The matching attributes; empty while none is chosen."""
        return list(self.settings.get("match") or [])

    @property
    def lacks_match(self) -> bool:
        """Whether an attribute to match by has to be chosen first; a push refuses the mapping until then."""
        return lacks_match(self.settings)

    @property
    def memory(self) -> Path:
        """The file that keeps the mapping, beside the source; `push --map` reads it."""
        return _memory(self.source)

    def decide(self, settings: dict[str, Any], *, is_all: bool) -> None:
        """Take new settings, and check the cells against them again."""
        self.mapping = prepare(settings, self.rows, self.attributes)
        self.is_all = is_all


@dataclass(kw_only=True)
class Drafts:
    """The imports since the room was started, and the files that can be imported."""

    folder: Path
    private: Path
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _drafts: dict[str, NewImport] = field(default_factory=dict)
    _taking: set[Path] = field(default_factory=set)
    """The dropped files that are being sent now."""

    def named(self) -> dict[str, Path]:
        """The files by the names that the form sends; with its folder where two are called alike."""
        found = self.files()
        mine = {one.name for one in found if one.parent != self.private}
        return {
            f"{_DROPPED}/{one.name}" if one.parent == self.private and one.name in mine else one.name: one
            for one in found
        }

    def files(self) -> list[Path]:
        """The files that can be imported, newest first: those dropped on the page and those of the folder."""
        found = [*_readable(self.private), *_readable(self.folder)]
        return sorted(found, key=lambda one: -one.stat().st_mtime)

    def tidy(self, days: int) -> None:
        """Remove files that were dropped on the page so many days ago; their mappings stay."""
        oldest = self.now() - timedelta(days=days)
        for path in _readable(self.private):
            if path.stat().st_mtime < oldest.timestamp():
                path.unlink()

    def file(self, name: str) -> Path:
        """A listed file by its name; raises WrongUsage for any other name, and for a path."""
        for listed, path in self.named().items():
            if _as_sent(listed) == _as_sent(name):
                return _with_a_name(path)
        raise WrongUsage(f"There is no file '{name}' among those that are listed.")

    async def take(self, name: str, pieces: AsyncIterator[bytes]) -> Path:
        """Save a file dropped on the page; raises WrongUsage for an unknown format or over 2 GB."""
        plain = _cut(name.replace("\\", "/").replace("\0", "_").rpartition("/")[2]).lstrip(".")
        if ending_of(Path(plain)) is None:
            raise WrongUsage(f"'{plain}' ends in none of {', '.join(READERS)}, so its format is unknown.")
        path = self.private / plain
        with files.private(), self._alone(path):
            self.private.mkdir(parents=True, exist_ok=True)
            with files.whole(path) as part, part.open("wb") as file:
                size = 0
                async for piece in pieces:
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise WrongUsage("The file is larger than 2 GB: import it with 'attio-sync push'.")
                    file.write(piece)
        return path

    @contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """Refuse a second file of one name while the first is being sent, since both have one part file."""
        if path in self._taking:
            raise WrongUsage(f"Another file called '{path.name}' is being sent. Wait until it is here.")
        self._taking.add(path)
        try:
            yield
        finally:
            self._taking.remove(path)

    def begin(
        self, source: Path, target: str, attributes: Iterable[Attribute], table: str | None, on_read: OnRead
    ) -> NewImport:
        """Read a file, and propose an attribute for each of its columns."""
        rows = rows_of_file(source, Form(table=table or target.rpartition("/")[2]), on_read)
        given = {"stream": source.stem, "target": target}
        mapping, remark = proposed(given, _memory(source), rows, tuple(attributes))
        draft = NewImport(id=secrets.token_hex(6), source=source, mapping=mapping, table=table, remark=remark)
        self._drafts[draft.id] = draft
        return draft

    def get(self, draft_id: str) -> NewImport | None:
        """An import by its id, or None."""
        return self._drafts.get(draft_id)

    @contextmanager
    def reading(self, draft: NewImport) -> Iterator[None]:
        """Forget the import when its file has changed, since it can never be compared; raises FileChanged."""
        try:
            yield
        except FileChanged as error:
            self._drafts.pop(draft.id, None)
            raise FileChanged(
                f"'{draft.source.name}' was changed after it was chosen. Choose it again: what was decided "
                "about its columns is remembered from the last comparison."
            ) from error


def _as_sent(name: str) -> str:
    """A file's name as a form sends it back: line ends become CR LF, and what is no character a `?`."""
    return name.replace("\r\n", "\n").encode(errors="replace").decode()


def _with_a_name(path: Path) -> Path:
    """The file; raises WrongUsage where its name has bytes that are not text, which no database opens."""
    try:
        path.name.encode()
    except UnicodeEncodeError as error:
        raise WrongUsage(
            f"The name of '{_as_sent(path.name)}' is not written in UTF-8. Rename the file, then import it."
        ) from error
    return path


def _cut(name: str) -> str:
    """The end of a name that is too long for a file system."""
    return name.encode(errors="replace")[-_MOST_NAME:].decode(errors="ignore")


def _memory(source: Path) -> Path:
    return source.with_name(f"{source.name}.attio.yaml")


def _is_rows(path: Path) -> bool:
    """Whether a file can be imported; files of rejected rows are left to their own command."""
    name = path.name.lower()
    return ending_of(path) is not None and not name.startswith(".") and not name.endswith(".rejects.jsonl")


def _readable(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    listed = filter(_is_rows, folder.iterdir())
    return [one for one in listed if one.is_file() and not one.is_symlink()]
