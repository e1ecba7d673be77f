"""Notes which file rows come from, so that whoever approves their plan later is told when it has changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.wire import Json, JsonObject


def origin_of(path: Path) -> JsonObject:
    """The file's place, its size in bytes, and when it was last written."""
    found = path.stat()
    written = datetime.fromtimestamp(found.st_mtime, UTC).isoformat()
    place = str(path.absolute()).encode(errors="backslashreplace").decode()  # some names are no text
    return {"file": place, "size": found.st_size, "written": written}


def changed_since(origin: Mapping[str, Json] | None) -> tuple[str, ...]:
    """A sentence where the file is there and was written again since; none where it is gone, as elsewhere."""
    path = Path(str(origin.get("file", ""))) if origin else None
    if path is None or not path.is_file() or origin_of(path) == origin:
        return ()
    told = (
        f"{path} was written again after this plan was made. The plan writes the values that the file had "
        "then; make a new plan for those that it has now."
    )
    return (told,)
