"""The static files of the pages, and the page for whoever is refused, which stands outside the frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse

from attio_sync.show.templating import render

if TYPE_CHECKING:
    from attio_sync.ui.guard import Denial

_ASSETS: Final = (
    ("attio_sync.show", "look.css", "text/css"),
    ("attio_sync.ui", "static/room.css", "text/css"),
    ("attio_sync.ui", "static/room.js", "text/javascript"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """A static file; its address has a digest of its content, so that browsers can cache it without limit."""

    path: str
    content: bytes
    media_type: str


@lru_cache
def assets() -> dict[str, Asset]:
    """The three static files by their plain names."""
    found: dict[str, Asset] = {}
    for package, inside, media_type in _ASSETS:
        content = files(package).joinpath(*inside.split("/")).read_bytes()
        name = inside.rpartition("/")[2]
        stem, _, ending = name.partition(".")
        path = f"/look/{stem}.{sha256(content).hexdigest()[:12]}.{ending}"
        found[name] = Asset(path=path, content=content, media_type=media_type)
    return found


def refused(refusal: Denial, *, again: str | None = None) -> HTMLResponse:
    """The page for a request that is not answered; it shows nothing of the room."""
    styles = [assets()[name].path for name in ("look.css", "room.css")]
    return HTMLResponse(render("refused.html", refusal=refusal, styles=styles, again=again), refusal.status)
